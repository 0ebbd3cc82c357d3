// A task for somebody, as an effect: it hangs on the record, says why it is there, and is made once.
import type { Calendar } from '../engines/calendars/calendar.ts';
import { dayText } from '../engines/calendars/calendar.ts';
import { shiftDay } from '../engines/calendars/days.ts';
import { filled, type TaskSpec, type TaskWord } from '../resources/tasks.ts';
import type { Creation } from './decide.ts';

export interface ToDo {
  readonly object: string;
  readonly record: string;
  /** Of a user, by the org's id. */
  readonly owner: string;
  readonly words: Readonly<Partial<Record<TaskWord, string>>>;
  /** Whose business days count. */
  readonly calendar: Calendar;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** People of the org are named in one field of a task, everything else in the other. */
const PEOPLE = new Set(['Lead', 'Contact']);
const MOST_SUBJECT = 255;

export function taskOf(spec: TaskSpec, { object, record, owner, words, calendar, now }: ToDo): Creation {
  const by = personOrThing(object);
  const due = shiftDay(calendar, dayText(calendar.zone.dayAt(now)), spec.due);
  return {
    kind: 'create',
    object: 'Task',
    fields: {
      Subject: filled(spec.subject, words).slice(0, MOST_SUBJECT),
      Description: spec.description === undefined ? standard(words) : filled(spec.description, words),
      [by]: record,
      OwnerId: owner,
      ...(due !== null && { ActivityDate: due }),
      ...(spec.priority !== undefined && { Priority: spec.priority }),
    },
    key: spec.key_field === undefined ? { text: 'Description', by } : { field: spec.key_field, text: 'Description' },
  };
}

export function personOrThing(object: string): 'WhoId' | 'WhatId' {
  return PEOPLE.has(object) ? 'WhoId' : 'WhatId';
}

function standard({ reason, rule, territory, score, grade, decision }: ToDo['words']): string {
  const known = [
    ['Rule', rule],
    ['Territory', territory],
    ['Score', [score, grade].filter((part) => part !== undefined && part !== '').join(', ')],
    ['Decision', decision],
  ] as const;
  const lines = known.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}: ${value}`]));
  return [...(reason === undefined || reason === '' ? [] : [reason, '']), ...lines].join('\n');
}
