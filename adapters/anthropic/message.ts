// What stands in a message of the model: its answer, what its searches found, what it cost.
import type Anthropic from '@anthropic-ai/sdk';
import type { FoundPage } from '../../ports/agent.ts';

/** What stands between here and there may answer with anything. */
export function isMessage(answer: unknown): answer is Anthropic.Message {
  const { content, usage } = (answer ?? {}) as { content?: unknown; usage?: { input_tokens?: unknown; output_tokens?: unknown } };
  return Array.isArray(content) && typeof usage?.input_tokens === 'number' && typeof usage.output_tokens === 'number';
}

/** The text after the last search: before it the model may think aloud, and citations cut an answer into pieces. */
export function answerText({ content }: Anthropic.Message): string {
  const last = content.findLastIndex(({ type }) => type !== 'text');
  return content
    .slice(last + 1)
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('');
}

export function foundPages({ content }: Anthropic.Message): readonly FoundPage[] {
  const cited = Map.groupBy(
    content.flatMap((block) =>
      block.type === 'text' ? (block.citations ?? []).flatMap((one) => (one.type === 'web_search_result_location' ? one : [])) : [],
    ),
    ({ url }) => url,
  );
  const urls = content.flatMap((block) =>
    block.type === 'web_search_tool_result' && Array.isArray(block.content) ? block.content.map(({ url }) => url) : [],
  );
  return [...new Set([...urls, ...cited.keys()])].map((url) => ({
    url,
    cited: (cited.get(url) ?? []).map(({ cited_text }) => cited_text),
  }));
}

/** All of them, those that the provider kept too. */
export function tokensOf({ usage }: Anthropic.Message): number {
  return usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0) + usage.output_tokens;
}
