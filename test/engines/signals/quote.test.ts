// Whether a quote stands on a page: what a copy changes makes no difference, what somebody made up does.
import { expect, test } from 'vitest';
import { standsIn } from '../../../engines/signals/quote.ts';

const PAGE = 'Globex, Inc. said it “raised $40 million” — a Series\u00A0B — and that it\u00ADself hires. We don’t comment.\nNext line.';

test.each([
  ['globex inc said it raised $40 million', true],
  ['"raised $40 million" - a Series B - and', true],
  ["We don't comment. Next line", true],
  ['itself hires', true],
  ['Globex raised $40 million', false],
  ['raised $40 million in a Series B', false],
  ['raised $4', false],
  ['lobex', false],
  ['…', false],
  ['', false],
])('%s: %s', (quote, stands) => {
  expect(standsIn(PAGE, quote)).toBe(stands);
});

test('in scripts without spaces a part of a line stands there too', () => {
  expect(standsIn('株式会社グロベックスは、4000万ドルを調達したと発表した。', '4000万ドルを調達した')).toBe(true);
  expect(standsIn('株式会社グロベックスは、4000万ドルを調達したと発表した。', '9000万ドルを調達した')).toBe(false);
});
