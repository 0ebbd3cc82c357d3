// A seat is taken out by hand, at once and without a commit, and given back.
import { isDate } from '../../resources/words.ts';
import { suggestion } from '../../resources/suggest.ts';
import type { Checked, Problem } from '../../resources/core.ts';
import type { Pause, PausePlace } from '../../ports/pauses.ts';
import type { Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { seatsIn } from './away.ts';

export interface PauseRequest extends PausePlace {
  readonly seat: string;
  /** The first day on which it takes part again, or an instant (ISO, with a time and a zone). */
  readonly until?: string;
  readonly reason?: string;
}

export interface Paused {
  readonly environment: string;
  readonly seat: string;
  /** `null`: it takes part. */
  readonly paused: Pause | null;
}

type By = Pick<Deps, 'clock' | 'nextId' | 'identity'>;

export async function pauseSeat(
  { clock, nextId, identity }: By,
  store: Pick<Store, 'pauses' | 'scopes' | 'activeSnapshot'>,
  { project, environment, seat, until, reason }: PauseRequest,
): Promise<Checked<Paused>> {
  const now = clock.now();
  const fault = (await unknownSeat(store, { project, environment }, seat)) ?? wrongEnd(until, now);
  if (fault !== undefined) return { ok: false, problems: [fault] };
  const why = reason?.trim() ?? '';
  const pause: Pause = {
    id: nextId(),
    seat,
    at: now.toISOString(),
    by: identity,
    ...(until !== undefined && { until }),
    ...(why !== '' && { reason: why }),
  };
  await store.pauses.begin({ project, environment }, pause);
  return { ok: true, value: { environment, seat, paused: pause } };
}

export async function unpauseSeat(
  { clock, identity }: By,
  store: Pick<Store, 'pauses'>,
  { project, environment, seat }: PauseRequest,
): Promise<Checked<Paused>> {
  const place = { project, environment };
  if (await store.pauses.end(place, seat, identity, clock.now().toISOString()))
    return { ok: true, value: { environment, seat, paused: null } };
  const open = await store.pauses.open(place);
  const hint = suggestion(
    seat,
    open.map((one) => one.seat),
  );
  return {
    ok: false,
    problems: [problem('not-paused', `${seat} is not paused in ${environment}.`, hint.hint ?? 'Those who are: loopctl pause --list')],
  };
}

/** Nothing where nothing was reconciled: then nobody knows. */
async function unknownSeat(store: Pick<Store, 'scopes' | 'activeSnapshot'>, place: PausePlace, seat: string): Promise<Problem | undefined> {
  const [scope] = await store.scopes(place.project, place.environment);
  const row = scope && (await store.activeSnapshot(scope));
  if (row === undefined) return undefined;
  const names = seatsIn(row.content).map((one) => one.seat);
  if (names.includes(seat)) return undefined;
  return problem('unknown-seat', `No seat of the active scenario in ${place.environment} is called ${seat}.`, suggestion(seat, names).hint);
}

function wrongEnd(until: string | undefined, now: Date): Problem | undefined {
  if (until === undefined) return undefined;
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(until);
  const at = isMoment || isDate(until) ? Date.parse(isMoment ? until : `${until}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) return problem('bad-until', `"${until}" is no day and no moment.`, 'Write 2026-11-30, or 2026-11-30T09:00Z.');
  // A day begins up to fourteen hours before UTC's.
  return at > now.getTime() - (isMoment ? 0 : 14 * 3_600_000) ? undefined : problem('bad-until', `${until} is over already.`);
}

function problem(code: string, message: string, hint?: string): Problem {
  return { severity: 'error', code, message, ...(hint !== undefined && { hint }) };
}
