// Who works when: calendars, time off, and what a pool requires of its members.
import { describe, expect, test } from 'vitest';
import { originText } from '../../resources/core.ts';
import { runtimeContent } from '../../resources/runtime.ts';
import { problems, resolved } from './fixture.ts';

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: loopctl/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

function told(...documents: readonly string[]): readonly string[] {
  return problems({ path: 'zz.yaml', to: documents.join('---\n') })
    .filter(({ at }) => at?.path === 'zz.yaml')
    .map(({ at, severity, code }) => `${at === undefined ? '' : originText(at)} ${severity} ${code}`);
}

describe('a business calendar', () => {
  const calendar = (spec: string) => told(document('BusinessCalendar', 'here', spec));

  test('has hours at some time, in a zone that exists, on days that exist', () => {
    expect(calendar('{hours: {mon: [["09:00", "17:00"]]}}')).toEqual([]);
    expect(calendar('{hours: {}}')).toEqual(['zz.yaml:4:15 error never-open']);
    expect(calendar('{timezone: Mars/Base, hours: {mon: [["09:00", "17:00"]]}}')).toHaveLength(1);
    expect(calendar('{hours: {mon: [["9", "17:00"]]}}')).toHaveLength(1);
    expect(calendar('{hours: {mon: [["09:00", "17:00"]]}, holidays: [2026-02-30]}')).toHaveLength(1);
  });

  test('has no hours twice, and no holiday twice', () => {
    expect(calendar('{hours: {mon: [["09:00", "13:00"], ["12:00", "17:00"]]}}')).toEqual(['zz.yaml:4:42 error overlap']);
    // The end of a night shift is the next day.
    expect(calendar('{hours: {mon: [["06:00", "14:00"], ["22:00", "06:00"]]}}')).toEqual([]);
    expect(calendar('{hours: {mon: [["22:00", "06:00"], ["23:00", "23:30"]]}}')).toEqual(['zz.yaml:4:42 error overlap']);
    expect(calendar('{hours: {mon: [["09:00", "13:00"]]}, holidays: [2026-12-25, {date: 2026-12-25}]}')).toEqual([
      'zz.yaml:4:67 warning listed-twice',
    ]);
  });

  test("is in the project's zone where it says none, and loops see plain days", () => {
    const to = document(
      'BusinessCalendar',
      'here',
      '{hours: {mon: [["09:00", "17:00"]]}, holidays: [{date: 2026-12-25, name: Christmas}, 2026-01-01]}',
    );
    const read = resolved([{ path: 'zz.yaml', to }]);
    expect(runtimeContent(read).resources['BusinessCalendar/here']).toEqual({
      timezone: read.project.spec.timezone,
      hours: { mon: [['09:00', '17:00']] },
      holidays: ['2026-01-01', '2026-12-25'],
    });
  });
});

describe('time off', () => {
  const off = (spec: string) => told(document('TimeOff', 'away', spec));

  test('is of a seat or of a person, and ends after it begins', () => {
    expect(off('{seat: ae-sf-bay-1, from: 2026-12-21, to: 2027-01-03, reason: vacation}')).toEqual([]);
    expect(off('{from: 2026-12-21, to: 2026-12-22}')).toHaveLength(1);
    expect(off('{seat: ae-sf-bay-1, user: ae.sfbay1@acme.example, from: 2026-12-21, to: 2026-12-22}')).toHaveLength(1);
    expect(off('{seat: ae-sf-bay-1, from: 2026-12-21, to: 2026-12-20}')).toHaveLength(1);
    expect(off('{seat: ae-sf-bay-9, from: 2026-12-21, to: 2026-12-22}')).toEqual(['zz.yaml:4:14 error unknown-seat']);
    expect(off('{user: nobody@acme.example, from: 2026-12-21, to: 2026-12-22}')).toEqual(['zz.yaml:4:14 warning user-not-active']);
  });
});

describe('a pool', () => {
  const calendar = document('BusinessCalendar', 'here', '{hours: {mon: [["09:00", "17:00"]]}}');
  const pool = (rest: string) => told(document('Pool', 'p', `{strategy: strict, members: [{seat: ae-sf-bay-1}], ${rest}}`), calendar);

  test('keeps the hours of a calendar that is there', () => {
    expect(pool('calendar: here')).toEqual([]);
    expect(pool('calendar: there')).toEqual(['zz.yaml:4:68 error dangling-reference']);
  });

  test('says which members it would never choose', () => {
    expect(pool('requires: {roles: [AE]}')).toEqual([]);
    expect(pool('requires: {roles: [SDR]}')).toEqual(['zz.yaml:4:43 warning member-lacks']);
    expect(pool('requires: {skills: [solar]}')).toEqual(['zz.yaml:4:43 warning member-lacks']);
    expect(pool('requires: {language_field: langage}')).toEqual(['zz.yaml:4:85 error unknown-path']);
  });

  test('may say what a cap counts', () => {
    expect(
      told(document('Pool', 'p', '{strategy: strict, count_object: Opportunity, members: [{seat: ae-sf-bay-1, cap: {open: 3}}]}')),
    ).toEqual([]);
    expect(told(document('Pool', 'p', '{strategy: strict, count_object: Opportunity, members: [{seat: ae-sf-bay-1}]}'))).toEqual([
      'zz.yaml:4:26 warning ignored-setting',
    ]);
  });
});
