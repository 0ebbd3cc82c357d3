// What a pool remembers. It derives from the ledger of its assignments and of what happened to its members, one entry after the other, so
// it can be made anew from there; it is kept as plain JSON so that a host may compare and set it. Every key is always there and in one
// order: equal states are equal texts. Settings of the members are in it, because whether somebody joined, left or came back is only
// seen by comparing what is declared with what was.
import type { PoolSpec } from '../../resources/pool/schema.ts';

export interface PoolState {
  readonly version: 1;
  readonly strategy: PoolSpec['strategy'];
  /** Assignments so far. */
  readonly turn: number;
  /** strict: the seat after which the next one is looked for; `null`: from the beginning. */
  readonly after: string | null;
  /** The day of the counters, `YYYY-MM-DD` in the pool's calendar; `null`: no day was said yet. */
  readonly day: string | null;
  /** In the order in which they joined. */
  readonly members: readonly Member[];
  /** Records that wait for somebody, oldest first. */
  readonly held: readonly Held[];
  /** Records that waited and were given to somebody, until the decision on each takes it up. */
  readonly given: readonly Given[];
}

export interface Member {
  readonly seat: string;
  readonly weight: number;
  readonly priority: number | null;
  readonly cap: { readonly day: number | null; readonly week: number | null; readonly open: number | null };
  readonly capacity: number | null;
  readonly calibration: number;
  /** Declared: takes no part for now. */
  readonly paused: boolean;
  /** Found: nobody sits there, on leave, out of hours. */
  readonly away: boolean;
  /**
   * Where the member stands by the strategy, an exact fraction as text. weighted: the current weight; pointer: the pointer;
   * level: calibration + assignments − credits. Other strategies leave it at 0.
   */
  readonly standing: string;
  /** Open records, with the assignments since they were counted. */
  readonly open: number;
  /** Units of capacity in use. */
  readonly used: number;
  /** Assignments: ever, this day, this ISO week. */
  readonly total: number;
  readonly today: number;
  readonly thisWeek: number;
  /** The turn in which the member was served last; `null`: never. */
  readonly served: number | null;
}

export interface Held {
  readonly id: string;
  readonly size: number;
  /** What the record is in the CRM. */
  readonly object?: string;
  /** Seats that may not have it, whoever is there. */
  readonly unfit?: readonly string[];
}

export interface Given {
  readonly id: string;
  readonly seat: string;
  /** What the record is in the CRM. */
  readonly object?: string;
}

export type MemberSpec = PoolSpec['members'][number];

/** All members of the declaration begin together: nobody is a newcomer. */
export function emptyState(spec: Pick<PoolSpec, 'strategy' | 'members'>): PoolState {
  return {
    version: 1,
    strategy: spec.strategy,
    turn: 0,
    after: null,
    day: null,
    members: spec.members.map((member) => newMember(member, spec.strategy)),
    held: [],
    given: [],
  };
}

/** `null` where the text is no state of this version: it is made anew from the ledger. */
export function readState(json: unknown): PoolState | null {
  if (typeof json !== 'object' || json === null || !('version' in json) || json.version !== 1) return null;
  const state = json as PoolState;
  // A state that was kept before records were given has none.
  return 'given' in json ? state : { ...state, given: [] };
}

export function newMember(spec: MemberSpec, strategy: PoolSpec['strategy']): Member {
  const { calibration = 0 } = spec;
  return {
    seat: spec.seat,
    ...settingsOf(spec),
    away: false,
    standing: strategy === 'level' ? String(calibration) : '0',
    open: 0,
    used: 0,
    total: 0,
    today: 0,
    thisWeek: 0,
    served: null,
  };
}

export type Settings = Pick<Member, 'weight' | 'priority' | 'cap' | 'capacity' | 'calibration' | 'paused'>;

export function settingsOf({ weight = 1, priority, cap, capacity, calibration = 0, paused = false }: MemberSpec): Settings {
  return {
    weight,
    priority: priority ?? null,
    cap: { day: cap?.day ?? null, week: cap?.week ?? null, open: cap?.open ?? null },
    capacity: capacity ?? null,
    calibration,
    paused,
  };
}

export function memberOf(state: PoolState, seat: string): Member | undefined {
  return state.members.find((member) => member.seat === seat);
}

export function withMember(state: PoolState, seat: string, change: (member: Member) => Member): PoolState {
  return { ...state, members: state.members.map((member) => (member.seat === seat ? change(member) : member)) };
}

/** Monday of the ISO week of a day, as `YYYY-MM-DD`. */
export function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
