// What stands on pages, for decisions: which texts were found, and when the page was published. The pages themselves are not kept.
import pLimit from 'p-limit';
import type { PageFinding } from '../../engines/signals/evidence.ts';
import { standsIn } from '../../engines/signals/quote.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { PagesRequest } from '../../loops/requests.ts';
import type { Pages } from '../../ports/pages.ts';

/** Pages under way at once, of all decisions together. */
const AT_ONCE = 4;

/** Answers `pages`: a list of `PageFinding`, in the order of the request. */
export function pageAnswers(pages: Pages, now: () => Date): (request: PagesRequest) => Promise<FactValue> {
  const limit = pLimit(AT_ONCE);
  const look = async ({ url, texts }: PagesRequest['pages'][number]): Promise<PageFinding> => {
    const read = await pages.read(url);
    if (read.kind === 'unread') return read;
    const { text, published } = read;
    const stands = texts.map((words) => standsIn(text, words));
    return { kind: 'read', url: read.url, stands, ...(published !== undefined && { published }), at: now().toISOString() };
  };
  return async (request) => {
    const value = await Promise.all(request.pages.map((page) => limit(look, page)));
    return { value, source: 'web', at: now().toISOString() };
  };
}
