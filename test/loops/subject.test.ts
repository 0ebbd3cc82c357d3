// Ids of the org, in both of their forms.
import { expect, test } from 'vitest';
import { fullId } from '../../loops/subject.ts';

test.each([
  // The example of Salesforce's own article.
  ['001D000000IqhSL', '001D000000IqhSLIAZ'],
  ['001D000000IqhSLIAZ', '001D000000IqhSLIAZ'],
  ['00q000000000001', '00q000000000001AAA'],
  ['not an id', 'not an id'],
])('%s is %s', (id, full) => {
  expect(fullId(id)).toBe(full);
});
