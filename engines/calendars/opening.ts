// When it opens next.
import type { Calendar } from './calendar.ts';
import { due } from './clock.ts';

/** The first instant from `at` on that is in business hours: `at` itself where it is. `null`: never. */
export function nextOpening(calendar: Calendar, at: number): number | null {
  const first = due(calendar, at, 1);
  return first === null ? null : first - 1;
}
