// What people decided in the CRM: Route does it, in the place of its own decision, or says why it does not. Nothing is weighed again.
import type { Wanted } from '../decide.ts';
import type { Override } from '../event.ts';
import type { Stepped, StepInput } from '../loop.ts';
import type { States } from '../requests.ts';
import { nameOf, type RecordFacts } from '../facts.ts';
import { type Memory, type Remembered } from '../memory.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { RouteObject } from './loop.ts';
import type { Owner } from './owner.ts';

/** Where it is kept what became of a case. */
function caseKey(id: string): string {
  return `override/${id}`;
}

interface Answered {
  readonly verdict: Override['verdict'];
  readonly decision: string;
}

/** After these a case is closed to Route; what was impossible may become possible. */
const FINAL: readonly Override['verdict'][] = ['approved', 'refused', 'late'];

export function overridden(
  here: RouteObject,
  { event, facts, turn }: StepInput<unknown>,
  override: Override,
  record: RecordFacts,
  { memory, owner }: { readonly memory: Memory; readonly owner: Owner | undefined },
): Stepped {
  const key = caseKey(override.case);
  const asked = facts.get(`state ${key}`)?.value as States | undefined;
  if (asked === undefined) return { kind: 'ask', requests: [{ id: `state ${key}`, kind: 'state', keys: [key] }] };
  const stored = asked[key];
  const before = stored?.value as Answered | null | undefined;
  if (before !== undefined && before !== null && FINAL.includes(before.verdict))
    return { kind: 'drop', because: `case ${override.case} was answered by decision ${before.decision}` };
  const { verdict } = override;
  const name = nameOf(event, record);
  const sentence = sentenceOf(override, owner);
  const isGiven = verdict === 'approved' && override.owner !== undefined;
  const answered: Answered = { verdict, decision: turn };
  const seat = isGiven ? here.routing.coverage.roster.ofUser.get(override.owner.username.toLowerCase())?.[0] : undefined;
  const trace: TraceEntry = { rule: `Case ${override.case}`, result: verdict, because: override.because ?? override.reason };
  return {
    kind: 'decide',
    label: 'override',
    outcome: {
      rule_matched: 'override',
      priority: null,
      action: `override_${verdict}`,
      ...(isGiven && {
        owner: { ...override.owner, role: seat?.role ?? null, ...(seat !== undefined && { seat: seat.seat }) },
        ownerId: override.owner.id,
      }),
      fallback: false,
      next_rule: null,
      case: override.case,
      asked_by: override.asked_by,
      ...(override.by !== undefined && { by: override.by }),
      ...(override.decision !== undefined && { supersedes: override.decision }),
    },
    method: verdict === 'approved' || verdict === 'refused' ? 'human' : 'deterministic',
    confidence: 1,
    inputs: { owner: owner?.username ?? null, case: override.case },
    sources: { owner: record.source, case: record.source },
    trace: [trace],
    alternatives: [],
    reasoning: sentence,
    unread: record.unread,
    ...(name !== undefined && { name }),
    writes: [
      { key, expect: stored?.version ?? 0, value: answered },
      ...(isGiven ? [{ key: memory.key, expect: memory.version, value: remembered(memory, owner, override.owner.id) }] : []),
    ],
    effects: effectsOf(override, owner, { sentence, turn, record: event.id ?? '' }),
  };
}

/** Whoever has it now has it by people's will: Route leaves it there. */
function remembered({ last }: Memory, from: Owner | undefined, owner: string): Remembered {
  return { ...last, values: last?.values ?? '', ...(from !== undefined && { from: from.id }), owner };
}

/** The case hears of it in any case; people, when the owner was written. */
function effectsOf(
  { case: id, verdict, owner: wanted, fields, notify }: Override,
  owner: Owner | undefined,
  { sentence, turn, record }: { readonly sentence: string; readonly turn: string; readonly record: string },
): readonly Wanted[] {
  const told: Wanted = {
    on: { object: 'Case', record: id },
    fields: { [fields.decision]: turn, [fields.answer]: sentence },
  };
  const isMoved = verdict === 'approved' && wanted !== undefined && wanted.id !== owner?.id;
  const given: readonly Wanted[] = isMoved
    ? [{ fields: { OwnerId: wanted.id }, ...(owner !== undefined && { expect: { OwnerId: owner.id } }) }]
    : [];
  const notice: readonly Wanted[] = notify
    ? [{ kind: 'notify', topic: 'override', text: `${sentence} More: loopctl explain ${record}` }]
    : [];
  return [told, ...given, ...notice];
}

function sentenceOf(
  { verdict, owner: wanted, by, asked_by, reason, because, decision, case: id }: Override,
  owner: Owner | undefined,
): string {
  const from = owner === undefined ? '' : ` from ${owner.isQueue ? 'a queue' : owner.username}`;
  const over = decision === undefined ? '' : ` This overrules decision ${decision}.`;
  switch (verdict) {
    case 'approved':
      return `${by ?? 'Somebody'} approved that it goes${from} to ${wanted?.username ?? 'nobody'}, as ${asked_by} asked in case ${id}: ${reason}.${over}`;
    case 'refused':
      return `${by ?? 'Somebody'} refused what ${asked_by} asked in case ${id}: ${reason}. It stays where it is.`;
    case 'late':
      return `Case ${id} of ${asked_by} is too late: ${because ?? 'nobody decided in time'}. It stays where it is; a new case may be opened.`;
    case 'impossible':
      return `What ${asked_by} asked in case ${id} can not be done: ${because ?? 'it is not known why'}.`;
    default:
      return verdict satisfies never;
  }
}
