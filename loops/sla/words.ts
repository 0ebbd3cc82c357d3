// What a clock's moves are called, in a sentence for people.
import type { Happened } from './move.ts';

export interface Told {
  readonly policy: string;
  readonly target: string;
  /** `Lead Quill (00Q…)` */
  readonly record: string;
  readonly owner: string;
}

export function sentence(happened: Happened, { policy, target, record, owner }: Told): string {
  switch (happened.what) {
    case 'noted':
      return `${policy}: whose ${record} is was seen for the first time.`;
    case 'started':
      return `${policy}: ${record} came to ${owner}, who is to act within ${targetText(target)}${happened.due === null ? '' : `, by ${happened.due}`}.`;
    case 'met':
      return `${policy}: somebody acted on ${record} within ${spanText(happened.took)} (${happened.by}).`;
    case 'late':
      return `${policy}: somebody acted on ${record} after ${spanText(happened.took)} (${happened.by}); the target is ${targetText(target)}.`;
    case 'handed_on':
      return `${policy}: ${record} went from one person to another after ${spanText(happened.took)}, and nobody had acted on it.`;
    case 'taken_back':
      return `${policy}: ${record} is with nobody any more after ${spanText(happened.took)}, and nobody had acted on it.`;
    case 'paused':
      return `${policy}: the clock of ${record} stands still.`;
    case 'resumed':
      return `${policy}: the clock of ${record} goes on.`;
    case 'breached':
      return `${policy}: ${record} is with ${owner}, and nobody has acted on it for ${spanText(happened.took)}; the target was ${targetText(target)}.`;
    case 'escalated':
      return `${policy}: ${record} is with ${owner}, and nobody has acted on it for ${spanText(happened.took)}.`;
    case 'reassigned':
      return `${policy}: ${record} is taken from ${owner}: nobody has acted on it for ${spanText(happened.took)}.`;
    case 'kept':
      return `${policy}: ${record} stays with ${owner}, though nobody has acted on it for ${spanText(happened.took)}: it was taken from somebody often enough.`;
    default:
      return happened satisfies never;
  }
}

function targetText(target: string): string {
  if (target === 'same_business_day') return 'the same business day';
  const days = /^\+(\d+)bd$/.exec(target)?.[1];
  return days === undefined ? target : `${days} business day${days === '1' ? '' : 's'}`;
}

/** `1h 5m`, of business time. */
export function spanText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  const told = parts.filter(([n], at) => n > 0 && (at < 2 || seconds < 600)).map(([n, unit]) => `${n}${unit}`);
  return told.length === 0 ? '0s' : told.join(' ');
}
