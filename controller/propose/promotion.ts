// A candidate takes the place of what it was tried against: the control has its spec, with a version of its own; the experiment and the candidate
// leave git. As a branch, which people read before it acts.
import { type ResourceEdit, setting } from '../../resources/adopt.ts';
import type { Checked, Problem } from '../../resources/core.ts';
import { dropDocument, editFile, type FileEdit, partAt, transplant } from '../../resources/edit.ts';
import { triedRef } from '../../resources/experiment/candidates.ts';
import { Experiment } from '../../resources/experiment/schema.ts';
import type { Organisation, Resource } from '../../resources/resource.ts';
import { RoutingRuleSet } from '../../resources/routing-rule-set/schema.ts';
import { RoutingTestPack } from '../../resources/routing-test-pack/schema.ts';
import { ScoringModel } from '../../resources/scoring-model/schema.ts';
import { suggestion } from '../../resources/suggest.ts';
import type { Tree } from '../../ports/source.ts';
import { code, words } from '../../plans/render/inline.ts';
import type { Deps } from '../deps.ts';
import type { ExperimentReport } from '../experiments/report.ts';
import { nextVersion } from '../tune.ts';
import { declaredBy } from './checked.ts';
import { propose, type ProposeDeps, type Proposed } from './propose.ts';

export interface Promotion {
  readonly name: string;
  /** `ScoringModel/inbound` */
  readonly control: string;
  readonly candidate: string;
  readonly version?: { readonly before: string; readonly after: string };
  /** Whole texts by path; `null`: the file is gone. */
  readonly files: ReadonlyMap<string, string | null>;
}

/** Problems: there is no such experiment, or the files can not be changed so without changing something else. */
export function promotion(tree: Tree, organisation: Organisation, name: string, cache: Deps['cache']): Checked<Promotion> {
  const experiment = organisation.get(Experiment, name.replace(/^Experiment\//i, ''));
  if (experiment === undefined) return { ok: false, problems: [unknown(name, organisation)] };
  const [candidate, control] = [sideOf(organisation, experiment.spec.candidate), sideOf(organisation, experiment.spec.control)];
  if (candidate === undefined || control === undefined) throw new Error('references are checked before');
  const files = texts(tree);
  const moved = files.edit(control, (text, part) => transplant(text, part, { text: files.before(candidate), part: files.part(candidate) }));
  if (!moved) return { ok: false, problems: [notEditable(control, candidate)] };
  const version = versionAfter(control.spec, candidate.spec);
  const isSet = version === undefined || files.edit(control, edits(setting(control, ['spec', 'version'], version.after).edit));
  if (!isSet) return { ok: false, problems: [notEditable(control, candidate)] };
  for (const pack of packsOf(organisation, candidate)) {
    if (!files.edit(pack, edits(setting(pack, ['spec', 'rule_set'], control.ref.name).edit)))
      return { ok: false, problems: [notEditable(pack, candidate)] };
  }
  files.drop([experiment, candidate]);
  const changed = files.changed();
  const declared = declaredBy(tree, changed, cache);
  if (!declared.ok) return declared;
  const text = ({ ref }: Resource) => `${ref.kind}/${ref.name}`;
  return {
    ok: true,
    value: {
      name: experiment.ref.name,
      control: text(control),
      candidate: text(candidate),
      ...(version !== undefined && { version }),
      files: changed,
    },
  };
}

export function proposePromotion(
  deps: ProposeDeps,
  { tree, promoted, report }: { readonly tree: Tree; readonly promoted: Promotion; readonly report?: ExperimentReport | undefined },
): Promise<Checked<Proposed>> {
  const { name, files, control, candidate } = promoted;
  return propose(deps, {
    topic: `promote-${name}`,
    title: `Promote ${candidate.slice(candidate.indexOf('/') + 1)} to ${control}`,
    body: bodyOf(promoted, report),
    files,
    tree,
  });
}

function bodyOf({ name, control, candidate, version }: Promotion, report: ExperimentReport | undefined): string {
  const raised = version === undefined ? '' : ` (${code(version.before)} → ${code(version.after)})`;
  const head = `${code(control)} becomes what ${code(candidate)} is${raised}; the experiment ${code(name)} ends, and both it and its candidate leave git.`;
  if (report === undefined) return `${head}\n\nNothing is known here of how the experiment did.`;
  const { arms, state, because, since } = report;
  const rate = (value: number | null) => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
  const row = (label: string, arm: 'control' | 'candidate') => {
    const { n, converted, rate: of, mean_score: mean, shares } = arms[arm];
    const few = shares.slice(0, 4).map((one) => `${words(one.label)} ${rate(one.share)}`);
    return `| ${label} | ${n} | ${converted} | ${rate(of)} | ${mean === null ? '–' : mean.toFixed(1)} | ${few.join(', ')} |`;
  };
  return [
    head,
    '',
    `It is ${state}${since === undefined ? '' : ` since ${since.slice(0, 10)}`}: ${words(because)}.`,
    '',
    '| | records | converted | rate | mean score | decided |',
    '|---|---:|---:|---:|---:|---|',
    row('control', 'control'),
    row('candidate', 'candidate'),
  ].join('\n');
}

function sideOf(organisation: Organisation, written: string): Resource<{ readonly version?: string }> | undefined {
  const { kind, name } = triedRef(written);
  return kind === ScoringModel.name
    ? organisation.get(ScoringModel, name)
    : (organisation.get(RoutingRuleSet, name) as Resource<object> | undefined);
}

function packsOf(organisation: Organisation, { ref }: Resource): readonly Resource[] {
  if (ref.kind !== RoutingRuleSet.name) return [];
  return organisation.all(RoutingTestPack).filter(({ spec }) => spec.rule_set === ref.name);
}

/** Scores mean something else: the candidate's version, where it is another one that comes later, else the next of the control's. */
function versionAfter(control: { readonly version?: string }, candidate: { readonly version?: string }): Promotion['version'] {
  if (control.version === undefined || candidate.version === undefined) return undefined;
  const isLater = numbersOf(candidate.version).localeCompare(numbersOf(control.version)) > 0;
  return { before: control.version, after: isLater ? candidate.version : nextVersion(control.version) };
}

function numbersOf(version: string): string {
  return [...version.matchAll(/\d+/g)]
    .slice(0, 3)
    .map(([digits]) => digits.padStart(8, '0'))
    .join('.');
}

type Change = (text: string, part: number) => string | undefined;

function edits(edit: ResourceEdit): Change {
  return (text, part) => {
    if (edit.op === 'drop') return undefined;
    const one: FileEdit = { part, edit };
    const made = editFile(text, [one]);
    return made.ok ? made.text : undefined;
  };
}

/** Files under change. No edit moves a document; those that leave go last, from the end of their file. */
function texts(tree: Tree) {
  const before = new Map(tree.files.map(({ path, text }) => [path, text]));
  const now = new Map<string, string | null>();
  const textOf = ({ origin }: Resource) => before.get(origin.path) ?? '';
  const part = (resource: Resource) => partAt(textOf(resource), resource.origin.line);
  return {
    before: textOf,
    part,
    edit(resource: Resource, change: Change): boolean {
      const { path } = resource.origin;
      const made = change(now.get(path) ?? textOf(resource), part(resource));
      if (made !== undefined) now.set(path, made);
      return made !== undefined;
    },
    drop(resources: readonly Resource[]) {
      const last = resources.toSorted((a, b) => part(b) - part(a));
      for (const resource of last) {
        const { path } = resource.origin;
        const text = now.get(path) ?? textOf(resource);
        now.set(path, dropDocument(text, part(resource)) ?? null);
      }
    },
    changed: (): ReadonlyMap<string, string | null> => now,
  };
}

function notEditable(resource: Resource, candidate: Resource): Problem {
  return {
    severity: 'error',
    code: 'not-editable',
    message: `${resource.ref.name} can not get what ${candidate.ref.name} says without changing something else: a spec does not stand on lines of its own, or has an anchor`,
    ref: resource.ref,
    at: resource.origin,
    hint: 'Write "spec:" on a line of its own in both, commit, and do it again; or move it by hand.',
  };
}

function unknown(name: string, organisation: Organisation): Problem {
  const names = organisation.all(Experiment).map(({ ref }) => ref.name);
  return {
    severity: 'error',
    code: 'unknown-experiment',
    message: `There is no Experiment "${name}".`,
    ...(names.length === 0 ? { hint: 'None is declared: loopctl schema Experiment says what one looks like.' } : suggestion(name, names)),
  };
}
