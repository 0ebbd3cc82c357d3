// The status page as a person reads it: what it says of files in no commit, and of values that are longer than a page.
import { expect, test } from 'vitest';
import { renderPage } from '../../../surfaces/http/page/page.ts';

const AT = '2026-11-21T12:00:00.000Z';
const COMMIT = 'a'.repeat(40);
const summary = { create: 0, adopt: 0, update: 1, replace: 0, delete: 0, forget: 0, unchanged: 3 };

function page(dirty: boolean, value = 'Acme'): string {
  const attempt = { commit: COMMIT, plan: 'b'.repeat(40), at: AT, ...(dirty && { dirty: true as const }) };
  return renderPage({
    upstream: '.',
    version: '1',
    status: {
      environment: 'sandbox',
      sync: { state: 'synced', lastApplied: attempt, lastAttempted: attempt },
      drift: 0,
      holds: [],
      problems: [],
    },
    problems: [],
    drift: [],
    plans: [{ id: 'b'.repeat(40), commit: COMMIT, dirty, at: AT, summary, holds: [], drift: 0, steps: 1, outcome: 'done' }],
    decisions: [
      {
        id: '1',
        loop: 'route',
        subject: { object: 'Lead', name: value },
        revision: { commit: COMMIT, snapshot: 's', engine: '1' },
        logged_at: AT,
        rule_matched: value,
        reasoning: value,
        trace: [{ rule: value, result: value, because: value }],
      },
    ],
    at: AT,
  });
}

test('files that are in no commit are not called in step with git', () => {
  expect(page(false)).toContain('In step with git');
  expect(page(false)).not.toContain('in no commit');
  const dirty = page(true);
  expect(dirty).toContain('<h1>In step with files that are in no commit</h1>');
  expect(dirty).not.toContain('In step with git');
  // Last applied, last attempted, and its plan.
  expect(dirty.match(/<code>aaaaaaaaaa<\/code> and changes that are in no commit/g)).toHaveLength(3);
});

test('a value of a record does not fill the page, whatever it is', () => {
  const more = page(false, '&'.repeat(900_000)).length - page(false).length;
  expect(more).toBeLessThan(50_000);
  expect(page(false, 'x'.repeat(200))).toContain(`<strong>${'x'.repeat(120)}…</strong>`);
});
