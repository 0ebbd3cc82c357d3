// Who is asked, in which order, how often, and which value wins.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterFailure } from '../../../engines/enrichment/kept.ts';
import { NONE, progress, questionsOf, rowOf } from '../../../engines/enrichment/progress.ts';
import type { Kept } from '../../../resources/enrichment-policy/found.ts';
import { answered, caseOf, company, DAY, NOW, planOf, run } from './cases.ts';

const LEAD = { email: 'ann@acme.com', company: 'Acme Inc.', billing_country: 'US' };
const acme = (values: Readonly<Record<string, string | number>>) => company('acme', { domains: ['acme.com'], country: 'US', values });

describe('order', () => {
  const plan = planOf({ industry: { from: ['house', 'pdl'] }, employee_count: { from: ['pdl'] } });

  test('independent fields are asked at once, a second provider only after the first', () => {
    const { ask } = progress(caseOf(plan, LEAD), new Map(), NOW);
    expect(ask.map(({ provider }) => provider)).toEqual(['house', 'pdl']);
    const alone = progress(caseOf(planOf({ industry: { from: ['house', 'pdl'] } }), LEAD), new Map(), NOW);
    expect(alone.ask.map(({ provider }) => provider)).toEqual(['house']);
  });

  test('the first that knows it gives it, with its name and date; one that knows nothing gives way', () => {
    const found = run(caseOf(plan, LEAD), ({ provider }) =>
      provider === 'house' ? answered([acme({ industry: 'Tools' })], 3) : answered([acme({ industry: 'Other', employee_count: 7 })]),
    );
    expect(found.values).toEqual({
      industry: { value: 'Tools', source: 'house', at: '2026-11-18T12:00:00.000Z' },
      employee_count: { value: 7, source: 'pdl', at: '2026-11-21T12:00:00.000Z' },
    });
    const none = run(caseOf(plan, LEAD), ({ provider }) => (provider === 'house' ? answered([]) : answered([acme({ industry: 'Other' })])));
    expect(none.values).toEqual({ industry: expect.objectContaining({ value: 'Other', source: 'pdl' }) });
    expect(none.missing).toEqual(['employee_count']);
  });

  test('people of one company ask one question; a mailbox that anybody has asks none about a company', () => {
    const keys = (known: Readonly<Record<string, string>>) => questionsOf(caseOf(plan, known), new Map()).map(({ key }) => key);
    expect(keys({ ...LEAD, email: 'Bob@mail.acme.com', company: 'ACME' })).toEqual(keys(LEAD));
    expect(keys({ email: 'ann@gmail.com' })).toEqual([]);
    expect(keys({ email: 'ann@gmail.com', company: 'The Acme Company', billing_country: 'USA' })).toEqual(
      keys({ company: 'acme', billing_country: 'us' }),
    );
  });

  test('people are asked for by their own address', () => {
    const persons = planOf({ linkedin_url: { from: ['pdl'] }, industry: { from: ['pdl'] } });
    expect(questionsOf(caseOf(persons, { email: 'Ann@gmail.com' }), new Map()).map(({ query }) => query)).toEqual([
      { about: 'person', email: 'ann@gmail.com' },
    ]);
  });
});

describe("the record's own value", () => {
  test('wins and costs no question, unless the policy says otherwise', () => {
    const known = { ...LEAD, industry: 'Mine' };
    expect(progress(caseOf(planOf({ industry: { from: ['pdl'] } }), known), new Map(), NOW)).toMatchObject({
      ask: [],
      values: {},
      missing: [],
    });
    const over = run(caseOf(planOf({ industry: { from: ['pdl'], overwrite: true } }), known), () =>
      answered([acme({ industry: 'Theirs' })]),
    );
    expect(over.values['industry']?.value).toBe('Theirs');
  });

  test('that is what a provider said has its source and date', () => {
    const of = caseOf(planOf({ industry: { from: ['pdl'] } }), { ...LEAD, industry: 'tools ' });
    const [question] = questionsOf(of, new Map());
    if (question === undefined) throw new Error('nothing is asked');
    const rows = new Map([[rowOf(question), answered([acme({ industry: 'Tools' })], 5)]]);
    expect(progress(of, rows, NOW).values).toEqual({ industry: { value: 'Tools', source: 'pdl', at: '2026-11-16T12:00:00.000Z' } });
  });
});

describe('age', () => {
  const plan = planOf({ industry: { from: ['pdl'], max_age: '30d' } });
  const after = (row: Kept) => {
    const of = caseOf(plan, LEAD);
    const [question] = questionsOf(of, new Map());
    if (question === undefined) throw new Error('nothing is asked');
    return progress(of, new Map([[rowOf(question), row]]), NOW);
  };

  test.each([
    [30, 0],
    [30.01, 1],
  ])('an answer of %s days: asked again %s times, and one of "none" too', (days, asked) => {
    expect(after(answered([acme({ industry: 'Tools' })], days)).ask).toHaveLength(asked);
    expect(after(answered([], days)).ask).toHaveLength(asked);
    expect(Object.keys(after(answered([acme({ industry: 'Tools' })], days)).values)).toHaveLength(1 - asked);
  });
});

describe('a provider that does not answer', () => {
  const plan = planOf(
    { industry: { from: ['pdl', 'stack'] } },
    { retry: { first: '1m', most: '5m' }, give_up_after: '1h', ask_again_after: '2d' },
  );
  const failing = afterFailure(plan, undefined, { error: 'away' }, NOW);

  test('gives way to the next at once, and is asked again with longer and longer pauses', () => {
    const found = run(caseOf(plan, LEAD), ({ provider }) => (provider === 'pdl' ? failing : answered([acme({ industry: 'Tools' })])));
    expect(found.values['industry']?.source).toBe('stack');
    expect(found.waiting).toEqual([]);
    const both = run(caseOf(plan, LEAD), ({ provider }) => (provider === 'pdl' ? failing : answered([])));
    expect(both.waiting).toEqual([expect.objectContaining({ due: '2026-11-21T12:01:00.000Z', error: 'away' })]);
    const dues = [1, 2, 3, 4].reduce<Kept[]>((rows) => [...rows, afterFailure(plan, rows.at(-1), { error: 'away' }, NOW)], [failing]);
    expect(dues.map(({ failure }) => (Date.parse(failure?.due ?? '') - NOW) / 60_000)).toEqual([1, 2, 4, 5, 5]);
  });

  test('is left after a while, and asked once more much later', () => {
    const left = afterFailure(plan, failing, { error: 'away' }, NOW + 3_600_000);
    expect(left.failure).toMatchObject({ left: true, due: '2026-11-23T13:00:00.000Z' });
    const found = run(caseOf(plan, LEAD), ({ provider }) => (provider === 'pdl' ? left : answered([])));
    expect(found).toMatchObject({ waiting: [], failed: [{ provider: 'pdl', error: 'away' }] });
    expect(afterFailure(plan, left, { error: 'away' }, NOW + 3 * DAY).failure).toMatchObject({ left: false, attempts: 1 });
  });

  test('as long as it wished, and for ever where it refuses; what it said before stays', () => {
    expect(afterFailure(plan, undefined, { error: 'slow down', afterMs: 900_000 }, NOW).failure?.due).toBe('2026-11-21T12:15:00.000Z');
    const before = answered([acme({ industry: 'Tools' })]);
    expect(afterFailure(plan, before, { error: 'no', refused: true }, NOW)).toMatchObject({ ...before, failure: { left: true } });
  });

  test('that can not be asked here is said', () => {
    const of = caseOf(plan, LEAD, { unusable: new Map([['pdl', 'PDL_API_KEY is not set']]) });
    expect(run(of, () => answered([]))).toMatchObject({ asked: ['stack'], failed: [{ provider: 'pdl', error: 'PDL_API_KEY is not set' }] });
  });
});

describe('several companies', () => {
  const plan = planOf({ industry: { from: ['house', 'pdl'] } });
  const lead = { email: 'ann@gmail.com', company: 'Acme', billing_country: 'US' };
  const two = [
    company('a', { name: 'Acme', country: 'US', domains: ['acme.com'], values: { industry: 'Tools' } }),
    company('b', { name: 'Acme', country: 'US', domains: ['acme.io'], values: { industry: 'Software' } }),
  ];
  const of = (choice?: unknown) => caseOf(plan, lead, { choice });
  const house = ({ provider }: { readonly provider: string }) => (provider === 'house' ? answered(two) : answered([]));

  test('are offered when everybody has been asked; nothing is taken', () => {
    const found = run(of(), house);
    expect(found).toMatchObject({ values: {}, asked: ['house', 'pdl'] });
    expect(found.candidates.map(({ id }) => id)).toEqual(['house:a', 'house:b']);
  });

  test('the one that is chosen counts, and the others are asked about that one', () => {
    const found = run(of('house:b'), house);
    expect(found.values['industry']).toMatchObject({ value: 'Software', source: 'house' });
    expect(found.asked).toEqual(['house']);
    const other = planOf({ technologies: { from: ['pdl'] }, industry: { from: ['house'] } });
    const done = run(caseOf(other, lead, { choice: 'house:b' }), (question) =>
      question.provider === 'house'
        ? answered(two)
        : question.query.domain === 'acme.io'
          ? answered([company('x', { domains: ['acme.io'], values: { technologies: 'k8s' } })])
          : answered([]),
    );
    expect(done.values['technologies']?.value).toBe('k8s');
  });

  test('a domain that somebody gives is as good', () => {
    const found = run(of('www.acme.io'), () => answered(two));
    expect(found.values['industry']?.value).toBe('Software');
  });

  test('none of them: nothing is offered any more', () => {
    expect(run(of(NONE), house)).toMatchObject({ values: {}, candidates: [] });
  });
});

describe('always', () => {
  const names = ['house', 'pdl', 'stack'] as const;
  const row = fc.oneof(
    fc.constant(answered([])),
    fc.integer({ min: 0, max: 200 }).map((days) => answered([acme({ industry: 'Tools' })], days)),
    fc.constant(answered([company('other', { name: 'Other', domains: ['other.com'], values: { industry: 'Wrong' } })])),
    fc.constant(afterFailure(planOf({ industry: { from: ['pdl'] } }), undefined, { error: 'away' }, NOW)),
  );

  test('it ends, asks nobody twice, and takes nothing of another company', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...names], { minLength: 1 }), fc.array(row, { minLength: 3, maxLength: 3 }), (from, rows) => {
        const answer = ({ provider }: { readonly provider: string }) => {
          const given = rows[names.indexOf(provider as (typeof names)[number])] ?? answered([]);
          // What is given now is fresh, however old it would have been.
          return given.at === undefined ? given : { ...given, at: new Date(NOW).toISOString() };
        };
        const found = run(caseOf(planOf({ industry: { from } }), LEAD), answer);
        expect(new Set(found.asked).size).toBe(found.asked.length);
        expect(found.values['industry']?.value ?? 'Tools').toBe('Tools');
        // The first in the order that has it.
        const first = from.find(
          (name) => answer({ provider: name }).answer?.kind === 'found' && JSON.stringify(answer({ provider: name })).includes('Tools'),
        );
        expect(found.values['industry']?.source).toBe(first);
      }),
    );
  });
});
