// Segments: the first by priority, and whose fields decide.
import { describe, expect, test } from 'vitest';
import { compileSegments, explainSegment, segmentOf } from '../../../engines/segments/segments.ts';

const segment = (name: string, priority: number, when: string) => ({ name, spec: { priority, when } });
const segments = compileSegments([
  segment('smb', 30, 'employee_count < 100 or employee_count empty'),
  segment('enterprise', 10, 'employee_count >= 1000'),
  segment('also-enterprise', 10, 'employee_count >= 900'),
  segment('commercial', 20, 'employee_count between 100 and 999'),
  segment('public', 5, 'industry in:government'),
]);
const asOf = 0;

describe('the segment of a record', () => {
  test.each([
    [{ employee_count: 5000 }, 'enterprise'],
    [{ employee_count: 950 }, 'also-enterprise'],
    [{ employee_count: '1,200' }, 'enterprise'],
    [{ employee_count: 99 }, 'smb'],
    [{ employee_count: 5000, industry: 'Government' }, 'public'],
    [{}, 'smb'],
  ])('%j is in %s', (facts, wanted) => {
    expect(segmentOf(segments, facts, { asOf })).toEqual({ segment: wanted, from: 'record' });
  });

  test("is its account's where the record lacks the fields, and only there", () => {
    const account = 'enterprise';
    expect(segmentOf(segments, {}, { asOf, account })).toEqual({ segment: 'enterprise', from: 'account' });
    expect(segmentOf(segments, { industry: 'Retail', employee_count: ' ' }, { asOf, account }).segment).toBe('enterprise');
    expect(segmentOf(segments, { employee_count: 20 }, { asOf, account })).toEqual({ segment: 'smb', from: 'record' });
    expect(segmentOf(segments, { industry: 'Government' }, { asOf, account }).segment).toBe('public');
  });

  test('is none where nothing takes it', () => {
    const strict = compileSegments([segment('enterprise', 10, 'employee_count >= 1000')]);
    expect(segmentOf(strict, { employee_count: 5 }, { asOf, account: 'smb' })).toEqual({ segment: null, from: 'nothing' });
    expect(segmentOf(strict, {}, { asOf })).toEqual({ segment: null, from: 'nothing' });
    expect(segmentOf(strict, {}, { asOf, account: 'smb' })).toEqual({ segment: 'smb', from: 'account' });
  });

  test('is explained by every segment that was asked', () => {
    expect(explainSegment(segments, { employee_count: 950 }, { asOf })).toEqual([
      { rule: 'public', result: 'no match', because: 'industry in:government: not known, industry is missing' },
      { rule: 'enterprise', result: 'no match', because: 'employee_count >= 1000: does not hold, employee_count is 950' },
      { rule: 'also-enterprise', result: 'match', because: 'employee_count >= 900: holds' },
    ]);
    expect(explainSegment(segments, {}, { asOf, account: 'commercial' }).at(-1)).toMatchObject({ rule: 'account', result: 'commercial' });
  });
});
