// What an agent says is held against what it was asked: options that were not there, quotes that stand nowhere, pages nobody found.
import { expect, test } from 'vitest';
import { checkChange } from '../../../engines/answers/change.ts';
import { checkChoice, choiceSchema, optionsOf } from '../../../engines/answers/choice.ts';
import { checkEvidence } from '../../../engines/answers/evidence.ts';
import { shapeOf } from '../../../engines/answers/shape.ts';
import { checkSignals } from '../../../engines/answers/signals.ts';

const input = {
  question: 'Which company is it?',
  lead: { company: 'Acme  Robotics GmbH', city: 'Graz', employees: 250, notes: ['Met at the fair', 'wants a demo'] },
  options: [
    { id: 'acme-at', label: 'Acme Austria' },
    { id: 'acme-de', label: 'Acme Germany' },
  ],
};
const pages = [{ url: 'https://www.acme.example/about/', cited: [] }];
const grounds = { input, pages };

test('a choice is one of the options, or none of them', () => {
  const schema = choiceSchema(optionsOf(input));
  const answer = { confidence: 1, reasoning: 'r', evidence: [] };
  expect(schema.safeParse({ ...answer, choice: 'acme-at' }).success).toBe(true);
  expect(schema.safeParse({ ...answer, choice: null }).success).toBe(true);
  const outside = schema.safeParse({ ...answer, choice: 'VIP' });
  expect(outside.success).toBe(false);
  // It is told to the model: nothing of the data is in it.
  expect(outside.error?.message).not.toMatch(/acme|VIP/);
  expect(schema.safeParse({ ...answer, choice: 'acme-at', confidence: 1.01 }).success).toBe(false);
});

test('options are ids, written as texts or in objects; without any there is nothing to ask', () => {
  expect(optionsOf({ options: ['a', { id: 'b' }, { label: 'c' }, 4] })).toEqual(['a', 'b']);
  expect(shapeOf('choice', { options: [] })).toBeUndefined();
  expect(shapeOf('choice', { lead: {} })).toBeUndefined();
  expect(shapeOf('signals', {})).toBeDefined();
});

test.each([
  ['input', 'acme robotics gmbh', true],
  ['input', 'Ｇｒａｚ', true],
  ['input', '250', true],
  ['input', 'WANTS A DEMO', true],
  ['input', 'Vienna', false],
  ['input', ' ', false],
  // Given by whoever asked: no evidence for itself.
  ['input', 'Acme Germany', false],
  ['input', 'Which company', false],
  ['https://acme.example/about', 'Our works are in Graz', true],
  ['https://acme.example/about', '', false],
  ['https://elsewhere.example/', 'Acme is in Graz', false],
  ['the company register', 'Acme is in Graz', false],
  ['javascript:alert(1)', 'Acme is in Graz', false],
])('evidence from %s: "%s" holds: %s', (source, quote, holds) => {
  const { evidence, dropped } = checkEvidence([{ source, quote }], grounds);
  expect(evidence).toHaveLength(holds ? 1 : 0);
  expect(dropped.map(({ because }) => because).join()).toMatch(holds ? /^$/ : /./);
});

test('a page that was given with its text is data: the quote must stand in it', () => {
  const given = { input: { pages: [{ url: 'https://news.example/a', text: 'Acme raised 20 million.' }] }, pages: [] };
  const quoted = (quote: string) => checkEvidence([{ source: 'https://news.example/a', quote }], given).evidence.length;
  expect(quoted('raised 20 million')).toBe(1);
  expect(quoted('raised 90 million')).toBe(0);
});

test('an option without evidence that holds is worth nothing, however sure the model was', () => {
  const answer = { choice: 'acme-de', confidence: 1, reasoning: 'It says so.', evidence: [{ source: 'input', quote: 'Berlin' }] };
  expect(checkChoice(answer, grounds)).toMatchObject({ choice: 'acme-de', confidence: 0, evidence: [], dropped: [{ quote: 'Berlin' }] });
  const sound = { ...answer, confidence: 0.9, evidence: [...answer.evidence, { source: 'input', quote: 'Graz' }] };
  expect(checkChoice(sound, grounds)).toMatchObject({ confidence: 0.9, evidence: [{ quote: 'Graz' }], dropped: [{ quote: 'Berlin' }] });
  expect(checkChoice({ ...answer, choice: null, confidence: 0.8 }, grounds).confidence).toBe(0.8);
});

test('a signal counts with a page and a quote, and where its type was asked for', () => {
  const signal = { type: 'funding', title: 'Acme raised', summary: 's', strength: 70 };
  const told = { url: 'https://news.example/a', quote: 'raised 20 million' };
  const found = checkSignals(
    {
      signals: [
        { ...signal, evidence: [told, { url: 'file:///etc/passwd', quote: 'x' }] },
        { ...signal, title: 'No page', evidence: [{ url: 'heard it', quote: 'raised' }] },
        { ...signal, title: 'No quote', evidence: [{ url: told.url, quote: '  ' }] },
        { ...signal, title: 'Other', type: 'gossip', evidence: [told] },
      ],
    },
    { types: ['funding'] },
  );
  expect(found.signals).toEqual([{ ...signal, evidence: [told] }]);
  expect(found.dropped.map(({ title }) => title)).toEqual(['No page', 'No quote', 'Other']);
});

test('a change without evidence has confidence 0; nothing to change needs none', () => {
  const change = { summary: 's', edits: [{ path: 'p', from: 12, to: 14, because: 'b' }], confidence: 0.9, evidence: [] };
  expect(checkChange(change, grounds).confidence).toBe(0);
  expect(checkChange({ ...change, edits: [] }, grounds).confidence).toBe(0.9);
  expect(checkChange({ ...change, evidence: [{ source: 'input', quote: '250' }] }, grounds).confidence).toBe(0.9);
});
