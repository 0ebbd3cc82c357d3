// What many ask at about the same time is looked up in one go.

/** Who decides on many asks for each when its state was read: the last one comes some milliseconds after the first. */
const QUIET_MS = 4;
const MOST_WAITS = 10;

/** `lookUp` is given what was asked meanwhile, and gives the answer to each. */
export function together<Question, Answer>(
  lookUp: (questions: readonly Question[]) => Promise<(question: Question) => Answer>,
): (question: Question) => Promise<Answer> {
  let open: { readonly questions: Question[]; readonly answer: Promise<(question: Question) => Answer> } | undefined;
  return async (question) => {
    if (open === undefined) {
      const questions: Question[] = [];
      const answer = quiet(questions).then(() => {
        open = undefined;
        return lookUp(questions);
      });
      open = { questions, answer };
    }
    open.questions.push(question);
    return (await open.answer)(question);
  };
}

/** When nobody more has come for a moment. */
async function quiet(questions: readonly unknown[]): Promise<void> {
  for (let waits = 0, seen = -1; seen !== questions.length && waits < MOST_WAITS; waits += 1) {
    seen = questions.length;
    await new Promise<void>((wake) => void setTimeout(wake, QUIET_MS));
  }
}
