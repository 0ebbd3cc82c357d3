// One record, two outcomes: what is different, whether a rule or only a turn made it so, and why. Pure.
import type { Outcome, Routed, Scored } from './outcome.ts';
import type { Replayed, UnknownParts } from './replay.ts';

export type Change<T> = readonly [before: T, after: T];

export interface Difference {
  readonly score?: Change<number | null>;
  readonly grade?: Change<string | null>;
  readonly territory?: Change<string | null>;
  readonly owner?: Change<string>;
  /** `turn`: the same people take turns there on both sides, and it was somebody else's. */
  readonly ownerBy?: 'rule' | 'turn';
  readonly why: readonly string[];
  /** Parts that can not be told on one side, and why. */
  readonly unknown: UnknownParts;
}

type Part = Omit<Difference, 'unknown'>;

export function compareOutcomes(before: Replayed, after: Replayed): Difference {
  const score = before.unknown.score ?? after.unknown.score;
  const route = before.unknown.route ?? after.unknown.route ?? agentBetween(before.route, after.route);
  const some = [before.score, before.route, after.score, after.route, score, route].some((part) => part !== undefined);
  const unknown = some ? { ...(score !== undefined && { score }), ...(route !== undefined && { route }) } : NOTHING;
  const scored = score === undefined ? scoreDifference(before.score, after.score) : UNTOLD;
  const routed = routeDifference(before.route, after.route, route === undefined);
  return { ...scored, ...routed, why: [...scored.why, ...routed.why], unknown };
}

const UNTOLD: Part = { why: [] };
const NOTHING: UnknownParts = {
  score: 'no ScoringModel is for such records on either side',
  route: 'no RoutingRuleSet is for such records on either side',
};

/** It is never called: what it would say is known to be the same only where it would be asked the same. */
function agentBetween(before: Routed | undefined, after: Routed | undefined): string | undefined {
  return before?.agent === after?.agent ? undefined : 'an agent would be asked, and is not';
}

export function isDifferent({ score, grade, territory, owner }: Part): boolean {
  return (score ?? grade ?? territory ?? owner) !== undefined;
}

function scoreDifference(before: Outcome['score'], after: Outcome['score']): Part {
  const score = changed(before?.score ?? null, after?.score ?? null);
  const grade = changed(before?.grade ?? null, after?.grade ?? null);
  if (score === undefined && grade === undefined) return { why: [] };
  const why =
    before === undefined || after === undefined ? [NO_MODEL[before === undefined ? 'before' : 'after']] : reasonsOf(before, after);
  return { ...(score !== undefined && { score }), ...(grade !== undefined && { grade }), why };
}

const NO_MODEL = { before: 'there was no model for such records', after: 'there is no model for such records' };
const NO_RULES = { before: 'there were no rules for such records', after: 'there are no rules for such records' };

/** `seniority 12 → 14` */
function reasonsOf(before: Scored, after: Scored): readonly string[] {
  const factors = [...new Set([...before.points.keys(), ...after.points.keys()])];
  const moved = factors.flatMap((factor) => {
    const [old, now] = [before.points.get(factor), after.points.get(factor)];
    // A factor that gives nothing says nothing by coming or going.
    return (old ?? 0) === (now ?? 0) ? [] : [`${factor} ${old ?? 'not there'} → ${now ?? 'not there'}`];
  });
  const excluded =
    before.excluded === after.excluded
      ? []
      : [after.excluded === null ? `no longer excluded: ${before.excluded}` : `excluded: ${after.excluded}`];
  const why = [...moved, ...excluded];
  if (why.length > 0) return why;
  return [before.score === after.score ? 'the grades’ limits' : 'the sides’ weights, or the limits of the score'];
}

/** `isToldOwner`: false where only the territory can be compared. */
function routeDifference(before: Routed | undefined, after: Routed | undefined, isToldOwner: boolean): Part {
  const territory = before === undefined || after === undefined ? undefined : changed(before.territory, after.territory);
  const moved = { ...(territory !== undefined && { territory }) };
  const told = territory === undefined ? [] : [`territory ${territory[0] ?? 'none'} → ${territory[1] ?? 'none'}`];
  const owner = changed(before?.owner ?? NOT_ROUTED, after?.owner ?? NOT_ROUTED);
  if (!isToldOwner || owner === undefined) return { ...moved, why: told };
  if (before === undefined || after === undefined)
    return { ...moved, owner, ownerBy: 'rule', why: [...told, NO_RULES[before === undefined ? 'before' : 'after']] };
  if (isTurn(before, after)) return { ...moved, owner, ownerBy: 'turn', why: [...told, `another’s turn in ${placeText(after)}`] };
  return { ...moved, owner, ownerBy: 'rule', why: [...told, ...ownerReasons(before, after)] };
}

export const NOT_ROUTED = 'not routed';

/** Both could have been served on either side: nothing that was declared made the difference for this record. */
function isTurn({ turns: before, owner: old }: Routed, { turns: after, owner: now }: Routed): boolean {
  if (before === undefined || before.key !== after?.key) return false;
  return [old, now].every((owner) => before.users.has(owner) && after.users.has(owner));
}

function placeText({ turns }: Routed): string {
  const key = turns?.key ?? '';
  return key.startsWith('seats/') ? `the seats of ${key.slice('seats/'.length)}` : key;
}

function ownerReasons(before: Routed, after: Routed): readonly string[] {
  if (before.rule !== after.rule) return [`rule ${before.rule} → ${after.rule}`];
  if (before.seat !== undefined && before.seat === after.seat) return [`seat ${before.seat} is another’s`];
  if (before.place !== after.place) return [`${before.place} → ${after.place}`];
  if (before.turns !== undefined && after.turns !== undefined && !sameUsers(before.turns.users, after.turns.users))
    return [`${placeText(after)} has other people`];
  return [`rule ${after.rule}, ${before.seat ?? before.owner} → ${after.seat ?? after.owner}`];
}

function sameUsers(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  return before.size === after.size && [...before].every((user) => after.has(user));
}

function changed<T>(before: T, after: T): Change<T> | undefined {
  return before === after ? undefined : [before, after];
}
