// Arbitrary organisations for properties: a model, types, a tree of territories, seats, queues, fields; and what the loops read.
import * as fc from 'fast-check';
import type { SnapshotContent } from '../../plans/content.ts';
import { type FieldValue, type Fields, addressText, linkTo } from '../../resources/core.ts';
import type { DesiredObject, Tier } from '../../resources/desired.ts';

export const PEOPLE = ['ann', 'bob', 'cleo', 'dan'];

export interface Territory {
  /** Place of the parent among the territories before this one, or a root. */
  readonly parent: number | null;
  readonly label: string;
  readonly seats: readonly string[];
}

export interface Organisation {
  /** Territory `t0`, `t1` … or absent; in the order in which parents come before children. */
  readonly territories: readonly (readonly [name: number, territory: Territory])[];
  readonly queues: readonly (readonly [
    name: number,
    queue: { readonly label: string; readonly objects: readonly string[]; readonly members: readonly string[] },
  ])[];
  readonly points: number;
}

const label = fc.constantFrom('East', 'West', 'North');
const names = fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 8 });

export const organisations: fc.Arbitrary<Organisation> = fc.record({
  territories: names.chain((order) =>
    fc.tuple(
      ...order.map((name, at) =>
        fc.tuple(
          fc.constant(name),
          fc.record({
            parent: at === 0 ? fc.constant(null) : fc.option(fc.nat({ max: at - 1 })),
            label,
            seats: fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: 2 }),
          }),
        ),
      ),
    ),
  ),
  queues: fc.uniqueArray(fc.nat({ max: 3 }), { maxLength: 3 }).chain((order) =>
    fc.tuple(
      ...order.map((name) =>
        fc.tuple(
          fc.constant(name),
          fc.record({
            label,
            objects: fc.uniqueArray(fc.constantFrom('Lead', 'Case'), { maxLength: 2 }),
            members: fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: 2 }),
          }),
        ),
      ),
    ),
  ),
  points: fc.nat({ max: 3 }),
});

/** `rename` says what a territory of this number is called: the same record under another key. */
export function desiredOf(
  { territories, queues }: Organisation,
  rename: (name: number) => string = (name) => `t${name}`,
): readonly DesiredObject[] {
  const key = (at: number) => `FY27/${rename(territories[at]?.[0] ?? 0)}`;
  const all = territories.map((_, at) => `Territory2/${key(at)}`);
  const state = { fields: { State: 'Active' }, born: { State: 'Planning' }, after: all };
  return [
    { ...object('TerritoryModel/FY27', 'Territory2Model', 'FY27', 'structure', { Name: 'FY27' }), onRemove: 'hold', late: state },
    ...territories.flatMap(([, { parent, label, seats }], at) => {
      const model = linkTo('Territory2Model', 'FY27');
      const above: FieldValue = parent === null ? null : linkTo('Territory2', key(parent));
      const territory = object(`Territory/${key(at)}`, 'Territory2', key(at), 'structure', {
        Name: label,
        DeveloperName: key(at).slice(5),
        Territory2ModelId: model,
        ParentTerritory2Id: above,
      });
      const people = seats.map((person) =>
        object('Scenario/fy27', 'UserTerritory2Association', `${key(at)}/${person}`, 'assignment', {
          UserId: linkTo('User', person),
          Territory2Id: linkTo('Territory2', key(at)),
          RoleInTerritory2: label,
        }),
      );
      return [territory, ...people];
    }),
    ...queues.flatMap(([name, { label, objects, members }]) => {
      const [ref, queue] = [`Queue/q${name}`, linkTo('Group', `q${name}`)];
      return [
        object(ref, 'Group', `q${name}`, 'structure', { Name: label, Type: 'Queue' }),
        ...objects.map((type) => object(ref, 'QueueSobject', `q${name}/${type}`, 'assignment', { QueueId: queue, SobjectType: type })),
        ...members.map((person) =>
          object(ref, 'GroupMember', `q${name}/${person}`, 'assignment', { GroupId: queue, UserOrGroupId: linkTo('User', person) }),
        ),
      ];
    }),
  ];
}

export function contentOf({ queues, points }: Organisation): { readonly content: SnapshotContent; readonly needs: readonly string[] } {
  const pools = queues.map(([name]) => [`Pool/p${name}`, { queue: `queue/q${name}`, members: [] }] as const);
  const content = { resources: { 'ScoringModel/inbound': { rules: [{ id: 'size', points }] }, ...Object.fromEntries(pools) } };
  return { content, needs: queues.map(([name]) => addressText({ type: 'Group', key: `q${name}` })) };
}

function object(ref: string, type: string, key: string, tier: Tier, fields: Fields): DesiredObject {
  const slash = ref.indexOf('/');
  return {
    address: { type, key },
    ref: { kind: ref.slice(0, slash), name: ref.slice(slash + 1) },
    origin: { path: 'design/all.yaml', line: key.length, column: 1 },
    tier,
    fields,
    dependsOn: [],
    onRemove: 'delete',
    protect: false,
  };
}
