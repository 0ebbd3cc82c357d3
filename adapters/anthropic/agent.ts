// Anthropic's models over their SDK. Answers come as JSON of a schema; what does not fit is asked for once more. The SDK is loaded with
// the first question. Neither a prompt's input nor the key is ever logged: the SDK's own log and traces are off.
import type Anthropic from '@anthropic-ai/sdk';
import type { AgentAnswer, Agent, FoundPage, Question } from '../../ports/agent.ts';
import { failureOf, leavesTooLate } from './failure.ts';
import { answerText, foundPages, isMessage, tokensOf } from './message.ts';
import type { AnthropicSettings } from './settings.ts';
import { dataText, repairText, systemText } from './words.ts';

/** The SDK's own, within the time of the question. */
const RETRIES = 2;
/** A search may take several turns of the server. */
const MOST_TURNS = 5;

export function anthropic(settings: AnthropicSettings): Agent {
  let client: Promise<Anthropic> | undefined;
  return {
    ask(question) {
      client ??= open(settings);
      return new Conversation(question).ask(client);
    },
  };
}

async function open({ apiKey, baseUrl }: AnthropicSettings): Promise<Anthropic> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    apiKey,
    // Said here, else the SDK looks for them in the environment by itself.
    authToken: null,
    webhookKey: null,
    baseURL: baseUrl,
    maxRetries: RETRIES,
    logLevel: 'off',
    openTelemetry: false,
  });
}

interface Limit {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** One question with all its turns: what it cost and what was found add up, however it ends. */
class Conversation<Value> {
  readonly #question: Question<Value>;
  readonly #messages: Anthropic.MessageParam[];
  readonly #pages: FoundPage[] = [];
  #tokens = 0;

  constructor(question: Question<Value>) {
    this.#question = question;
    this.#messages = [{ role: 'user', content: [{ type: 'text', text: dataText(question.input) }] }];
  }

  async ask(opened: Promise<Anthropic>): Promise<AgentAnswer<Value>> {
    const { timeoutMs } = this.#question;
    const limit: Limit = { signal: AbortSignal.timeout(timeoutMs), until: Date.now() + timeoutMs };
    const client = await opened;
    const format = await formatOf(this.#question);
    let repaired = false;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const sent = await this.#send(client, format, limit).catch((error: unknown) => failureOf(error, timeoutMs, limit.signal.aborted));
      if ('kind' in sent) return { ...sent, tokens: this.#tokens };
      if (!isMessage(sent)) return { kind: 'unavailable', error: 'Anthropic answered with what is no message', tokens: this.#tokens };
      this.#keep(sent);
      if (sent.stop_reason === 'pause_turn') continue;
      if (sent.stop_reason === 'refusal') return this.#ended('refused', 'the model declined to answer');
      if (sent.stop_reason === 'max_tokens')
        return this.#ended('invalid', `the answer was cut off at max_tokens: ${this.#question.maxTokens}`);
      const read = readAnswer(sent, this.#question);
      if (read.ok) return { kind: 'answered', value: read.value, model: sent.model, pages: this.#pages, tokens: this.#tokens };
      if (repaired || sent.content.length === 0) return this.#ended('invalid', read.issues.join('; '));
      repaired = true;
      this.#messages.push({ role: 'user', content: [{ type: 'text', text: repairText(read.issues) }] });
    }
    return this.#ended('invalid', `no answer in ${MOST_TURNS} turns`);
  }

  #keep(message: Anthropic.Message): void {
    this.#tokens += tokensOf(message);
    this.#pages.push(...foundPages(message));
    if (message.content.length > 0) this.#messages.push({ role: 'assistant', content: message.content });
  }

  async #send(client: Anthropic, format: Anthropic.JSONOutputFormat, { signal, until }: Limit): Promise<Anthropic.Message> {
    const { instructions, model, maxTokens, tools, searches } = this.#question;
    return client.messages.create(
      {
        model,
        max_tokens: maxTokens,
        system: [{ type: 'text', text: systemText(instructions), cache_control: { type: 'ephemeral' } }],
        messages: this.#messages,
        output_config: { format },
        // Direct: every model may search, and what was found comes back in full, so that evidence can be held against it.
        ...(tools.includes('web_search') && {
          tools: [{ type: 'web_search_20260318', name: 'web_search', max_uses: searches, allowed_callers: ['direct'] }],
        }),
      },
      { signal, timeout: this.#question.timeoutMs, middleware: [leavesTooLate(until)] },
    );
  }

  #ended(kind: 'refused' | 'invalid', error: string): AgentAnswer<Value> {
    return { kind, error, tokens: this.#tokens };
  }
}

async function formatOf({ schema }: Question<unknown>): Promise<Anthropic.JSONOutputFormat> {
  const { zodOutputFormat } = await import('@anthropic-ai/sdk/helpers/zod');
  // `messages.parse` would read every block of text as an answer, those before a search too, and lose what a wrong answer cost.
  const { type, schema: json } = zodOutputFormat(schema);
  return { type, schema: json };
}

type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly issues: readonly string[] };

function readAnswer<Value>(message: Anthropic.Message, { schema }: Question<Value>): Read<Value> {
  let json: unknown;
  try {
    json = JSON.parse(answerText(message));
  } catch {
    return { ok: false, issues: ['it is no JSON'] };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, issues: parsed.error.issues.map(({ path, message: what }) => `${path.map(String).join('.') || 'it'}: ${what}`) };
}
