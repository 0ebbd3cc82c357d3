// Generate: signs that an account may buy. An agent looks for them on the web, or another system tells of them; what counts is what can be
// shown. It asks, in this order: what is remembered and which account it is, the agent, and the pages that it names.
import { z } from 'zod';
import { toldSignal } from '../../engines/signals/told.ts';
import { recordFacts, type RecordFacts } from '../facts.ts';
import type { Refuse } from '../decide.ts';
import type { LoopDescriptor, Stepped, StepInput } from '../loop.ts';
import type { Request } from '../requests.ts';
import { decided } from './decided.ts';
import { companyOf, pagesRequest, type Source, sourceOf } from './questions.ts';
import { compileScans, type GenerateWorld, memoryOf, type Scan, signalKey } from './world.ts';

const takes = z.object({
  object: z.literal('Account'),
  id: z.string().optional().describe('The id of an account of the org.'),
  record: z
    .looseObject({ signals: z.array(toldSignal).optional().describe('Signs that somebody tells of: no agent is asked.') })
    .optional()
    .describe("Fields of the account where no id is given, by the product's names or the org's."),
});

const keptShape = z.looseObject({
  type: z.string(),
  title: z.string(),
  at: z.string().describe('ISO: when it was published first.'),
  base: z.number().describe('What it is worth when it is new.'),
  evidence: z.array(z.looseObject({ url: z.string(), quote: z.string(), published_at: z.string() })).min(1),
});

const gives = z.looseObject({
  signals: z.array(keptShape).describe('What is new, each with what shows it.'),
  dropped: z.array(z.object({ title: z.string(), why: z.string() })).describe('What was told and does not count.'),
  known: z.number().int().describe('How many were known already.'),
  account_score: z.number().describe('0 to 100, of all that is alive.'),
  band: z.string().describe('hot, warm, watch or none.'),
  scan: z.string(),
  handed_on: z.boolean().describe('Whether Qualify is asked about the account.'),
});

export const generate: LoopDescriptor<GenerateWorld> = {
  name: 'generate',
  chain: 'demand',
  summary: 'Finds signs that accounts may buy, keeps those that can be shown, and hands the strong ones on.',
  archetypes: ['schedule', 'event'],
  parts: {
    config: ['SignalScan', 'TargetAccountList', 'Prompt', 'FieldMap'],
    logic:
      'An agent searches the web for an account; each sign needs a page, a quote that stands on it, and a date. One event counts once, fades by its half-life, and distinct types add up.',
    inputs: ['accounts of a TargetAccountList, in turn', 'signs that other systems tell of', 'pages of the web'],
    outputs: ['signs with their evidence', 'score and band of the account', 'accounts over the threshold, for Qualify'],
    metrics: ['decisions by band', 'signs kept and dropped', 'seconds a decision'],
    feedback: ['types, half-lives and thresholds are a file: a change of it is a commit, and counts for what is kept already'],
  },
  contract: {
    takes,
    gives,
  },
  compile: compileScans,
  step,
};

function step(input: StepInput<GenerateWorld>): Stepped {
  const { world, event, facts, now } = input;
  const { fields, scans } = world;
  if (event.object !== 'Account') return refuse('object', `signs are looked for at accounts, not at ${event.object}`);
  if (fields === undefined || scans.length === 0) return refuse('object', 'no SignalScan is declared');
  const record = recordFacts(fields, { ...input, event: ofOrg(event) });
  const state = event.id === undefined ? undefined : stateOf(event.id);
  const first = [
    ...(state === undefined || facts.has(state.id) ? [] : [state]),
    ...('kind' in record && record.kind !== 'refuse' ? [record] : []),
  ];
  if (first.length > 0) return { kind: 'ask', requests: first };
  if ('kind' in record) return record as Refuse;
  const scan = scanOf(scans, record, event.record?.['signals'] !== undefined, now);
  if (scan === undefined) return stranger(event.live === true, scans);
  const key = event.id === undefined ? undefined : signalKey(event.id);
  const found =
    key === undefined ? undefined : (facts.get(`state ${key}`)?.value as Readonly<Record<string, Versioned>> | undefined)?.[key];
  const memory = memoryOf(found?.value);
  const company = companyOf(record, fields.policy);
  const source = sourceOf({ input, scan, memory, company, record });
  if (source.kind === 'ask') return { kind: 'ask', requests: [source.request] };
  // Nobody looked: that is no look, and nothing is made up. The account's turn comes again.
  if (source.kind === 'silent' && event.live === true) return { kind: 'drop', because: source.why };
  const pages = pagesRequest(toldOf(source), company, scan);
  if (pages !== undefined && !facts.has(pages.id)) return { kind: 'ask', requests: [pages] };
  const kept = { key, version: found?.version ?? 0, memory };
  return decided({ input, scan, record, company, source, pages, kept });
}

interface Versioned {
  readonly version: number;
  readonly value: unknown;
}

/** An account of the org is read from the org: what is given with its id are signs. */
function ofOrg(event: StepInput<unknown>['event']): StepInput<unknown>['event'] {
  const { record, ...rest } = event;
  if (event.id !== undefined || record === undefined) return rest;
  const { signals: _, ...fields } = record;
  return { ...rest, record: fields };
}

function stateOf(id: string): Request {
  const key = signalKey(id);
  return { id: `state ${key}`, kind: 'state', keys: [key] };
}

/** The scan whose list the account is on. What is told of another account counts by the first one's types. */
function scanOf(scans: readonly Scan[], { facts }: RecordFacts, isTold: boolean, now: number): Scan | undefined {
  return scans.find(({ list }) => list.holds(facts, now)) ?? (isTold ? scans[0] : undefined);
}

function stranger(isLive: boolean, scans: readonly Scan[]): Stepped {
  const message = `the account is on no list that is scanned (${scans.map(({ spec }) => spec.list).join(', ')})`;
  return isLive ? { kind: 'drop', because: message } : refuse('id', message);
}

function toldOf(source: Source) {
  return source.kind === 'told' ? source.told.signals : [];
}

function refuse(path: string, message: string): Refuse {
  return { kind: 'refuse', problems: [{ path, message }] };
}
