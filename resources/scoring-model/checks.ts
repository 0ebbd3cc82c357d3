// A scoring model adds up, every score has one grade, and every rule can be reached.
import { conditionOf } from '../conditions/condition.ts';
import { originText } from '../core.ts';
import { isCandidate, knowsCandidates } from '../experiment/candidates.ts';
import { checkField, factPaths } from '../facts.ts';
import type { Path } from '../path.ts';
import { shadowedRules } from '../reach.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { suggestion } from '../suggest.ts';
import type { ScoringComponent, ScoringModelSpec } from './schema.ts';

type Model = Resource<ScoringModelSpec>;
const SIDES = ['fit', 'intent'] as const;
/** A model with more is a mistake; looking at every score of it would take long. */
const MAX_SCORES = 100_000;

export function checkScoringModels(models: readonly Model[], organisation: Organisation, report: Report): void {
  const objects = new Map<string, Model>();
  for (const model of models) {
    const { object } = model.spec;
    // What is only tried does not act; where nobody knows what that is, nothing is said.
    const acts = knowsCandidates(organisation) && !isCandidate(organisation, model.ref);
    const other = object === undefined || !acts ? undefined : objects.get(object);
    if (object !== undefined && acts && other === undefined) objects.set(object, model);
    if (other !== undefined) {
      report.error(model, {
        path: ['spec', 'object'],
        code: 'same-object',
        message: `object: ${other.ref.name} scores ${object} too (${originText(other.origin)}); one model an object`,
        hint: 'Leave object out of a model that is only tried on files; one that is tried on records is the candidate of an Experiment.',
      });
    }
    checkSums(model, report);
    checkComponents(model, report);
    checkGrades(model, report);
    checkLocked(model, report);
    if (object !== undefined) checkFields(model, object, organisation, report);
    checkSources(model, report);
  }
}

/** In the org campaigns and tasks hang on people. */
const PEOPLE = ['Lead', 'Contact'];

function checkSources(model: Model, report: Report): void {
  const { object, engagement } = model.spec;
  if (engagement?.sources === undefined || object === undefined || PEOPLE.includes(object)) return;
  report.error(model, {
    path: ['spec', 'engagement', 'sources'],
    of: 'key',
    code: 'no-sources',
    message: `engagement.sources: the org has campaigns and tasks of ${PEOPLE.join(' and ')}, not of ${object}`,
    hint: 'Leave sources out; events that are posted count all the same.',
  });
}

function checkSums(model: Model, report: Report): void {
  const { spec } = model;
  for (const side of SIDES) {
    const parts = spec[side].components.reduce((sum, { weight }) => sum + weight, 0);
    const cap = side === 'intent' ? spec.engagement?.cap : undefined;
    const sum = parts + (cap ?? 0);
    if (sum === spec[side].weight) continue;
    report.error(model, {
      path: ['spec', side, 'weight'],
      code: 'weights-do-not-add-up',
      message: `${side}.weight is ${spec[side].weight}, but ${cap === undefined ? `its components add up to ${sum}` : `its components and the cap of engagement add up to ${parts} + ${cap} = ${sum}`}`,
    });
  }
  const sum = spec.fit.weight + spec.intent.weight;
  if (sum !== spec.max_score) {
    report.error(model, {
      path: ['spec', 'max_score'],
      code: 'weights-do-not-add-up',
      message: `max_score is ${spec.max_score}, but the sides add up to ${sum}`,
    });
  }
  for (const key of ['min_fit', 'min_intent'] as const) {
    const least = spec.mql?.[key];
    const most = spec[key === 'min_fit' ? 'fit' : 'intent'].weight;
    if (least !== undefined && least > most) {
      report.error(model, {
        path: ['spec', 'mql', key],
        code: 'out-of-range',
        message: `mql.${key}: ${least} can never be reached, since the side gives at most ${most}`,
      });
    }
  }
}

function checkComponents(model: Model, report: Report): void {
  const ids = new Set<string>();
  for (const side of SIDES) {
    for (const [index, component] of model.spec[side].components.entries()) {
      const path = ['spec', side, 'components', index];
      if (ids.has(component.id))
        report.error(model, {
          path: [...path, 'id'],
          code: 'duplicate-id',
          message: `${side}.components: the id "${component.id}" is used twice`,
          hint: 'Explanations call components by their id.',
        });
      ids.add(component.id);
      checkRules(model, path, `${side}.components[${component.id}]`, component, report);
    }
  }
  for (const key of ['negative', 'exclude'] as const) {
    for (const [index, { id }] of model.spec[key].entries()) {
      if (ids.has(id))
        report.error(model, { path: ['spec', key, index, 'id'], code: 'duplicate-id', message: `${key}: the id "${id}" is used twice` });
      ids.add(id);
    }
  }
}

function checkRules(model: Model, path: Path, name: string, { weight, rules = [] }: ScoringComponent, report: Report): void {
  for (const [index, { points }] of rules.entries()) {
    if (points <= weight) continue;
    report.error(model, {
      path: [...path, 'rules', index, 'points'],
      code: 'points-above-weight',
      message: `${name}.rules[${index}].points: ${points} are more than ${weight}, the weight of the component`,
    });
  }
  const ordered = rules.map((rule, index) => ({ rule: index, condition: conditionOf(rule.condition), always: true }));
  for (const { rule, by } of shadowedRules(ordered)) {
    report.warning(model, {
      path: [...path, 'rules', rule],
      code: 'unreachable',
      message: `${name}.rules[${rule}] is never reached: rules[${by}] ("${rules[by]?.condition}") holds wherever "${rules[rule]?.condition}" does`,
      hint: 'Put the narrower rule first.',
    });
  }
}

/** A lock on nothing lets through what it was meant to keep. */
function checkLocked(model: Model, report: Report): void {
  const components = SIDES.flatMap((side) => model.spec[side].components);
  const ids = new Set(components.flatMap(({ id, rules = [] }) => [id, ...rules.flatMap((rule) => rule.id ?? [])]));
  for (const [index, locked] of model.spec.tuning.locked.entries()) {
    if (ids.has(locked)) continue;
    report.error(model, {
      path: ['spec', 'tuning', 'locked', index],
      code: 'unknown-id',
      message: `tuning.locked: there is no component or rule "${locked}"`,
      ...suggestion(locked, [...ids]),
    });
  }
}

/** Every score from 0 to the greatest has the first grade that holds. */
function checkGrades(model: Model, report: Report): void {
  const { grades, max_score } = model.spec;
  if (max_score > MAX_SCORES) return;
  const conditions = Object.entries(grades).map(([grade, text]) => ({ grade, condition: conditionOf(text) }));
  const reached = new Set<string>();
  const without: number[] = [];
  for (let score = 0; score <= max_score; score += 1) {
    const found = conditions.find(({ condition }) => condition.holds(score, 0));
    if (found === undefined) without.push(score);
    else reached.add(found.grade);
  }
  if (without.length > 0) {
    report.error(model, {
      path: ['spec', 'grades'],
      of: 'key',
      code: 'grade-gap',
      message: `grades: scores ${rangesText(without)} have no grade`,
      hint: 'End with one that takes the rest: D: ">= 0".',
    });
  }
  for (const [index, { grade, condition }] of conditions.entries()) {
    if (reached.has(grade)) continue;
    const before = conditions.slice(0, index).filter((other) => overlaps(other.condition, condition, max_score));
    const why =
      before.length === 0
        ? `no score from 0 to ${max_score} is ${condition.text}`
        : `${before.map((other) => other.grade).join(', ')} before it takes all of it`;
    report.error(model, {
      path: ['spec', 'grades', grade],
      code: 'grade-unreachable',
      message: `grades: nothing gets ${grade}, since ${why}`,
      hint: 'Write grades from the best to the worst.',
    });
  }
}

function overlaps(
  a: { holds(value: unknown, asOf: number): boolean },
  b: { holds(value: unknown, asOf: number): boolean },
  most: number,
): boolean {
  for (let score = 0; score <= most; score += 1) if (a.holds(score, 0) && b.holds(score, 0)) return true;
  return false;
}

function checkFields(model: Model, object: string, organisation: Organisation, report: Report): void {
  const facts = factPaths(organisation, object);
  for (const side of SIDES) {
    for (const [index, { field, decay }] of model.spec[side].components.entries()) {
      checkField(model, ['spec', side, 'components', index, 'field'], field, facts, report);
      if (decay !== undefined) checkField(model, ['spec', side, 'components', index, 'decay', 'field'], decay.field, facts, report);
    }
  }
  for (const key of ['negative', 'exclude'] as const) {
    for (const [index, { field }] of model.spec[key].entries()) checkField(model, ['spec', key, index, 'field'], field, facts, report);
  }
}

/** `0..39, 50` */
function rangesText(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}..${to}`)).join(', ');
}
