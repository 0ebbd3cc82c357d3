// A pool gives somebody, or says what happens instead; and it holds no setting that its strategy does not look at.
import { activeScenario } from '../active.ts';
import { seatNames } from '../references.ts';
import { FieldMap } from '../field-map/schema.ts';
import { Queue } from '../queue/schema.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { SeatRow } from '../scenario/schema.ts';
import { suggestion } from '../suggest.ts';
import { lacking } from './required.ts';
import type { PoolSpec } from './schema.ts';

export const DEFAULT_QUEUE = 'general';

type Member = PoolSpec['members'][number];

/** The strategies that look at a setting of a member. */
const MEMBER_SETTINGS: Partial<Record<keyof Member, readonly PoolSpec['strategy'][]>> = {
  weight: ['weighted', 'pointer'],
  capacity: ['most_capacity'],
  calibration: ['level'],
};
const POOL_SETTINGS: Partial<Record<keyof PoolSpec, readonly PoolSpec['strategy'][]>> = {
  count_object: ['least_open', 'most_capacity'],
};

export function checkPools(pools: readonly Resource<PoolSpec>[], organisation: Organisation, report: Report): void {
  const active = activeScenario(organisation);
  const rows = new Map(active?.roster.map(({ row }) => [row.seat, row]));
  const seats = active === undefined ? undefined : new Set(rows.keys());
  for (const pool of pools) {
    checkRequired(pool, rows, organisation, report);
    checkMembers(pool, seats, active?.name ?? '', organisation, report);
    checkIgnored(pool, report);
    checkFallback(pool, organisation, report);
  }
}

function checkMembers(
  pool: Resource<PoolSpec>,
  active: ReadonlySet<string> | undefined,
  scenario: string,
  organisation: Organisation,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const [index, { seat }] of pool.spec.members.entries()) {
    const path = ['spec', 'members', index, 'seat'];
    if (seen.has(seat))
      report.error(pool, { path, code: 'listed-twice', message: `members: ${seat} is a member twice`, hint: 'Give it a weight instead.' });
    seen.add(seat);
    if (active !== undefined && !active.has(seat) && organisation.complete('Scenario') && isKnown(organisation, seat)) {
      report.warning(pool, {
        path,
        code: 'seat-not-active',
        message: `members: ${seat} is not in ${scenario}, the active scenario, and is passed over`,
      });
    }
  }
  if (pool.spec.members.every(({ weight, paused }) => weight === 0 || paused === true)) {
    report.warning(pool, {
      path: ['spec', 'members'],
      code: 'empty-pool',
      message: 'members: all are paused or have weight 0, so the pool gives nobody',
    });
  }
}

/** A member that lacks what the pool requires is never chosen, whoever asks. */
function checkRequired(pool: Resource<PoolSpec>, rows: ReadonlyMap<string, SeatRow>, organisation: Organisation, report: Report): void {
  const { requires, members } = pool.spec;
  if (requires === undefined) return;
  for (const [index, { seat }] of members.entries()) {
    const row = rows.get(seat);
    const lacks = row === undefined ? [] : lacking(requires, row);
    if (lacks.length === 0) continue;
    report.warning(pool, {
      path: ['spec', 'members', index, 'seat'],
      code: 'member-lacks',
      message: `members: ${seat} ${lacks.join(' and ')}, so it is never chosen`,
    });
  }
  const { language_field: field } = requires;
  const names = organisation.all(FieldMap).flatMap(({ spec }) => Object.keys(spec.fields));
  if (field === undefined || names.includes(field) || !organisation.complete(FieldMap.name)) return;
  report.error(pool, {
    path: ['spec', 'requires', 'language_field'],
    code: 'unknown-path',
    message: `requires.language_field: no FieldMap has "${field}"`,
    ...suggestion(field, names),
  });
}

function isKnown(organisation: Organisation, seat: string): boolean {
  return seatNames(organisation).has(seat);
}

function checkIgnored(pool: Resource<PoolSpec>, report: Report): void {
  const { spec } = pool;
  const ignored = (path: readonly (string | number)[], why: string): void =>
    report.warning(pool, {
      path,
      of: 'key',
      code: 'ignored-setting',
      message: `${path.at(-1)}: has no effect with ${why}`,
      hint: 'Take it away.',
    });
  for (const [key, strategies] of Object.entries(POOL_SETTINGS)) {
    const isCapped = key === 'count_object' && spec.members.some(({ cap }) => cap?.open !== undefined);
    if (spec[key as keyof PoolSpec] !== undefined && !strategies.includes(spec.strategy) && !isCapped)
      ignored(['spec', key], `strategy ${spec.strategy}`);
  }
  for (const [key, strategies] of Object.entries(MEMBER_SETTINGS) as [keyof Member, readonly PoolSpec['strategy'][]][]) {
    if (strategies.includes(spec.strategy)) continue;
    // Weight 0 takes a member out whatever the strategy.
    const index = spec.members.findIndex((member) => member[key] !== undefined && member[key] !== 0);
    if (index >= 0) ignored(['spec', 'members', index, key], `strategy ${spec.strategy}`);
  }
  if (spec.overflow !== undefined && spec.all_unavailable !== 'overflow')
    ignored(['spec', 'overflow'], `all_unavailable: ${spec.all_unavailable}`);
  if (spec.queue !== undefined && spec.all_unavailable === 'hold') ignored(['spec', 'queue'], 'all_unavailable: hold');
  const byPriority = spec.members.findIndex(({ priority }) => priority !== undefined);
  if (byPriority >= 0 && spec.tie_break !== 'priority')
    ignored(['spec', 'members', byPriority, 'priority'], `tie_break: ${spec.tie_break}`);
}

function checkFallback(pool: Resource<PoolSpec>, organisation: Organisation, report: Report): void {
  const { all_unavailable, overflow, queue } = pool.spec;
  const path = ['spec', 'all_unavailable'];
  if (all_unavailable === 'overflow' && overflow === undefined) {
    report.error(pool, {
      path,
      code: 'missing-key',
      message: 'overflow is missing: all_unavailable names it',
      hint: 'Write "overflow: pool/other".',
    });
  }
  if (all_unavailable === 'queue' && queue === undefined && !organisation.names(Queue.name).has(DEFAULT_QUEUE)) {
    report.error(pool, {
      path,
      code: 'dangling-reference',
      message: `queue: nothing is said, and the default, Queue "${DEFAULT_QUEUE}", is not declared`,
      hint: 'Write "queue: queue/NAME", or declare the queue.',
    });
  }
  if (overflow === pool.ref.name)
    report.error(pool, { path: ['spec', 'overflow'], code: 'circular-reference', message: 'overflow: a pool cannot overflow into itself' });
}
