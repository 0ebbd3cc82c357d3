// The territories of an org, each under a path that gives its DeveloperName again.
import { addressText } from '../core.ts';
import { type Importing, type KindImport, kebab, keyOf, type LiveRecord, once, partsOf, said, textOf } from '../importing.ts';
import { developerName, PATH } from '../naming.ts';
import { defaultAccess, importedModels, LEVEL_FIELDS, levelWord, livingModels } from '../territory-model/imported.ts';
import type { Declaration } from '../write.ts';
import { pathAbove } from './tree.ts';

const RULE = 'ObjectTerritory2AssignmentRule';

export const territoryImport: KindImport = { types: ['Territory2', RULE], needs: ['TerritoryModel', 'TerritoryType'], read };

type Level = keyof typeof LEVEL_FIELDS;

function* read(importing: Importing): Generator<Declaration> {
  const living = livingModels(importing);
  const rules = importing.of(RULE).filter(({ address }) => !importing.isDeclared(address));
  if (rules.length > 0)
    importing.note(
      'assignment-rules',
      `${rules.length} assignment rules of Salesforce stay as they are and are not declared.`,
      'What falls into a territory is declared as TerritoryMatch.',
    );
  for (const { name, path, lineage } of inTreeOrder(importing)) {
    const records = living.flatMap((model) => recordOf(importing, model, name) ?? []);
    const [first] = records;
    if (first === undefined || records.some(({ address }) => importing.isDeclared(address))) continue;
    const parent = parentOf(importing, first);
    const access = ownAccess(importing, first, records);
    yield {
      kind: 'Territory',
      name: path,
      file: fileOf(lineage[0] ?? path),
      spec: {
        label: textOf(first.fields, 'Name'),
        type: keyOf(first.fields['Territory2TypeId']) ?? '',
        ...(parent !== (pathAbove(path) ?? null) && { parent }),
        ...(records.length < living.length && { models: records.map(({ address }) => partsOf(address.key)[0]) }),
        ...(Object.keys(access).length > 0 && { access }),
        ...said(first.fields, 'Description'),
      },
    };
  }
}

/** Each region with all that is below it, whatever their names. */
function inTreeOrder(
  importing: Importing,
): readonly { readonly name: string; readonly path: string; readonly lineage: readonly string[] }[] {
  const records = firstRecords(importing);
  const paths = territoryPaths(importing);
  const lineageOf = (name: string, below: readonly string[] = []): readonly string[] => {
    const path = paths.get(name);
    if (path === undefined || below.includes(path)) return below;
    const parent = keyOf(records.get(name)?.fields['ParentTerritory2Id']);
    return parent === undefined ? [path, ...below] : lineageOf(partsOf(parent)[1], [path, ...below]);
  };
  const placed = [...paths].map(([name, path]) => ({ name, path, lineage: lineageOf(name) }));
  return placed.toSorted((a, b) => (a.lineage.join('\n') < b.lineage.join('\n') ? -1 : 1));
}

function fileOf(root: string): string {
  const name = root.replaceAll('/', '-').toLowerCase();
  return `design/territories/${name === 'model' ? 'model-territories' : name}.yaml`;
}

/** By DeveloperName, as the first model has it that it is in. */
const firstRecords = once((importing: Importing): ReadonlyMap<string, LiveRecord> => {
  const records = new Map<string, LiveRecord>();
  for (const model of livingModels(importing)) {
    for (const record of importing.of('Territory2')) {
      const [inModel, name] = partsOf(record.address.key);
      if (inModel === model && !records.has(name)) records.set(name, record);
    }
  }
  return records;
});

/** DeveloperName → path, parents first. What has no path is left out, with what is below it. */
export const territoryPaths = once((importing: Importing): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>();
  for (const path of importing.declared?.territories.keys() ?? []) paths.set(importing.declared?.crmName('Territory', path) ?? '', path);
  const models = new Set(importedModels(importing).map(({ address }) => address.key));
  const records = firstRecords(importing);
  const left = new Set<string>();
  const place = (name: string, record: LiveRecord): string | undefined => {
    const known = paths.get(name);
    if (known !== undefined || left.has(name)) return known;
    left.add(name);
    const path = pathFor(importing, name, record, (above) => {
      const parent = records.get(above);
      return parent === undefined ? paths.get(above) : place(above, parent);
    });
    if (path === undefined) return undefined;
    left.delete(name);
    paths.set(name, path);
    return path;
  };
  for (const [name, record] of records) place(name, record);
  const elsewhere = importing.of('Territory2').filter(({ address }) => !models.has(partsOf(address.key)[0]));
  if (elsewhere.length > 0)
    importing.note('other-models', `${elsewhere.length} territories of models that are left out stay in the org undeclared.`);
  return paths;
});

/** Below its parent's path where that gives the DeveloperName again; else the DeveloperName as one word. */
function pathFor(
  importing: Importing,
  name: string,
  { address, fields }: LiveRecord,
  pathOf: (name: string) => string | undefined,
): string | undefined {
  const type = { type: 'Territory2Type', key: keyOf(fields['Territory2TypeId']) ?? '' };
  const parent = keyOf(fields['ParentTerritory2Id']);
  const above = parent === undefined ? undefined : pathOf(partsOf(parent)[1]);
  if (parent !== undefined && above === undefined) {
    importing.leaveOut(address, 'parent-left-out', `the territory above it, ${partsOf(parent)[1]}, is left out`);
    return undefined;
  }
  const inside = above === undefined ? undefined : `${developerName(above)}_`;
  const candidates = [
    ...(above !== undefined && inside !== undefined && name.startsWith(inside) ? [`${above}/${kebab(name.slice(inside.length))}`] : []),
    kebab(name),
  ];
  const path = candidates.find((one) => PATH.pattern.test(one) && developerName(one) === name);
  if (path === undefined) {
    importing.leaveOut(
      address,
      'bad-name',
      `no name of a territory gives the DeveloperName ${name} again`,
      'Change the DeveloperName in the org.',
    );
    return undefined;
  }
  if (!importing.of(type.type).some((one) => addressText(one.address) === addressText(type))) {
    importing.leaveOut(address, 'no-type', `its type ${type.key} is not to be seen`);
    return undefined;
  }
  return path;
}

function parentOf(importing: Importing, { fields }: LiveRecord): string | null {
  const parent = keyOf(fields['ParentTerritory2Id']);
  return parent === undefined ? null : (territoryPaths(importing).get(partsOf(parent)[1]) ?? null);
}

function recordOf(importing: Importing, model: string, name: string): LiveRecord | undefined {
  return byKey(importing).get(`${model}/${name}`);
}

const byKey = once((importing: Importing) => new Map(importing.of('Territory2').map((record) => [record.address.key, record])));

/** The levels that are not those of the models that it is in. */
function ownAccess(importing: Importing, { fields }: LiveRecord, records: readonly LiveRecord[]): { readonly [level in Level]?: string } {
  const defaults = records.map(({ address }) => accessOf(importing).get(partsOf(address.key)[0]) ?? {});
  const own: { [level in Level]?: string } = {};
  for (const level of Object.keys(LEVEL_FIELDS) as Level[]) {
    const word = levelWord(level, fields[LEVEL_FIELDS[level]]);
    if (word !== undefined && defaults.some((access) => access[level] !== word)) own[level] = word;
  }
  return own;
}

const accessOf = once((importing: Importing) => new Map(livingModels(importing).map((model) => [model, defaultAccess(importing, model)])));
