// What was looked at, in words, and the move in a sentence.
import { isMissing } from '../../resources/conditions/text.ts';
import { factAt } from '../field.ts';
import { values } from '../routing/rule-trace.ts';
import type { TraceEntry } from '../trace.ts';
import type { Judged, Look } from './next.ts';

export function explainMove({ looks }: Judged): readonly TraceEntry[] {
  return looks.map((look) => ({ rule: look.rule, result: look.result, because: becauseOf(look) }));
}

function becauseOf({ condition, facts = {}, because, result }: Look): string {
  if (condition === undefined) return because ?? '';
  const missing = condition.paths.filter(({ names }) => isMissing(factAt(facts, names)));
  if (result === 'missing' && missing.length > 0) return [...new Set(missing.map(({ text }) => `${text} is missing`))].join(', ');
  return `${condition.text} (${values(condition.paths, facts)})`;
}

/** `It goes from lead to mql: mql (mql is true).` */
export function moveSentence(judged: Judged): string {
  const { move, place, looks } = judged;
  if (move === undefined) {
    if (place === undefined) return 'No stage lets it in.';
    const resting = looks.find(({ rule }) => rule.endsWith('.rest'));
    const late = judged.overdue ? ` Its SLA ran out at ${place.due ?? ''}.` : '';
    return `It stays in ${place.stage}${resting === undefined ? ', and no later stage lets it in' : `: ${becauseOf(resting)}`}.${late}`;
  }
  const decisive = looks.findLast(({ rule }) => rule === move.rule);
  const why = decisive === undefined ? '' : `: ${becauseOf(decisive)}`;
  const { how, from, to, reason } = move;
  switch (how) {
    case 'enter':
      return `It enters at ${to}${why}.`;
    case 'advance':
      return `It goes from ${from ?? 'nowhere'} on to ${to}${why}.`;
    case 'return':
      return `Its time away is over, and it comes back from ${from ?? 'nowhere'} to ${to}${why}.`;
    case 'reject':
      return `It is rejected from ${from ?? 'nowhere'} to ${to} for "${reason ?? ''}"${why}.`;
    case 'recycle':
      return `It is recycled from ${from ?? 'nowhere'} to ${to}, "${reason ?? ''}"${why}.`;
    default:
      return how satisfies never;
  }
}
