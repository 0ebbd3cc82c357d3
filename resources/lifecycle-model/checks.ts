// Every stage can be reached, a way back leads somewhere, and no record goes round in a circle without time passing.
import { whenOf } from '../conditions/condition.ts';
import { implies } from '../conditions/implies.ts';
import { originText } from '../core.ts';
import { millisecondsOf } from '../duration.ts';
import { checkField, checkWhen, factPaths } from '../facts.ts';
import { FieldMap } from '../field-map/schema.ts';
import type { Path } from '../path.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { nearest } from '../suggest.ts';
import { ENTRY_FACTS, STAY_FACTS } from './facts.ts';
import type { LifecycleModelSpec } from './schema.ts';
import { checkWays } from './ways.ts';

type Model = Resource<LifecycleModelSpec>;

export function checkLifecycleModels(models: readonly Model[], organisation: Organisation, report: Report): void {
  const followed = new Map<string, Model>();
  for (const model of models) {
    checkObjects(model, followed, organisation, report);
    checkIds(model, report);
    checkTimes(model, report);
    checkWays(model, report);
    checkConditions(model, organisation, report);
    checkShadows(model, report);
  }
}

function checkObjects(model: Model, followed: Map<string, Model>, organisation: Organisation, report: Report): void {
  const mapped = organisation.all(FieldMap).map(({ spec }) => spec.object);
  for (const [index, object] of model.spec.objects.entries()) {
    const path = ['spec', 'objects', index];
    const other = followed.get(object);
    followed.set(object, other ?? model);
    if (other !== undefined)
      report.error(model, {
        path,
        code: 'same-object',
        message: `objects: ${other === model ? `${object} is written twice` : `${other.ref.name} follows ${object} too (${originText(other.origin)}); one model an object`}`,
      });
    if (mapped.includes(object) || !organisation.complete(FieldMap.name)) continue;
    const near = nearest(object, mapped);
    report.error(model, {
      path,
      code: 'dangling-reference',
      message: `objects: no FieldMap maps ${object}, so nothing of its records can be read`,
      hint: near === undefined ? `Declare a FieldMap with "object: ${object}".` : `Did you mean "${near}"?`,
    });
  }
}

function checkIds(model: Model, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { id, reject }] of model.spec.stages.entries()) {
    if (seen.has(id))
      report.error(model, { path: ['spec', 'stages', index, 'id'], code: 'duplicate-id', message: `stages: the id "${id}" is used twice` });
    seen.add(id);
    const reasons = new Set<string>();
    for (const [place, { reason }] of reject.entries()) {
      if (reasons.has(reason))
        report.error(model, {
          path: ['spec', 'stages', index, 'reject', place, 'reason'],
          code: 'duplicate-id',
          message: `stages[${id}].reject: the reason "${reason}" is used twice`,
          hint: 'Write one with "or".',
        });
      reasons.add(reason);
    }
  }
}

/** No time at all is none, and a day of business hours is no day. */
function checkTimes({ spec, ...model }: Model, report: Report): void {
  const resource = { spec, ...model };
  for (const [index, { id, sla, reject, recycle }] of spec.stages.entries()) {
    const path = ['spec', 'stages', index];
    const durations: readonly (readonly [Path, string | undefined])[] = [
      [[...path, 'sla'], sla?.startsWith('+') === true ? undefined : sla],
      ...reject.map(({ after }, place) => [[...path, 'reject', place, 'after'], after] as const),
      [[...path, 'recycle', 'after'], recycle?.after],
      [[...path, 'recycle', 'hold'], recycle?.hold],
    ];
    for (const [at, written] of durations) {
      if (written === undefined || millisecondsOf(written) > 0) continue;
      report.error(resource, { path: at, code: 'out-of-range', message: `stages[${id}]: ${written} is no time at all` });
    }
    if (spec.calendar === undefined || sla === undefined || !/^\d.*d$/.test(sla)) continue;
    report.error(resource, {
      path: [...path, 'sla'],
      code: 'ambiguous-duration',
      message: `stages[${id}].sla: with a calendar, "${sla}" may mean days or hours of business`,
      hint: `Write business days ("+${Math.max(1, Math.round(Number.parseFloat(sla)))}bd") or hours.`,
    });
  }
}

/** A path is there where any object of the model has it; a record of another one misses it. */
function checkConditions(model: Model, organisation: Organisation, report: Report): void {
  const { objects, stages, reject_field } = model.spec;
  const [first] = objects;
  const object = objects.length === 1 ? first : undefined;
  const of = (facts: readonly string[]) => {
    const each = objects.map((one) => factPaths(organisation, one, facts));
    return {
      names: [...new Set(each.flatMap(({ names }) => names))],
      has: (path: string) => each.some((paths) => paths.has(path)),
      complete: each.every(({ complete }) => complete),
      remedy: `Declare the field in the FieldMap of ${objects.join(' or ')}.`,
    };
  };
  const context = { organisation, report, ...(object !== undefined && { object }) };
  const entry = { ...context, facts: of(ENTRY_FACTS) };
  const stay = { ...context, facts: of(STAY_FACTS) };
  if (reject_field !== undefined) checkField(model, ['spec', 'reject_field'], reject_field, entry.facts, report);
  for (const [index, stage] of stages.entries()) {
    const path = ['spec', 'stages', index];
    if (stage.entry !== undefined) checkWhen(model, [...path, 'entry'], stage.entry, entry);
    if (stage.exit !== undefined) checkWhen(model, [...path, 'exit'], stage.exit, stay);
    for (const [place, { when, after }] of stage.reject.entries()) {
      if (when !== undefined) checkWhen(model, [...path, 'reject', place, 'when'], when, stay);
      if (when !== undefined && after === undefined && whenOf(when).paths.some(({ names }) => names[0] === 'lifecycle'))
        report.error(model, {
          path: [...path, 'reject', place],
          code: 'circular-reference',
          message: `stages[${stage.id}].reject[${place}]: its time starts anew with each entry, so a record is let in again at once`,
          hint: 'Say how long it stays away ("after: 60d"), or write a recycling.',
        });
      if (when === undefined && reject_field === undefined)
        report.error(model, {
          path: [...path, 'reject', place],
          code: 'missing-key',
          message: `stages[${stage.id}].reject[${place}]: nothing says when it applies`,
          hint: 'Write when, or name the field in which people say the reason: "reject_field".',
        });
    }
    if (stage.recycle?.when !== undefined) checkWhen(model, [...path, 'recycle', 'when'], stage.recycle.when, stay);
  }
}

/** A later stage that lets in whatever this one does leaves it empty. */
function checkShadows(model: Model, report: Report): void {
  const { stages } = model.spec;
  for (const [index, { id, entry }] of stages.entries()) {
    if (entry === undefined) continue;
    const { expression } = whenOf(entry);
    const by = stages.slice(index + 1).find((later) => {
      if (later.entry === undefined || later.reject.length > 0) return false;
      return implies(expression, whenOf(later.entry).expression);
    });
    if (by === undefined || stages.slice(0, index).some(({ exit }) => exit !== undefined)) continue;
    report.warning(model, {
      path: ['spec', 'stages', index, 'entry'],
      code: 'unreachable',
      message: `stages[${id}] is never entered by itself: ${by.id}, which comes later, lets in whatever it does ("${by.entry}")`,
      hint: 'Ask more of the later stage.',
    });
  }
}
