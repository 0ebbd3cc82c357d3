// What the org has of territories: those of the active model, which records are in them, and which are kept out. A call a page of 2,000.
import { developerName } from '../../resources/naming.ts';
import type { Checked } from '../../resources/core.ts';
import type { Placed } from '../../engines/territories/assignment.ts';
import type { Snapshot } from '../../loops/loop.ts';
import type { KnownAssigned } from '../../ports/assigned.ts';
import { CallFailed } from '../../ports/crm.ts';
import type { CrmRecords } from '../../ports/records.ts';

export const ASSOCIATION = 'ObjectTerritory2Association';
const READ_AT_ONCE = 2_000;

type Row = Readonly<Record<string, unknown>>;

export interface OrgTerritories {
  /** DeveloperName of the active model. */
  readonly model: string;
  /** Ids in the org, by path. */
  readonly ids: ReadonlyMap<string, string>;
  /** By the record's id. */
  readonly placed: ReadonlyMap<string, readonly Placed[]>;
  /** Paths from which a record is kept out, by its id. */
  readonly excluded: ReadonlyMap<string, ReadonlySet<string>>;
}

const ACTIVE = "Territory2.Territory2Model.State = 'Active'";

/** Problems: no model is active. */
export async function territoriesOfOrg(
  records: Pick<CrmRecords, 'page'>,
  { resources }: Pick<Snapshot, 'resources'>,
  object: string,
  made: readonly KnownAssigned[],
): Promise<Checked<OrgTerritories>> {
  const paths = new Map(
    Object.keys(resources).flatMap((key) =>
      key.startsWith('Territory/') ? [[developerName(key.slice('Territory/'.length)), key.slice('Territory/'.length)]] : [],
    ),
  );
  const territories = await all(
    records,
    'Territory2',
    ['DeveloperName', 'Territory2Model.DeveloperName'],
    "Territory2Model.State = 'Active'",
  );
  const [first] = territories;
  if (first === undefined)
    return {
      ok: false,
      problems: [
        {
          severity: 'error',
          code: 'no-active-model',
          message: 'No territory model is active in the org, or the active one has no territory: there is nothing to assign to.',
          hint: 'Declare a TerritoryModel with state: active, and apply.',
        },
      ],
    };
  const pathOfId = new Map(
    territories.flatMap((row): [string, string][] => {
      const path = paths.get(String(row['DeveloperName']));
      return path === undefined ? [] : [[String(row['Id']), path]];
    }),
  );
  const ours = new Map(made.map(({ record, territory, association }) => [`${record} ${territory}`, association]));
  const associations = await all(
    records,
    ASSOCIATION,
    ['ObjectId', 'Territory2Id', 'AssociationCause'],
    `${ACTIVE} AND SobjectType = '${object}'`,
  );
  const placed = new Map<string, Placed[]>();
  for (const row of associations) {
    const [record, territory] = [String(row['ObjectId']), String(row['Territory2Id'])];
    const known = ours.get(`${record} ${territory}`);
    // What somebody took out and put back by hand is theirs by now.
    const isOurs = known === null || known === row['Id'];
    const by = isOurs ? 'ours' : row['AssociationCause'] === 'Territory2AssignmentRule' ? 'rules' : 'people';
    const one: Placed = { id: String(row['Id']), territory, path: pathOfId.get(territory), by };
    const before = placed.get(record);
    if (before === undefined) placed.set(record, [one]);
    else before.push(one);
  }
  return {
    ok: true,
    value: {
      model: String(first['Territory2Model.DeveloperName']),
      ids: new Map([...pathOfId].map(([id, path]) => [path, id])),
      placed,
      excluded: object === 'Account' ? await exclusions(records, pathOfId) : new Map(),
    },
  };
}

async function exclusions(records: Pick<CrmRecords, 'page'>, pathOfId: ReadonlyMap<string, string>) {
  const excluded = new Map<string, Set<string>>();
  let rows: readonly Row[];
  try {
    rows = await all(records, 'Territory2ObjectExclusion', ['ObjectId', 'Territory2Id'], ACTIVE);
  } catch (error) {
    // An org of an older edition does not have them.
    if (error instanceof CallFailed && /^(?:INVALID_TYPE|NO_SUCH_OBJECT|INVALID_FIELD)$/.test(error.code)) return excluded;
    throw error;
  }
  for (const row of rows) {
    const path = pathOfId.get(String(row['Territory2Id']));
    const record = String(row['ObjectId']);
    if (path !== undefined) excluded.set(record, (excluded.get(record) ?? new Set<string>()).add(path));
  }
  return excluded;
}

async function all(records: Pick<CrmRecords, 'page'>, object: string, fields: readonly string[], where: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of pages(records, object, fields, { where })) rows.push(...page);
  return rows;
}

/** Every record for which a condition holds, behind `after`, in the order of ids. */
export async function* pages(
  records: Pick<CrmRecords, 'page'>,
  object: string,
  fields: readonly string[],
  { after: from, where }: { readonly after?: string | undefined; readonly where?: string | undefined },
): AsyncGenerator<readonly Row[]> {
  let after = from;
  for (;;) {
    const rows = await records.page(object, fields, {
      limit: READ_AT_ONCE,
      ...(after !== undefined && { after }),
      ...(where !== undefined && { where }),
    });
    if (rows.length > 0) yield rows;
    after = rows.at(-1)?.['Id'] as string | undefined;
    if (rows.length < READ_AT_ONCE || after === undefined) return;
  }
}
