// What is wrong with a lifecycle is told at its place, with a remedy.
import { expect, test } from 'vitest';
import { problems } from './fixture.ts';

const PATH = 'qualify/lifecycle.yaml';

/** `code at WHAT STANDS THERE`, and all that was said. */
function told(stages: string, more = '') {
  const text = `apiVersion: loopctl/v1\nkind: LifecycleModel\nmetadata: {name: demand}\nspec:\n${more}  stages:\n${stages}`;
  const lines = text.split('\n');
  const found = problems({ path: PATH, to: text });
  const at = found.map(
    ({ at: place, code, severity }) =>
      `${severity} ${code} at ${(lines[(place?.line ?? 0) - 1] ?? '').slice((place?.column ?? 1) - 1).split(/[,}\]]/)[0] ?? ''}`,
  );
  return { at, words: found.map(({ message, hint = '' }) => `${message} ${hint}`).join('\n') };
}

function row(text: string): string {
  return `    - ${text}\n`;
}

const SUBSCRIBER = row('{id: subscriber, entry: email exists}');
const LEAD = row('{id: lead, entry: company exists}');

const FAULTS: readonly (readonly [name: string, stages: string, at: readonly string[], words: RegExp, more?: string])[] = [
  [
    'a stage that is not there',
    SUBSCRIBER + row('{id: mql, entry: mql, reject: [{reason: bad, when: excluded, to: subscribr}]}'),
    ['error dangling-reference at subscribr'],
    /Did you mean "subscriber"/,
  ],
  [
    'a field that no FieldMap has',
    row('{id: subscriber, entry: emial exists}') + LEAD,
    ['error unknown-path at emial exists'],
    /Did you mean "email"/,
  ],
  [
    'a fact that a lifecycle does not have',
    SUBSCRIBER + row('{id: lead, entry: matched_account.is_customer}'),
    ['error unknown-path at matched_account.is_customer'],
    /Declare the field/,
  ],
  [
    'a way in that depends on the way',
    SUBSCRIBER + row('{id: lead, entry: lifecycle.days > 3}'),
    ['error unknown-path at lifecycle.days > 3'],
    /lifecycle.days/,
  ],
  ['an id twice', SUBSCRIBER + row('{id: subscriber, entry: mql}'), ['error duplicate-id at subscriber'], /used twice/],
  [
    'a stage that nothing leads to',
    SUBSCRIBER + row('{id: nurture}') + LEAD,
    ['error unreachable at nurture'],
    /no stage that is reached rejects or recycles to it/,
  ],
  [
    'a stage that a later one empties',
    SUBSCRIBER + row('{id: lead, entry: email exists or company exists}'),
    ['warning unreachable at email exists'],
    /lead, which comes later/,
  ],
  [
    'a reject that goes forward',
    row('{id: a, entry: email exists, reject: [{reason: bad, when: excluded, to: lead}]}') + LEAD,
    ['error not-backwards at lead'],
    /earlier stage/,
  ],
  [
    'rejects in a circle',
    row('{id: away, reject: [{reason: x, when: mql, to: gone}]}') +
      row('{id: gone, reject: [{reason: y, when: mql, to: away}]}') +
      row('{id: lead, entry: email exists, reject: [{reason: z, when: excluded, to: away}]}'),
    ['error circular-reference at gone'],
    /away → gone → away/,
  ],
  [
    'a recycling that is undone at once',
    SUBSCRIBER + row('{id: mql, entry: mql, recycle: {to: subscriber, after: 30d}}'),
    ['error circular-reference at recycle: {to: subscriber'],
    /hold: 60d/,
  ],
  [
    'a reject that is undone at once',
    SUBSCRIBER + row('{id: mql, entry: mql, reject: [{reason: slow, when: lifecycle.overdue, to: subscriber}]}'),
    ['error circular-reference at {reason: slow'],
    /let in again at once/,
  ],
  [
    'a reject that nothing brings about',
    SUBSCRIBER + row('{id: mql, entry: mql, reject: [{reason: bad fit, to: subscriber}]}'),
    ['error missing-key at {reason: bad fit'],
    /reject_field/,
  ],
  ['an object without a map', SUBSCRIBER + LEAD, ['error dangling-reference at Leed'], /Did you mean "Lead"/, '  objects: [Lead, Leed]\n'],
  [
    'an SLA that may mean two things',
    SUBSCRIBER + row('{id: lead, entry: company exists, sla: 2d}'),
    ['error ambiguous-duration at 2d'],
    /\+2bd/,
    '  calendar: {hours: {mon: [["09:00", "17:00"]]}}\n',
  ],
  ['no time at all', SUBSCRIBER + row('{id: lead, entry: company exists, sla: 0h}'), ['error out-of-range at 0h'], /no time at all/],
  [
    'a queue that is not there',
    SUBSCRIBER + row('{id: lead, entry: company exists, owner: queue/genral}'),
    ['error dangling-reference at queue/genral'],
    /Did you mean "general"/,
  ],
];

test.each(FAULTS.map(([name, ...fault]) => [name, fault] as const))('%s', (_, [stages, at, words, more]) => {
  const found = told(stages, more);
  expect(found.at).toEqual(at);
  expect(found.words).toMatch(words);
});

test('one model an object', () => {
  const second =
    'apiVersion: loopctl/v1\nkind: LifecycleModel\nmetadata: {name: other}\nspec: {stages: [{id: a, entry: email exists}, {id: b, entry: mql}]}\n';
  expect(problems({ path: 'zz.yaml', to: second }).map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^same-object objects: demand follows Lead too/),
  ]);
});

test('what is right is let through: an owner in words, a way back that is over, a reason that people write', () => {
  const stages =
    SUBSCRIBER +
    row('{id: lead, entry: company exists, owner: Marketing Operations, sla: +2bd}') +
    row('{id: mql, entry: mql, reject: [{reason: No interest, to: lead, after: 60d}], recycle: {to: lead, after: 30d, when: not mql}}');
  expect(told(stages, '  reject_field: company_type\n')).toEqual({ at: [], words: '' });
});
