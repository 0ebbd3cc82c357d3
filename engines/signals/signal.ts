// A sign that an account may buy: somebody was funded, hires, changes its leadership. It fades, and is told once however many tell it.
import { createHash } from 'node:crypto';
import { fold } from '../../resources/conditions/text.ts';
import { left } from '../scoring/decay.ts';

export interface Signal {
  readonly type: string;
  /** Its strength when it was new, 0..100. */
  readonly base: number;
  /** Milliseconds in which half of it is gone. */
  readonly half_life: number;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  /** What tells it from others, whatever type it is given; one without stands for itself. */
  readonly fingerprint?: string;
}

/** base × 0.5^(age / half-life); one that is dated ahead has age 0. `now`: milliseconds since 1970. */
export function strengthOf({ base, half_life, at }: Signal, now: number): number {
  return base * left(now - at, half_life);
}

/**
 * One event, one fingerprint: by the page that tells it (without what trackers add to its address), else by the words of its title.
 * The type stays out: the same page read as two types is still one event.
 */
export function fingerprintOf({
  account,
  title,
  url,
}: {
  readonly account: string;
  readonly title: string;
  readonly url?: string;
}): string {
  const page = url === undefined ? undefined : pageOf(url);
  const what = page ?? (fold(title).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).join(' ');
  return createHash('sha256').update(`${account}\n${what}`).digest('hex').slice(0, 16);
}

function pageOf(url: string): string | undefined {
  const read = URL.parse(url);
  if (read === null || !/^https?:$/.test(read.protocol)) return undefined;
  const kept = new URLSearchParams([...read.searchParams].filter(([name]) => !TRACKERS.test(name)));
  kept.sort();
  const query = kept.toString();
  return `${read.hostname.replace(/^www\./, '')}${read.pathname.replace(/\/+$/, '')}${query === '' ? '' : `?${query}`}`;
}

const TRACKERS = /^(?:utm_.*|gclid|fbclid|msclkid|mc_[ce]id|ref)$/i;
