// What an agent is asked, which model answers, and how much it may cost.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { count, duration, id, prose, text } from '../words.ts';

export const Prompt = defineSchema(
  'Prompt',
  z.strictObject({
    model: text(120).describe('The model by name. `none`: nobody answers, and people decide.'),
    tools: z.array(id()).default([]).describe('What it may use: web_search.'),
    max_tokens: count(1).default(1024).describe('The longest answer.'),
    limits: z
      .strictObject({
        timeout: duration().default('20s').describe('After it, people decide.'),
        calls_day: count().optional().describe('Calls a day; above it, people decide.'),
        tokens_day: count().optional().describe('Tokens a day; above it, people decide.'),
      })
      .prefault({})
      .describe('How long and how often.'),
    text: prose().describe('What is asked. What comes from records and pages is given apart, as data.'),
  }),
);

export type PromptSpec = z.output<typeof Prompt.schema>;
