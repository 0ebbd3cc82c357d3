// import: the org as it is, as files of a configuration. What was written is read again and compared with the org before anybody sees it:
// a plan of it adopts and changes nothing, and where that is not so, it is said.
import { createHash } from 'node:crypto';
import { addressText, type Address, type Checked, type Problem } from '../resources/core.ts';
import { FieldMap } from '../resources/field-map/schema.ts';
import { filesOf, importOrg as declarationsOf, importableKinds, typesOf, withNeeds } from '../resources/import-org.ts';
import { materialise } from '../resources/materialise.ts';
import type { SourceFile } from '../resources/organisation.ts';
import type { Declaration } from '../resources/write.ts';
import type { LiveObject, OrgIdentity } from '../plans/plan.ts';
import { counted } from '../plans/show.ts';
import { dayIn } from '../ports/clock.ts';
import type { CrmReader } from '../ports/crm.ts';
import type { Deps } from './deps.ts';
import { type Beside, check } from './import/check.ts';
import { projectFile } from './import/project.ts';
import { PROJECT_FILE } from './load.ts';

export interface ImportRequest {
  /** Kinds of resources; absent: all that can be read. What they refer to comes along. */
  readonly kinds?: readonly string[];
  /** The configuration that the files come into. Absent: they are one of their own. */
  readonly beside?: Beside;
  /** The folder of the files below the root of that configuration, with `/`; empty: the root itself. */
  readonly folder: string;
  /** Of a configuration of its own: how its environment is called, and where its credentials come from. */
  readonly environment?: { readonly name?: string; readonly env_prefix?: string };
}

export interface ImportReport {
  readonly org: OrgIdentity;
  /** By path relative to the root of the configuration. */
  readonly files: ReadonlyMap<string, string>;
  readonly resources: Readonly<Record<string, number>>;
  /** Records that a plan of it adopts as they are, and what it would make beside them. */
  readonly adopts: number;
  readonly creates: readonly Address[];
  /** Warnings: what is left out, and what somebody has to look at. */
  readonly problems: readonly Problem[];
}

const OBJECTS = ['Lead', 'Account', 'Contact', 'Opportunity', 'Case'];

export async function importOrg(deps: Deps, crm: CrmReader, request: ImportRequest): Promise<Checked<ImportReport>> {
  const kinds = withNeeds(request.kinds ?? importableKinds.map(({ name }) => name));
  const org = await crm.identify();
  const types = typesOf(kinds);
  const lacking = await crm.preflight(types);
  if (lacking.length > 0) return { ok: false, problems: lacking };
  const declared = request.beside?.scene.resolved;
  const mapped = declared?.organisation.all(FieldMap).map(({ spec }) => spec.object) ?? [];
  const listed = await crm.list(types, [...new Set([...OBJECTS, ...mapped])]);
  const live = [...listed, ...(await crm.read(usersIn(listed)))];
  const known = new Set(declared === undefined ? [] : materialise(declared).map(({ address }) => addressText(address)));
  const { declarations, problems } = declarationsOf(live, { kinds, declared, known });
  const day = dayIn('UTC', deps.clock.now());
  const head = `Read from "${org.name}" (${org.id}) on ${day}: as it was there.`;
  const own = request.beside === undefined ? [[PROJECT_FILE, projectFile(org, request.environment ?? {})] as const] : [];
  const written = (some: readonly Declaration[]) => new Map([...own, ...placed(filesOf(some, head), request.folder)]);
  const checked = await check(deps, crm, request.beside, declarations, (some) => asFiles(written(some)), known);
  if (!checked.ok) return checked;
  const { good, left, plan } = checked.value;
  return {
    ok: true,
    value: {
      org,
      files: good.length === 0 ? new Map() : written(good),
      resources: countedBy(good),
      adopts: plan.adopts,
      creates: plan.creates,
      problems: [...problems, ...left, ...plan.differing, ...created(plan.creates)],
    },
  };
}

/** Everybody who sits in a territory or is in a queue: who is inactive is not declared. */
function usersIn(live: readonly LiveObject[]): readonly Address[] {
  const people = live.filter(({ address }) => address.type === 'UserTerritory2Association' || address.type === 'GroupMember');
  const links = people.flatMap(({ fields }) => [fields['UserId'], fields['UserOrGroupId']]);
  const users = links.flatMap((link) =>
    typeof link === 'object' && link !== null && 'link' in link && link.link.startsWith('User/') ? [link.link] : [],
  );
  return [...new Set(users)].map((link) => ({ type: 'User', key: link.slice('User/'.length) }));
}

function placed(files: ReadonlyMap<string, string>, folder: string): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, text]) => [folder === '' ? path : `${folder}/${path}`, text]));
}

function asFiles(files: ReadonlyMap<string, string>): readonly SourceFile[] {
  return [...files].map(([path, text]) => ({ path, text, hash: createHash('sha256').update(text).digest('hex') }));
}

function countedBy(declarations: readonly Declaration[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of declarations) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** loopctl sees a field through a permission set of its own, and makes it where it is not there. */
function created(creates: readonly Address[]): readonly Problem[] {
  if (creates.length === 0) return [];
  const types = [...new Set(creates.map(({ type }) => type))].join(', ');
  const message = `A plan of this also creates ${counted(creates.length, 'record')} (${types}): the permission set by which loopctl sees the fields that it declares.`;
  return [{ severity: 'warning', code: 'plan-creates', message }];
}
