// What came of feedback, for people.
import type { FeedbackTold } from './feedback.ts';

export function feedbackWords({ model, by, outcome, branch, url, problems = [] }: FeedbackTold): string {
  const who = by === 'tuner' ? `The tuner looked at ${model}` : `The agent looked at ${model}`;
  const where = url ?? branch ?? '';
  switch (outcome) {
    case 'made':
      return `${who}: a change is proposed, ${where}`;
    case 'updated':
      return `${who}: the proposal was brought up to date, ${where}`;
    case 'unchanged':
      return `${who}: what is proposed still holds, ${where}`;
    case 'declined':
      return `${who}: it would propose what people closed, and does not`;
    case 'nothing':
    case 'unchanged-points':
      return `${who}: nothing is to be changed`;
    case 'no-answer':
      return `${who}: no answer`;
    case 'refused':
      return `${who}: ${problems.map(({ message }) => message).join(' ')}`;
    default:
      return outcome satisfies never;
  }
}

/** Whether people are told of it, beside the log. */
export function isNews({ outcome }: FeedbackTold): boolean {
  return outcome === 'made' || outcome === 'updated';
}
