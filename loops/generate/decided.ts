// What came of a look at an account: which signs count and why the others do not, what the account is worth now, and whether it is handed on.
import {
  type CheckedEvidence,
  addressOf,
  type Company,
  type EvidenceVerdict,
  judgeEvidence,
  type PageFinding,
} from '../../engines/signals/evidence.ts';
import { type KeptSignal, marksOf, sameEvent, type SignalMemory, stillOfUse, withEvidence } from '../../engines/signals/kept.ts';
import type { Stack } from '../../engines/signals/stack.ts';
import type { ToldSignal } from '../../engines/signals/told.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import { nameOf, type RecordFacts } from '../facts.ts';
import type { Decide } from '../decide.ts';
import type { StepInput } from '../loop.ts';
import type { PagesRequest } from '../requests.ts';
import type { Source } from './questions.ts';
import { type GenerateWorld, rounded, type Scan, stackOf } from './world.ts';

export interface Look {
  readonly input: StepInput<GenerateWorld>;
  readonly scan: Scan;
  readonly record: RecordFacts;
  readonly company: Company;
  readonly source: Exclude<Source, { readonly kind: 'ask' }>;
  readonly pages: PagesRequest | undefined;
  /** The state as it was read; no key where the account is none of the org. */
  readonly kept: { readonly key: string | undefined; readonly version: number; readonly memory: SignalMemory | undefined };
}

interface Weighed {
  readonly fresh: readonly KeptSignal[];
  readonly known: number;
  readonly dropped: readonly { readonly title: string; readonly why: string }[];
  readonly all: readonly KeptSignal[];
  readonly trace: readonly TraceEntry[];
}

export function decided(look: Look): Decide {
  const { input, scan, record, source, kept } = look;
  const { event, now } = input;
  const weighed = weigh(look);
  const { fresh, dropped, known, all } = weighed;
  const stack = stackOf(scan, all, now);
  const score = rounded(stack.score);
  const isOver = score >= scan.spec.threshold;
  const handsOn = event.id !== undefined && isOver && (fresh.length > 0 || kept.memory?.handed !== true);
  const at = new Date(now).toISOString();
  const memory: SignalMemory = {
    scanned: source.kind === 'told' && source.by === 'agent' ? at : (kept.memory?.scanned ?? null),
    scan: scan.name,
    signals: all,
    handed: isOver,
  };
  const name = nameOf(event, record);
  const inputs = { company: record.read['company'] ?? null, website: record.read['website'] ?? null, told: told(look) };
  return {
    kind: 'decide',
    label: stack.band,
    outcome: {
      signals: fresh.map((signal) => shown(signal, scan)),
      dropped,
      known,
      account_score: score,
      band: stack.band,
      scan: scan.name,
      handed_on: handsOn,
    },
    method: source.kind === 'told' && source.by === 'agent' ? 'agent' : 'deterministic',
    confidence: 1,
    inputs,
    sources: { company: record.source, website: record.source, told: source.from },
    trace: [...weighed.trace, scoreEntry(stack, score)],
    alternatives: [],
    reasoning: reasoning(look, weighed, stack, score, handsOn),
    unread: record.unread,
    ...(name !== undefined && { name }),
    writes: kept.key === undefined || source.kind === 'silent' ? [] : [{ key: kept.key, expect: kept.version, value: memory }],
    // What follows, not a promise.
    ...(handsOn && event.id !== undefined && { rings: [{ loop: 'qualify', object: event.object, record: event.id }] }),
  };
}

/** How many signs were told of; nothing where nobody told. */
function told({ source }: Look): number | null {
  return source.kind === 'told' ? source.told.signals.length + source.told.unread.length : null;
}

function weigh(look: Look): Weighed {
  const { input, scan, source, kept } = look;
  const { now } = input;
  const before = stillOfUse(kept.memory?.signals ?? [], scan.types, scan.stack.live_floor, scan.dedupe, now);
  const trace: TraceEntry[] = [];
  const dropped: { title: string; why: string }[] = [];
  const fresh = new Map<string, KeptSignal>();
  let all: readonly KeptSignal[] = before;
  let known = 0;
  const drop = (rule: string, title: string, why: string) => {
    dropped.push({ title, why });
    trace.push({ rule, result: 'dropped', because: why });
  };
  if (source.kind === 'silent') trace.push({ rule: 'look', result: 'nobody', because: source.why });
  for (const one of source.kind === 'told' ? source.told.signals : []) {
    const rule = `${one.type}: ${one.title}`;
    const judged = judge(one, look);
    if ('why' in judged) {
      drop(rule, one.title, judged.why);
      continue;
    }
    const same = sameEvent(all, judged, scan.dedupe);
    const next = same === undefined ? judged : withEvidence(same, judged);
    all = same === undefined ? [...all, next] : all.map((kept) => (kept === same ? next : kept));
    if (same === undefined || fresh.has(same.fingerprint)) fresh.set(next.fingerprint, next);
    else known += 1;
    const because = same === undefined ? evidenceText(judged.evidence) : `the same event as ${same.type}: ${same.title}`;
    trace.push({ rule, result: same === undefined ? 'kept' : 'known', because });
  }
  for (const { title, why } of source.kind === 'told' ? source.told.unread : []) drop(title, title, why);
  return { fresh: [...fresh.values()], known, dropped, all, trace };
}

function judge(told: ToldSignal, look: Look): KeptSignal | { readonly why: string } {
  const { input, scan, company, source } = look;
  if (!scan.types.has(told.type)) return { why: `${told.type} is no type of ${scan.name}` };
  if (told.evidence.length === 0) return { why: 'it has no evidence' };
  const judged = told.evidence.map((one) => ({ one, verdict: judgeOne(one, look) }));
  const good = judged.flatMap(({ verdict }) => (verdict.counts ? [verdict] : []));
  const sources = new Set(good.map((verdict) => verdict.source));
  if (sources.size < scan.evidence.min_sources) {
    const faults = judged.flatMap(({ one, verdict }) => (verdict.counts ? [] : [`${one.url}: ${verdict.why}`]));
    const few = good.length === 0 ? '' : `${sources.size} of ${scan.evidence.min_sources} sites show it; `;
    return { why: `${few}${faults.join('; ')}`.replace(/; $/, '') };
  }
  const urls = good.map(({ evidence }) => evidence.url);
  const marks = marksOf(input.event.id ?? company.domain ?? company.names[0] ?? '', told.title, urls);
  return {
    type: told.type,
    title: told.title,
    ...(typeof told.summary === 'string' && { summary: told.summary }),
    at: Math.min(...good.map(({ at }) => at)),
    fingerprint: marks[0] ?? '',
    marks,
    evidence: good.map(({ evidence }) => evidence),
    source: source.from.source,
  };
}

function judgeOne(one: ToldSignal['evidence'][number], { input, scan, company, pages }: Look): EvidenceVerdict {
  const page = addressOf(one.url);
  const place = pages?.pages.findIndex(({ url }) => url === page) ?? -1;
  const asked = pages?.pages[place];
  const fact = pages === undefined ? undefined : input.facts.get(pages.id);
  const finding: PageFinding | undefined =
    fact?.missing === undefined ? (fact?.value as readonly PageFinding[] | undefined)?.[place] : { kind: 'unread', why: fact.missing };
  const stands = finding?.kind === 'read' ? finding.stands : [];
  const about = company.names.length + (company.domain === undefined ? 0 : 1);
  const quoteAt = asked?.texts.indexOf(one.quote, about) ?? -1;
  const found = { quote: stands[quoteAt] === true, company: stands.slice(0, about).includes(true) };
  return judgeEvidence(one, finding, found, company, scan.evidence, input.now);
}

function shown({ type, title, summary, at, fingerprint, evidence, source }: KeptSignal, { types }: Scan) {
  const base = types.get(type)?.base ?? 0;
  return { type, title, ...(summary !== undefined && { summary }), at: new Date(at).toISOString(), base, fingerprint, evidence, source };
}

function evidenceText(evidence: readonly CheckedEvidence[]): string {
  return evidence.map(({ url, published_at }) => `it stands on ${url}, published ${published_at.slice(0, 10)}`).join('; ');
}

function scoreEntry({ live, types, bonus, band }: Stack, score: number): TraceEntry {
  const [strongest] = live;
  const because =
    strongest === undefined
      ? 'no sign is alive'
      : `the strongest is ${strongest.signal.type} with ${rounded(strongest.strength)}${bonus > 0 ? `, raised by ${Math.round(bonus * 100)} % for ${types} types` : ''}`;
  return { rule: 'score', result: `${score} ${band}`, because };
}

function reasoning({ source, scan }: Look, { fresh, dropped, known }: Weighed, { band }: Stack, score: number, handsOn: boolean): string {
  const end = `The account is at ${score} of 100, ${band === 'none' ? 'in no band' : band}.`;
  if (source.kind === 'silent') return `Nobody looked: ${source.why}. Nothing is made up. ${end}`;
  const news =
    fresh.length === 0 ? 'Nothing new that can be shown.' : `New: ${fresh.map(({ type, title }) => `${type}, "${title}"`).join('; ')}.`;
  return [
    news,
    ...(known === 0 ? [] : [`${known} known already.`]),
    ...(dropped.length === 0 ? [] : [`${dropped.length} told of without what it takes.`]),
    end,
    ...(handsOn ? [`That is ${scan.spec.threshold} or more, so it is handed on.`] : []),
  ].join(' ');
}
