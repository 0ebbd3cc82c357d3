// A territory that was changed by hand. It is one in all the models that it is in, so what changed in one of them alone has no words.
import {
  type Adoption,
  adopted,
  change,
  type Divergence,
  type Diverged,
  dropped,
  oneOf,
  type Placed,
  putBack,
  refused,
  requiredText,
  setting,
  shown,
  textOrNull,
  unsetting,
} from '../adopt.ts';
import { type FieldValue, isLink, parseAddress } from '../core.ts';
import type { Json } from '../edit/print.ts';
import type { Path } from '../path.ts';
import type { Resolved, TerritoryNode } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { LEVELS } from '../territory-model/crm-words.ts';
import type { TerritoryModelSpec } from '../territory-model/schema.ts';
import type { TerritorySpec } from './schema.ts';
import { pathAbove } from './tree.ts';

type TerritoryResource = Resource<TerritorySpec>;
type Level = keyof NonNullable<TerritorySpec['access']>;

const LEVEL_FIELDS: Readonly<Record<string, Level>> = {
  AccountAccessLevel: 'account',
  OpportunityAccessLevel: 'opportunity',
  CaseAccessLevel: 'case',
};

export function* adoptTerritory(
  territory: TerritoryResource,
  found: readonly Divergence[],
  diverged: Diverged,
  resolved: Resolved,
): Generator<Adoption> {
  const node = resolved.territories.get(territory.ref.name);
  if (node === undefined) return;
  const gone = found.filter(({ field }) => field === '');
  yield* adoptGone(node, gone, diverged, resolved);
  const stays = node.models.length - gone.length;
  for (const [field, some] of Map.groupBy(
    found.filter((one) => one.field !== ''),
    (one) => one.field,
  )) {
    const [first] = some;
    if (first === undefined) continue;
    const isSame = some.length === stays && some.every(({ live }) => JSON.stringify(live) === JSON.stringify(first.live));
    if (isSame) yield adoptField(node, field, some, diverged, resolved);
    else
      yield refused(some, territory, ['spec'], {
        code: 'models-differ',
        message: `${field} was changed in ${modelsOf(some)} and is something else in the other models of ${territory.ref.name}, which has one value for all`,
        hint: `Change it in the others too, or put it back: loopctl drift --revert Territory/${territory.ref.name}`,
      });
  }
}

function* adoptGone(
  { resource, models }: TerritoryNode,
  gone: readonly Divergence[],
  diverged: Diverged,
  resolved: Resolved,
): Generator<Adoption> {
  const modelOf = ({ address }: Divergence) => address.key.slice(0, address.key.indexOf('/'));
  const withModel = gone.filter((one) => diverged.isGone({ type: 'Territory2Model', key: modelOf(one) }));
  const alone = gone.filter((one) => !withModel.includes(one));
  for (const one of withModel) yield adopted([one], [], `gone with its model ${modelOf(one)}`, [`Territory2Model/${modelOf(one)}`]);
  if (alone.length === 0) return;
  const names = gone.map(modelOf);
  const left = models.map(({ ref }) => ref.name).filter((name) => !names.includes(resolved.crmName('TerritoryModel', name)));
  if (left.length === 0) yield dropped(resource, alone);
  else yield adopted(alone, [setting(resource, ['spec', 'models'], left)], change(resource, ['spec', 'models'], left));
}

/** The field has the same new value in every model that the territory is in. */
function adoptField(node: TerritoryNode, field: string, of: readonly Divergence[], diverged: Diverged, resolved: Resolved): Adoption {
  const { resource } = node;
  const live = of[0]?.live ?? null;
  const level = LEVEL_FIELDS[field];
  if (level !== undefined) return adoptLevel(node, level, field, of, diverged, resolved);
  const set = (path: Path, value: Json | undefined): Adoption =>
    value === undefined ? noWord(of, resource, path, live) : adopted(of, [setting(resource, path, value)], change(resource, path, value));
  switch (field) {
    case 'Name':
      return set(['spec', 'label'], requiredText(live));
    case 'Description':
      return set(['spec', 'description'], textOrNull(live));
    case 'Territory2TypeId':
      return set(['spec', 'type'], isLink(live) ? declaredType(parseAddress(live.link).key, resolved) : undefined);
    case 'ParentTerritory2Id':
      return adoptParent(node, of, live, resolved);
    default:
      return noWord(of, resource, ['spec'], live);
  }
}

function adoptParent({ resource }: TerritoryNode, of: readonly Divergence[], live: FieldValue, resolved: Resolved): Adoption {
  const path = ['spec', 'parent'];
  const parent = isLink(live) ? pathOf(parseAddress(live.link).key, resolved) : null;
  if (parent === undefined) return noWord(of, resource, path, live);
  // Where the name says it already, nothing else has to.
  const isSaid = parent === (pathAbove(resource.ref.name) ?? null) && resource.spec.parent !== undefined;
  const edit: Placed = isSaid ? unsetting(resource, path) : setting(resource, path, parent);
  return adopted(of, [edit], `parent: ${shown(of[0] && parentBefore(resource))} → ${shown(parent)}`);
}

function parentBefore({ ref, spec }: TerritoryResource): string | null {
  return spec.parent === undefined ? (pathAbove(ref.name) ?? null) : spec.parent;
}

/** `FY27/ams_west` → `ams/west`, where that is declared. */
function pathOf(key: string, resolved: Resolved): string | undefined {
  const name = key.slice(key.indexOf('/') + 1);
  return [...resolved.territories.keys()].find((path) => resolved.crmName('Territory', path) === name);
}

function declaredType(name: string, resolved: Resolved): string | undefined {
  return [...resolved.organisation.names('TerritoryType')].find((type) => resolved.crmName('TerritoryType', type) === name);
}

/** In the territory itself where it differs from its model; in the model where all that take its level changed alike. */
function adoptLevel(
  node: TerritoryNode,
  level: Level,
  field: string,
  of: readonly Divergence[],
  diverged: Diverged,
  resolved: Resolved,
): Adoption {
  const { resource, models } = node;
  const live = of[0]?.live ?? null;
  const path = ['spec', 'access', level];
  const word = oneOf(LEVELS)(live);
  if (word === undefined) return noWord(of, resource, path, live);
  const own = resource.spec.access?.[level];
  const say = (edit: Placed) => {
    const from = own ?? models[0]?.spec.default_access[level];
    const where = edit.resource === resource ? '' : `, as everywhere in ${edit.resource.ref.name}`;
    return adopted(of, [edit], `access.${level}: ${shown(from)} → ${shown(word)}${where}`);
  };
  if (own !== undefined && models.every(({ spec }) => spec.default_access[level] === word)) return say(unsetting(resource, path));
  const [model, ...others] = models;
  if (own === undefined && model !== undefined && others.length === 0 && isEverywhere(model, level, field, live, diverged, resolved))
    return say(setting(model, ['spec', 'default_access', level], word));
  return say(setting(resource, path, word));
}

/** Every territory that takes the level from this model, at least two, and from no other, has this value now. */
function isEverywhere(
  model: Resource<TerritoryModelSpec>,
  level: Level,
  field: string,
  live: FieldValue,
  diverged: Diverged,
  resolved: Resolved,
): boolean {
  const takers = [...resolved.territories.values()].filter(
    ({ resource, models }) => models.includes(model) && resource.spec.access?.[level] === undefined,
  );
  const modelName = resolved.crmName('TerritoryModel', model.ref.name);
  return (
    takers.length > 1 &&
    takers.every(({ resource, models }) => {
      const key = `${modelName}/${resolved.crmName('Territory', resource.ref.name)}`;
      return models.length === 1 && diverged.find({ type: 'Territory2', key }, field)?.live === live;
    })
  );
}

function noWord(of: readonly Divergence[], resource: TerritoryResource, path: Path, live: FieldValue): Adoption {
  const what = isLink(live) ? `${live.link}, which is not declared` : `${shown(live)}, and the language has no word for that`;
  const declare = isLink(live) ? 'Declare it first (loopctl import writes what is in the org), or put this back' : 'Put it back';
  return refused(of, resource, path, {
    code: isLink(live) ? 'not-declared' : 'no-such-word',
    message: `${of[0]?.field ?? ''}: the org has ${what}`,
    hint: isLink(live) ? `${declare}: loopctl drift --revert Territory/${resource.ref.name}` : putBack(resource.ref),
  });
}

function modelsOf(some: readonly Divergence[]): string {
  return some.map(({ address }) => address.key.slice(0, address.key.indexOf('/'))).join(', ');
}
