// A lifecycle, compiled once: conditions as functions, times in milliseconds, ways back by the place of their stage.
import type { LifecycleModelSpec, LifecycleStage } from '../../resources/lifecycle-model/schema.ts';
import { type Condition, whenOf } from '../../resources/conditions/condition.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import { type Calendar, compileCalendar, type Weekday } from '../calendars/calendar.ts';

export interface Lifecycle {
  readonly stages: readonly Stage[];
  /** The place of a stage by its id. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** The hours in which SLAs run; without it they run day and night. */
  readonly hours: Calendar | undefined;
  /** Whose days are business days. */
  readonly days: Calendar;
  /** Every path that a condition reads. */
  readonly reads: readonly string[];
}

export interface Stage {
  readonly id: string;
  readonly entry: Condition | undefined;
  readonly exit: Condition | undefined;
  readonly owner: string | undefined;
  readonly sla: Sla | undefined;
  readonly rejects: readonly Reject[];
  readonly recycle: Recycle | undefined;
}

export type Sla = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'business-days'; readonly days: number };

export interface Reject {
  readonly reason: string;
  readonly condition: Condition;
  readonly to: string;
  /** Milliseconds for which it is not let in again. */
  readonly rest: number | undefined;
  /** People wrote it, and it counts for a time: after that it is spent, until they write it anew. */
  readonly isSpent: boolean;
}

export interface Recycle {
  readonly reason: string;
  readonly condition: Condition | undefined;
  readonly to: string;
  /** Milliseconds in the stage. */
  readonly after: number;
  readonly rest: number | undefined;
}

const WORKING_DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const WHOLE_DAY = [['00:00', '24:00']] as const;

/** `timezone`: of the project, where the days of the calendar begin and end. Unreadable conditions were refused when the model was read. */
export function compileLifecycle(spec: LifecycleModelSpec, timezone: string): Lifecycle {
  const stages = spec.stages.map((stage) => compileStage(stage, spec.reject_field));
  const { calendar } = spec;
  const hours =
    calendar === undefined ? undefined : compileCalendar({ timezone, hours: hoursOf(calendar.hours), holidays: calendar.holidays });
  return {
    stages,
    placeOf: new Map(stages.map(({ id }, place) => [id, place])),
    hours,
    days: hours ?? compileCalendar({ timezone, hours: Object.fromEntries(WORKING_DAYS.map((day) => [day, WHOLE_DAY])) }),
    reads: [...new Set(stages.flatMap(conditionsOf).flatMap(({ paths }) => paths.map(({ text }) => text)))].sort(),
  };
}

type Hours = NonNullable<LifecycleModelSpec['calendar']>['hours'];

function hoursOf(hours: Hours): Partial<Record<Weekday, readonly (readonly [string, string])[]>> {
  return Object.fromEntries(Object.entries(hours).filter(([, spans]) => spans !== undefined));
}

function compileStage({ id, entry, exit, owner, sla, reject, recycle }: LifecycleStage, field: string | undefined): Stage {
  return {
    id,
    entry: entry === undefined ? undefined : whenOf(entry),
    exit: exit === undefined ? undefined : whenOf(exit),
    owner,
    sla: sla === undefined ? undefined : slaOf(sla),
    rejects: reject.map(({ reason, when, to, after }) => ({
      reason,
      condition: whenOf(when ?? `${field ?? ''} == "${reason}"`),
      to,
      rest: after === undefined ? undefined : millisecondsOf(after),
      isSpent: when === undefined && after !== undefined,
    })),
    recycle:
      recycle === undefined
        ? undefined
        : {
            reason: recycle.reason,
            condition: recycle.when === undefined ? undefined : whenOf(recycle.when),
            to: recycle.to,
            after: millisecondsOf(recycle.after),
            rest: recycle.hold === undefined ? undefined : millisecondsOf(recycle.hold),
          },
  };
}

function slaOf(written: string): Sla {
  const days = /^\+(\d+)bd$/.exec(written)?.[1];
  return days === undefined ? { kind: 'time', ms: millisecondsOf(written) } : { kind: 'business-days', days: Number(days) };
}

function conditionsOf({ entry, exit, rejects, recycle }: Stage): readonly Condition[] {
  return [entry, exit, ...rejects.map(({ condition }) => condition), recycle?.condition].filter((one) => one !== undefined);
}
