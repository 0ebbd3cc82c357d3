// The territory models of an org. A territory is declared once for all the models that it is in, so a second model comes along only where
// the territories that both have are alike.
import { type Importing, type KindImport, keyOf, type LiveRecord, once, partsOf, said, textOf } from '../importing.ts';
import { DEVELOPER_NAME } from '../naming.ts';
import { roleTexts, roleWords } from '../scenario/imported-roles.ts';
import type { Declaration } from '../write.ts';
import { LEVELS, type STATES } from './crm-words.ts';

export const modelImport: KindImport = { types: ['Territory2Model'], needs: [], read };

/** Models and types share a file. */
export const MODEL_FILE = 'design/territories/model.yaml';

export const LEVEL_FIELDS = { account: 'AccountAccessLevel', opportunity: 'OpportunityAccessLevel', case: 'CaseAccessLevel' } as const;
type Level = keyof typeof LEVEL_FIELDS;

function* read(importing: Importing): Generator<Declaration> {
  for (const { address, fields } of importedModels(importing)) {
    if (importing.isDeclared(address)) continue;
    const state = stateOf(fields);
    const access = defaultAccess(importing, address.key);
    const roles = rolesOf(importing, address.key);
    yield {
      kind: 'TerritoryModel',
      file: MODEL_FILE,
      name: address.key,
      spec: {
        label: textOf(fields, 'Name'),
        ...said(fields, 'Description'),
        ...(state !== 'planning' && { state }),
        ...(Object.keys(roles).length > 0 && { roles }),
        ...(Object.keys(access).length > 0 && { default_access: access }),
      },
    };
  }
}

/** The models that are declared, or will be. The first one that is not archived is what the others have to be like. */
export const importedModels = once((importing: Importing): readonly LiveRecord[] => {
  const there = importing.of('Territory2Model').filter(({ address }) => {
    const isName = DEVELOPER_NAME.pattern.test(address.key);
    if (!isName) importing.leaveOut(address, 'bad-name', `its name is none that a TerritoryModel may have: ${DEVELOPER_NAME.text}`);
    return isName;
  });
  const declared = there.filter(({ address }) => importing.isDeclared(address));
  if (declared.length > 0) {
    for (const { address } of there.filter((model) => !declared.includes(model)))
      importing.leaveOut(
        address,
        'another-model',
        'other models are declared already',
        'Declare it by hand, or import it into a folder of its own: --out DIR',
      );
    return declared;
  }
  const living = there.filter(({ fields }) => stateOf(fields) !== 'archived');
  const first = living.find(({ fields }) => stateOf(fields) === 'active') ?? living[0];
  return there.filter((model) => {
    if (stateOf(model.fields) === 'archived') {
      importing.note(
        'archived-model',
        `Territory2Model/${model.address.key} is archived: what is in it stays as it is and is not declared.`,
      );
      return true;
    }
    const other = first === undefined || model === first ? undefined : difference(importing, first.address.key, model.address.key);
    if (other !== undefined)
      importing.leaveOut(
        model.address,
        'models-differ',
        `${other}, and a territory is declared once for all its models`,
        `Make it as in ${first?.address.key}, or leave it undeclared.`,
      );
    return other === undefined;
  });
});

/** Models in which territories are declared. */
export function livingModels(importing: Importing): readonly string[] {
  return importedModels(importing)
    .filter(({ fields }) => stateOf(fields) !== 'archived')
    .map(({ address }) => address.key);
}

/** On its way to a state a model is declared in it; what failed is where it was before. */
function stateOf(fields: LiveRecord['fields']): keyof typeof STATES {
  const state = textOf(fields, 'State');
  if (state === 'Active' || state === 'Activating' || state === 'ArchivingFailed') return 'active';
  return state === 'Archived' || state === 'Archiving' ? 'archived' : 'planning';
}

/** What the territories and assignments that two models have in common differ in; nothing where they are alike. */
function difference(importing: Importing, first: string, second: string): string | undefined {
  const inModel = (type: string, model: string) =>
    new Map(
      importing
        .of(type)
        .flatMap((record) => (partsOf(record.address.key)[0] === model ? [[partsOf(record.address.key)[1], record] as const] : [])),
    );
  const [ours, theirs] = [inModel('Territory2', first), inModel('Territory2', second)];
  const alike = (record: LiveRecord) =>
    JSON.stringify([
      record.fields['Name'],
      record.fields['Description'],
      ...lookups(record),
      ...Object.values(LEVEL_FIELDS).map((field) => record.fields[field]),
    ]);
  for (const [name, record] of theirs) {
    const other = ours.get(name);
    if (other !== undefined && alike(record) !== alike(other)) return `${name} is not as in ${first}`;
  }
  const seats = (model: string, among: ReadonlyMap<string, LiveRecord>) =>
    [...inModel('UserTerritory2Association', model)]
      .flatMap(([key, { fields }]) => (among.has(partsOf(key)[0]) ? [`${key} ${textOf(fields, 'RoleInTerritory2')}`] : []))
      .sort();
  return JSON.stringify(seats(first, theirs)) === JSON.stringify(seats(second, ours))
    ? undefined
    : `people sit in its territories who do not in those of ${first}`;
}

function lookups({ fields }: LiveRecord): readonly (string | undefined)[] {
  const parent = keyOf(fields['ParentTerritory2Id']);
  return [keyOf(fields['Territory2TypeId']), parent === undefined ? undefined : partsOf(parent)[1]];
}

/** The level that most territories of the model have. None where one of them has a level without a word: absent is left to the org. */
export function defaultAccess(importing: Importing, model: string): { readonly [level in Level]?: string } {
  const declared = importing.declared?.models.find(({ ref }) => ref.name === model);
  if (declared !== undefined) return declared.spec.default_access as { readonly [level in Level]?: string };
  const territories = importing.wants('Territory')
    ? importing.of('Territory2').filter(({ address }) => partsOf(address.key)[0] === model)
    : [];
  const found: { [level in Level]?: string } = {};
  for (const [level, field] of Object.entries(LEVEL_FIELDS) as [Level, string][]) {
    const words = territories.map(({ fields }) => levelWord(level, fields[field]));
    const most = [...Map.groupBy(words, (word) => word)].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
    if (most !== undefined && !words.includes(undefined)) found[level] = most;
  }
  return found;
}

export function levelWord(level: Level, live: unknown): string | undefined {
  const word = Object.keys(LEVELS).find((one) => LEVELS[one as keyof typeof LEVELS] === live);
  const isForbidden = (level === 'account' && word === 'none') || (level !== 'account' && word === 'all');
  return isForbidden ? undefined : word;
}

/** Only roles that are called otherwise in the org. */
function rolesOf(importing: Importing, model: string): { readonly [role: string]: string | null } {
  const words = roleWords(importing);
  const roles = [...roleTexts(importing, model)].flatMap((text) => {
    const word = words.get(text);
    return word === undefined || word === text ? [] : [[word, text] as const];
  });
  return Object.fromEntries(roles.sort(([a], [b]) => (a < b ? -1 : 1)));
}
