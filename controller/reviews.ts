// What people say where a loop could not be sure: of the options, or something else. It is kept with who said it and why, and the loop
// decides on it as on any other event.
import type { Checked } from '../resources/core.ts';
import type { ReviewQuestion } from '../loops/decide.ts';
import type { ReviewRow } from '../ports/reviews.ts';
import type { Store } from '../ports/store.ts';
import type { Deps } from './deps.ts';

export const VERDICTS = ['approve', 'edit', 'reject'] as const;

export interface ReviewAnswerRequest {
  readonly project: string;
  readonly environment: string;
  /** The id of a review, or its beginning. */
  readonly id: string;
  /** `approve`: an option that was given; `edit`: something else; `reject`: none of the options. */
  readonly verdict: (typeof VERDICTS)[number];
  /** For `approve`, where it is not what was proposed; for `edit`, what it is instead. */
  readonly value?: string;
  readonly reason: string;
}

/** What a loop is told where none of the options is right. */
const NONE = 'none';

export async function answerReview(
  deps: Pick<Deps, 'clock' | 'identity'>,
  store: Pick<Store, 'reviews'>,
  request: ReviewAnswerRequest,
): Promise<Checked<ReviewRow>> {
  const { project, environment, verdict } = request;
  const reason = request.reason.trim();
  if (reason === '') return refuse('no-reason', 'A reason is needed.', 'Say why: --reason "their web site says so"');
  const row = await store.reviews.find(project, environment, request.id);
  if (row === undefined)
    return refuse(
      'unknown-review',
      `No review in ${environment} begins with ${request.id}, or several do.`,
      'What waits: loopctl review list',
    );
  if (row.status !== 'open') return refuse('review-closed', closedWords(row), 'What waits: loopctl review list');
  const choice = choiceOf(row, request);
  if (!choice.ok) return choice;
  const at = deps.clock.now().toISOString();
  const status = verdict === 'reject' ? 'rejected' : 'answered';
  const by = deps.identity;
  const taken = await store.reviews.answer(project, environment, row.id, { status, choice: choice.value, by, reason, at });
  if (!taken) return refuse('review-closed', 'Somebody else was faster: it is not open any more.', 'What was said: loopctl review show');
  return { ok: true, value: { ...row, status, answer: { choice: choice.value, reason, by, at } } };
}

export function questionOf({ question }: ReviewRow): ReviewQuestion {
  return question as ReviewQuestion;
}

function choiceOf(row: ReviewRow, { verdict, value }: ReviewAnswerRequest): Checked<unknown> {
  const { options, proposal } = questionOf(row);
  if (verdict === 'reject') return { ok: true, value: NONE };
  if (verdict === 'edit')
    return value === undefined || value.trim() === ''
      ? refuse('no-value', 'Say what it is instead.', 'loopctl review edit ID --value acme.example --reason "…"')
      : { ok: true, value: value.trim() };
  const wanted = value ?? proposal?.option;
  const ids = options.map(({ id }) => id).join(', ');
  if (wanted === undefined) return refuse('no-option', 'Nothing is proposed: say which option it is.', `One of: ${ids}`);
  const option = options.find(({ id, label }) => id === wanted || label === wanted);
  return option === undefined
    ? refuse('unknown-option', `"${wanted}" is none of the options.`, `One of: ${ids}. Something else: loopctl review edit`)
    : { ok: true, value: option.value };
}

function closedWords({ id, status, answer }: ReviewRow): string {
  const short = id.slice(0, 13);
  return answer === undefined
    ? `Review ${short} is ${status}: a later decision did not need it any more.`
    : `Review ${short} was ${status} by ${answer.by} at ${answer.at}.`;
}

function refuse(code: string, message: string, hint: string): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}
