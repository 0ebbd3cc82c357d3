// The next move of a record in its lifecycle, or none. A record goes forward by itself, to the last stage that lets it in; it goes back
// only by a reject or a recycling, each with its reason. A reject counts before anything else: somebody, or something, said no.
// A stage lets nothing in while one of its rejects holds, so one set of facts never moves a record to and fro.
import type { Condition } from '../../resources/conditions/condition.ts';
import type { Facts } from '../field.ts';
import type { Lifecycle, Stage } from './model.ts';
import { type Arrival, moved, type Place } from './place.ts';

export interface Move {
  /** enter: it was nowhere. return: it advances after its time away. */
  readonly how: 'enter' | 'advance' | 'return' | 'reject' | 'recycle';
  /** None: it was nowhere, or in a stage that is no more. */
  readonly from: string | null;
  readonly to: string;
  readonly reason?: string;
  /** What made it: `mql.entry`, `mql.reject bad_fit`, `mql.recycle`. */
  readonly rule: string;
}

/** What was looked at, in order; sentences are made of it when somebody asks. */
export interface Look {
  readonly rule: string;
  readonly result: 'true' | 'false' | 'missing' | 'passed over';
  readonly condition?: Condition;
  readonly facts?: Facts;
  /** Where it is no condition. */
  readonly because?: string;
}

export interface Judged {
  readonly move: Move | undefined;
  /** After the move. */
  readonly place: Place | undefined;
  /** The SLA of the stage has run out. */
  readonly overdue: boolean;
  readonly looks: readonly Look[];
}

const DAY = 86_400_000;

/** `now`: milliseconds since 1970. Nothing throws; what is missing moves nothing. */
export function nextMove(lifecycle: Lifecycle, stored: Place | undefined, facts: Facts, now: number): Judged {
  const looks: Look[] = [];
  const at = stored === undefined ? -1 : (lifecycle.placeOf.get(stored.stage) ?? -1);
  const here = lifecycle.stages[at];
  if (stored !== undefined && here === undefined)
    looks.push({ rule: stored.stage, result: 'passed over', because: 'the model has no such stage any more' });
  const known = here === undefined || stored === undefined ? undefined : takenBack(lifecycle, stored, facts, now);
  const look: Looking = { lifecycle, facts, now, looks };
  const back = known === undefined || here === undefined ? undefined : rejected(look, here, known);
  const move = back ?? forward(look, at, known) ?? (known === undefined || here === undefined ? undefined : recycled(look, here, known));
  const place = move === undefined ? known : moved(lifecycle, known ?? stored, move.arrival, now);
  return {
    move: move?.move,
    place,
    overdue: place?.due !== undefined && Date.parse(place.due) <= now,
    looks,
  };
}

/** A reason that people took back counts again when they write it anew. */
function takenBack({ stages, placeOf }: Lifecycle, place: Place, facts: Facts, now: number): Place {
  const { spent, ...rest } = place;
  if (spent === undefined) return place;
  const reject = stages[placeOf.get(spent.stage) ?? -1]?.rejects.find(({ reason }) => reason === spent.reason);
  return reject?.condition.holds(facts, now) === true ? place : rest;
}

interface Looking {
  readonly lifecycle: Lifecycle;
  readonly facts: Facts;
  readonly now: number;
  readonly looks: Look[];
}

interface Made {
  readonly move: Move;
  readonly arrival: Arrival;
}

function rejected(look: Looking, stage: Stage, place: Place): Made | undefined {
  const facts = inStage(look, stage.id, place);
  for (const { reason, condition, to, rest, isSpent } of stage.rejects) {
    const rule = `${stage.id}.reject ${reason}`;
    if (wasSpent(look, rule, stage, reason, place) || !holds(look, rule, condition, facts)) continue;
    const spent = isSpent ? { spent: { stage: stage.id, reason } } : {};
    return { move: { how: 'reject', from: stage.id, to, reason, rule }, arrival: { to, reason, rest, back: true, ...spent } };
  }
  return undefined;
}

/** The last stage that lets it in; a stage in which it rests after a reject is left only for one beyond that from which it came. */
function forward(look: Looking, at: number, place: Place | undefined): Made | undefined {
  const { lifecycle, now, looks } = look;
  const here = lifecycle.stages[at];
  const rests = place?.rest !== undefined && now < Date.parse(place.rest.until) ? place.rest : undefined;
  const beyond = Math.max(at, rests === undefined ? -1 : (lifecycle.placeOf.get(rests.from) ?? -1));
  const over = lifecycle.stages.slice(beyond + 1).findLast((stage) => letsIn(look, stage, place));
  if (over === undefined) {
    if (rests !== undefined)
      looks.push({ rule: `${rests.from}.rest`, result: 'true', because: `it is not let in up to ${rests.from} until ${rests.until}` });
    return undefined;
  }
  if (here?.exit !== undefined && place !== undefined && !holds(look, `${here.id}.exit`, here.exit, inStage(look, here.id, place)))
    return undefined;
  const how = here === undefined ? 'enter' : place?.rest === undefined || rests !== undefined ? 'advance' : 'return';
  return { move: { how, from: here?.id ?? null, to: over.id, rule: `${over.id}.entry` }, arrival: { to: over.id } };
}

function letsIn(look: Looking, stage: Stage, place: Place | undefined): boolean {
  if (stage.entry === undefined || !holds(look, `${stage.id}.entry`, stage.entry, look.facts)) return false;
  // As it would be there at once.
  const facts = { ...look.facts, lifecycle: { stage: stage.id, days: 0, overdue: false } };
  return !stage.rejects.some(({ reason, condition }) => {
    const rule = `${stage.id}.reject ${reason}`;
    return !wasSpent(look, rule, stage, reason, place) && holds(look, rule, condition, facts);
  });
}

function wasSpent({ looks }: Looking, rule: string, { id }: Stage, reason: string, place: Place | undefined): boolean {
  const is = place?.spent?.stage === id && place.spent.reason === reason;
  if (is) looks.push({ rule, result: 'passed over', because: 'it was acted on, and has not been written anew' });
  return is;
}

function recycled(look: Looking, stage: Stage, place: Place): Made | undefined {
  const { recycle } = stage;
  if (recycle === undefined) return undefined;
  const rule = `${stage.id}.recycle`;
  const due = Date.parse(place.since) + recycle.after;
  if (look.now < due) {
    look.looks.push({ rule, result: 'false', because: `not before ${new Date(due).toISOString()}` });
    return undefined;
  }
  const { to, reason, rest, condition } = recycle;
  if (condition === undefined) look.looks.push({ rule, result: 'true', because: `it has been here since ${place.since}` });
  else if (!holds(look, rule, condition, inStage(look, stage.id, place))) return undefined;
  return { move: { how: 'recycle', from: stage.id, to, reason, rule }, arrival: { to, reason, rest, back: true } };
}

function inStage({ facts, now }: Looking, stage: string, { since, due }: Place): Facts {
  const days = Math.max(0, Math.floor((now - Date.parse(since)) / DAY));
  return { ...facts, lifecycle: { stage, days, overdue: due !== undefined && Date.parse(due) <= now } };
}

function holds({ looks, now }: Looking, rule: string, condition: Condition, facts: Facts): boolean {
  const { result, unknown } = condition.test(facts, now);
  looks.push({ rule, result: unknown ? 'missing' : result ? 'true' : 'false', condition, facts });
  return result;
}
