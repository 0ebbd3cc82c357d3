// What an agent is asked, which model answers, and how much it may cost.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { count, duration, id, prose, text, version } from '../words.ts';

export const Prompt = defineSchema(
  'Prompt',
  z.strictObject({
    version: version().default('1').describe('Decisions name it. Raise it with the text.'),
    model: text(120).describe('The model by name. `none`: nobody answers, and people decide.'),
    fallback_model: text(120).optional().describe('The model that is asked where the first one does not answer.'),
    tools: z.array(id()).default([]).describe('What it may use: web_search.'),
    max_tokens: count(1).default(1024).describe('The longest answer.'),
    cache: duration().default('7d').describe('How long an answer holds: the same question is not asked again.'),
    pause: duration().default('1m').describe('How long an agent that did not answer is not asked the same again.'),
    limits: z
      .strictObject({
        timeout: duration().default('20s').describe('After it, people decide.'),
        searches: count(1).default(5).describe('Searches of the web in one call, where tools has web_search.'),
        calls_day: count().optional().describe('Calls a day; above it, people decide.'),
        tokens_day: count().optional().describe('Tokens a day; above it, people decide.'),
      })
      .prefault({})
      .describe('How long and how often.'),
    text: prose().describe('What is asked. What comes from records and pages is given apart, as data.'),
  }),
);

export type PromptSpec = z.output<typeof Prompt.schema>;
