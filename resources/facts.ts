// What conditions may name: the fields of an object's FieldMap, names that are derived from them, and facts of earlier steps.
import { type Expression, testsOf } from './conditions/ast.ts';
import { type Condition, whenOf } from './conditions/condition.ts';
import { fold } from './conditions/text.ts';
import { FieldMap } from './field-map/schema.ts';
import type { Path } from './path.ts';
import type { Report } from './report.ts';
import type { Organisation, Resource } from './resource.ts';
import { acting } from './experiment/candidates.ts';
import { ScoringModel } from './scoring-model/schema.ts';
import { Segment } from './segment/schema.ts';
import { nearest } from './suggest.ts';
import { Territory } from './territory/schema.ts';

/** Derived from fields that are mapped. */
const DERIVED = ['email_kind', 'email_domain'];
/** Found by earlier steps. `*`: any name below. */
const FACTS = [
  'score',
  'grade',
  'segment',
  'excluded',
  'territory',
  'territory.path',
  'territory.candidates',
  'matched_account',
  'matched_account.is_customer',
  'matched_account.open_opportunity',
  'matched_account.owner',
  'matched_account.owner_active',
  'matched_account.owner_conflict',
  'matched_account.territory',
  'signal',
  'signal.*',
];
/** What a field may not be called: conditions would see the fact in its place. */
export const RESERVED: ReadonlySet<string> = new Set(['territory', 'matched_account', 'signal']);
const TERRITORY_PATHS = new Set(['territory', 'territory.path', 'matched_account.territory']);

/** The paths that conditions of one sort may use. */
export interface FactPaths {
  readonly names: readonly string[];
  has(path: string): boolean;
  /** False: a FieldMap could not be read, so a name that is not here may be in it. */
  readonly complete: boolean;
  /** Where a name that is missing would be declared. */
  readonly remedy: string;
}

/** For records of one object; for `undefined`, of any. `facts`: what is found beside their fields. */
export function factPaths(organisation: Organisation, object: string | undefined, facts: readonly string[] = FACTS): FactPaths {
  const byObject = pathsOf(organisation);
  const key = [object ?? '*', ...(facts === FACTS ? [] : facts)].join(' ');
  const before = byObject.get(key);
  if (before !== undefined) return before;
  const fields = organisation
    .all(FieldMap)
    .filter(({ spec }) => object === undefined || spec.object === object)
    .flatMap(({ spec }) => Object.keys(spec.fields));
  const paths = pathsFrom(
    [...new Set(fields), ...DERIVED, ...facts],
    organisation.complete(FieldMap.name),
    object === undefined ? 'Declare the field in a FieldMap.' : `Declare the field in the FieldMap of ${object}.`,
  );
  byObject.set(key, paths);
  return paths;
}

const known = new WeakMap<Organisation, Map<string, FactPaths>>();

function pathsOf(organisation: Organisation): Map<string, FactPaths> {
  const before = known.get(organisation);
  if (before !== undefined) return before;
  const made = new Map<string, FactPaths>();
  known.set(organisation, made);
  return made;
}

/** What an approval's `when` may ask of a plan. */
export const PLAN_FACTS: FactPaths = pathsFrom(
  ['creates', 'updates', 'deletes', 'account_moves', 'owner_changes'],
  true,
  'A plan has no other numbers.',
);

function pathsFrom(names: readonly string[], complete: boolean, remedy: string): FactPaths {
  const all = new Set(names.filter((name) => !name.endsWith('.*')));
  const open = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1));
  return { names: [...all], complete, remedy, has: (path) => all.has(path) || open.some((prefix) => path.startsWith(prefix)) };
}

export interface WhenContext {
  readonly facts: FactPaths;
  readonly organisation: Organisation;
  readonly report: Report;
  /** Whose records are tested; its scoring model says which grades there are. */
  readonly object?: string;
}

/** The paths that a `when` reads are there, and the segments, grades and territories that it names are declared. */
export function checkWhen(resource: Resource, path: Path, text: string, context: WhenContext): void {
  const condition = whenOf(text);
  checkPaths(resource, path, condition, context);
  checkLiterals(resource, path, condition.expression, context);
}

/** The same for some keys of a resource's spec, on records of one object. */
export function checkConditionsOfObject(
  resource: Resource,
  object: string | undefined,
  keys: readonly string[],
  organisation: Organisation,
  report: Report,
): void {
  const context: WhenContext = {
    facts: factPaths(organisation, object),
    organisation,
    report,
    ...(object === undefined ? {} : { object }),
  };
  for (const key of keys) {
    const text = (resource.spec as Readonly<Record<string, unknown>>)[key];
    if (typeof text === 'string') checkWhen(resource, ['spec', key], text, context);
  }
}

function checkPaths(resource: Resource, path: Path, condition: Condition, { facts, report }: WhenContext): void {
  for (const { text, at } of condition.paths) {
    if (!facts.has(text)) reportPath(resource, { path, inside: at }, text, facts, report);
  }
}

/** A field that a model or a rule names outside of a condition. */
export function checkField(resource: Resource, path: Path, name: string, facts: FactPaths, report: Report): void {
  if (!facts.has(name)) reportPath(resource, { path }, name, facts, report);
}

function reportPath(resource: Resource, place: { path: Path; inside?: number }, name: string, facts: FactPaths, report: Report): void {
  const near = nearest(name, facts.names);
  if (near === undefined && !facts.complete) return;
  report.error(resource, {
    ...place,
    code: 'unknown-path',
    message: `${place.path.at(-1)}: there is no field or fact "${name}"`,
    hint: near === undefined ? facts.remedy : `Did you mean "${near}"?`,
  });
}

function checkLiterals(resource: Resource, path: Path, expression: Expression, { organisation, report, object }: WhenContext): void {
  for (const { path: fact, test } of testsOf(expression)) {
    if (fact === undefined) continue;
    const items = test.kind === 'equals' ? [test.item] : 'items' in test ? test.items : [];
    for (const item of items) {
      const at = { path, inside: item.at };
      if (fact.text === 'segment' && (test.kind === 'equals' || test.kind === 'in')) {
        const names = organisation.names(Segment.name);
        if (!declares(names, item.text))
          report.error(resource, { ...at, code: 'unknown-segment', ...unknownName('Segment', item.text, names) });
      } else if (fact.text === 'grade' && (test.kind === 'equals' || test.kind === 'in')) {
        const grades = gradesOf(organisation, object);
        if (grades !== undefined && !declares(grades, item.text)) {
          report.warning(resource, {
            ...at,
            code: 'unknown-grade',
            message: `no model of ${object} gives the grade "${item.text}"`,
            hint: `Grades are ${[...grades].join(', ')}.`,
          });
        }
      } else if (test.kind === 'under' && TERRITORY_PATHS.has(fact.text)) {
        const names = organisation.names(Territory.name);
        const wanted = item.text.replace(/\/+$/, '');
        if (!names.has(wanted) && !startsAny(names, `${wanted}/`)) {
          report.error(resource, { ...at, code: 'dangling-reference', ...unknownName('Territory', wanted, names) });
        }
      }
    }
  }
}

function unknownName(kind: string, name: string, names: Iterable<string>) {
  const near = nearest(name, names);
  return { message: `no ${kind} "${name}" is declared`, hint: near === undefined ? undefined : `Did you mean "${near}"?` };
}

function declares(names: ReadonlySet<string>, text: string): boolean {
  if (names.has(text)) return true;
  const wanted = fold(text);
  return [...names].some((name) => fold(name) === wanted);
}

function startsAny(names: ReadonlySet<string>, prefix: string): boolean {
  for (const name of names) if (name.startsWith(prefix)) return true;
  return false;
}

function gradesOf(organisation: Organisation, object: string | undefined): ReadonlySet<string> | undefined {
  if (object === undefined || !organisation.complete(ScoringModel.name)) return undefined;
  const model = acting(organisation, ScoringModel).find(({ spec }) => spec.object === object);
  return model === undefined ? undefined : new Set(Object.keys(model.spec.grades));
}
