// Both sides are there and can be compared, a control has one experiment at a time, and a candidate is nobody else's.
import { originText, type Ref, refText } from '../core.ts';
import type { Path } from '../path.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { RoutingRuleSet } from '../routing-rule-set/schema.ts';
import { ScoringModel } from '../scoring-model/schema.ts';
import { triedRef } from './candidates.ts';
import type { ExperimentSpec } from './schema.ts';

type One = Resource<ExperimentSpec>;

export function checkExperiments(experiments: readonly One[], organisation: Organisation, report: Report): void {
  for (const experiment of experiments) {
    checkSides(experiment, organisation, report);
    checkMode(experiment, report);
    checkDays(experiment, report);
  }
  checkOthers(experiments, report);
}

function checkSides(experiment: One, organisation: Organisation, report: Report): void {
  const [candidate, control] = [triedRef(experiment.spec.candidate), triedRef(experiment.spec.control)];
  if (candidate.kind !== control.kind)
    return report.error(experiment, {
      path: ['spec', 'candidate'],
      code: 'not-comparable',
      message: `candidate: a ${candidate.kind} can not take the place of a ${control.kind}`,
      ...like(control, organisation),
    });
  if (candidate.name === control.name)
    return report.error(experiment, {
      path: ['spec', 'candidate'],
      code: 'not-comparable',
      message: `candidate: ${candidate.name} is the control too, so there is nothing to tell apart`,
      ...like(control, organisation),
    });
  const [tried, acts] = [objectOf(organisation, candidate), objectOf(organisation, control)];
  // What is not there was told as a reference.
  if (tried === undefined || acts === undefined) return;
  if (acts === null)
    return report.error(experiment, {
      path: ['spec', 'control'],
      code: 'not-comparable',
      message: `control: ${control.name} has no object, so it acts on nothing`,
    });
  if (tried !== acts)
    report.error(experiment, {
      path: ['spec', 'candidate'],
      code: 'not-comparable',
      message: `candidate: ${candidate.name} is for ${tried ?? 'no object'}, and ${control.name} for ${acts}`,
      hint: `Write "object: ${acts}" in ${candidate.name}.`,
    });
}

/** What could be tried against the control. */
function like(control: Ref, organisation: Organisation): { readonly hint?: string } {
  const object = objectOf(organisation, control);
  const others = [...organisation.names(control.kind)].filter(
    (name) => name !== control.name && objectOf(organisation, { kind: control.kind, name }) === object,
  );
  if (others.length === 0) return { hint: `Declare another ${control.kind} for ${object ?? 'its object'}.` };
  return {
    hint: `Write ${others
      .slice(0, 3)
      .map((name) => `"${control.kind.toLowerCase()}/${name}"`)
      .join(' or ')}.`,
  };
}

/** Nothing where it is not there; `null` where it is for none. */
function objectOf(organisation: Organisation, { kind, name }: Ref): string | null | undefined {
  const found = kind === ScoringModel.name ? organisation.get(ScoringModel, name) : organisation.get(RoutingRuleSet, name);
  return found === undefined ? undefined : (found.spec.object ?? null);
}

function checkMode(experiment: One, report: Report): void {
  const { mode, share, metric, stop } = experiment.spec;
  const error = (path: Path, message: string, hint?: string, of?: 'key') =>
    report.error(experiment, { path, code: 'out-of-mode', message, hint, ...(of !== undefined && { of }) });
  if (mode === 'share') {
    if (share === undefined) error(['spec', 'mode'], 'mode: a share of the records, but not which', 'Write "share: 0.1" for every tenth.');
    else if (share === 0 || share === 1)
      error(['spec', 'share'], `share: ${share} leaves one side without records`, 'Write a number between 0 and 1.');
    if (metric === 'agreement')
      error(
        ['spec', 'metric'],
        'metric: on a share each record has one decision, and there is nothing that could agree',
        'Write "mode: shadow", or "metric: conversion".',
      );
    return;
  }
  if (share !== undefined)
    error(['spec', 'share'], 'share: in shadow the candidate decides on every record', 'Write "mode: share", or leave it out.', 'key');
  if (metric === 'conversion')
    error(
      ['spec', 'metric'],
      'metric: in shadow both sides have the same records, which convert alike',
      'Write "mode: share", or "metric: agreement".',
    );
  if (stop.max_drop !== undefined)
    error(
      ['spec', 'stop', 'max_drop'],
      'stop.max_drop: in shadow nothing comes of the candidate, so nothing can drop',
      'Leave it out.',
      'key',
    );
}

function checkDays(experiment: One, report: Report): void {
  const { from, to } = experiment.spec;
  if (from !== undefined && to !== undefined && to < from)
    report.error(experiment, { path: ['spec', 'to'], code: 'out-of-range', message: `to: ${to} is before ${from}, its first day` });
}

function checkOthers(experiments: readonly One[], report: Report): void {
  for (const [at, experiment] of experiments.entries()) {
    const candidate = refText(triedRef(experiment.spec.candidate));
    const control = refText(triedRef(experiment.spec.control));
    for (const other of experiments.slice(0, at)) {
      const there = `${other.ref.name} (${originText(other.origin)})`;
      if (refText(triedRef(other.spec.candidate)) === candidate)
        report.error(experiment, { path: ['spec', 'candidate'], code: 'in-use', message: `candidate: ${there} tries it already` });
      if (refText(triedRef(other.spec.control)) === control && meet(experiment.spec, other.spec))
        report.error(experiment, {
          path: ['spec', 'control'],
          code: 'in-use',
          message: `control: ${there} tries another one against it in the same days; one at a time, or nobody can tell what made the difference`,
          hint: 'Let one begin after the other: write `to` there, and `from` here.',
        });
    }
    for (const other of experiments)
      if (refText(triedRef(other.spec.control)) === candidate && other !== experiment)
        report.error(experiment, {
          path: ['spec', 'candidate'],
          code: 'in-use',
          message: `candidate: ${other.ref.name} has it as its control (${originText(other.origin)}), but what is tried does not act`,
        });
  }
}

function meet(a: ExperimentSpec, b: ExperimentSpec): boolean {
  const before = (one: ExperimentSpec, other: ExperimentSpec) => one.to !== undefined && other.from !== undefined && one.to < other.from;
  return !before(a, b) && !before(b, a);
}
