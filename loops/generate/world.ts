// The scans of a snapshot, compiled: whose accounts, which types, which bands. What is kept of an account is weighed by them.
import { millisecondsOf } from '../../resources/duration.ts';
import type { PromptSpec } from '../../resources/prompt/schema.ts';
import type { SignalScanSpec } from '../../resources/signal-scan/schema.ts';
import type { TargetAccountListSpec } from '../../resources/target-account-list/schema.ts';
import type { EvidencePolicy } from '../../engines/signals/evidence.ts';
import { type SignalMemory, type SignalTypes, signalsOf } from '../../engines/signals/kept.ts';
import { type Stack, type StackPolicy, stackSignals } from '../../engines/signals/stack.ts';
import { fieldNames, type FieldNames } from '../facts.ts';
import type { Snapshot } from '../loop.ts';
import { type AccountList, compileList } from './lists.ts';

export interface GenerateWorld {
  /** In the order of their names. */
  readonly scans: readonly Scan[];
  /** Of an account; none where no FieldMap says where it has its name. */
  readonly fields: FieldNames | undefined;
}

export interface Scan {
  readonly name: string;
  readonly spec: SignalScanSpec;
  readonly list: AccountList;
  /** What says which accounts of the org the list means. */
  readonly marks: readonly unknown[];
  /** Of the prompt: `none` asks nobody. */
  readonly model: string | undefined;
  readonly types: SignalTypes;
  readonly stack: StackPolicy;
  readonly evidence: EvidencePolicy;
  /** Milliseconds. */
  readonly dedupe: number;
}

const MAX_SCORE = 100;

export function compileScans(snapshot: Snapshot): GenerateWorld {
  const fields = fieldNames(snapshot, 'Account');
  if (fields === undefined) return { scans: [], fields };
  const scans = Object.entries(snapshot.resources)
    .filter(([key]) => key.startsWith('SignalScan/'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, spec]) => scanOf(key.slice('SignalScan/'.length), spec as SignalScanSpec, snapshot, fields));
  return { scans, fields };
}

function scanOf(name: string, spec: SignalScanSpec, snapshot: Snapshot, { policy, map }: FieldNames): readonly Scan[] {
  const list = snapshot.resources[`TargetAccountList/${spec.list}`] as TargetAccountListSpec | undefined;
  if (list === undefined) return [];
  const types = Object.entries(spec.types).map(
    ([type, { base, half_life }]) => [type, { base, half_life: millisecondsOf(half_life) }] as const,
  );
  return [
    {
      name,
      spec,
      list: compileList(list, snapshot, policy),
      marks: [list, map],
      model: (snapshot.resources[`Prompt/${spec.prompt}`] as PromptSpec | undefined)?.model,
      types: new Map(types),
      stack: { ...spec.stacking, max_score: MAX_SCORE, bands: spec.bands },
      evidence: { ...spec.evidence, max_age: millisecondsOf(spec.evidence.max_age) },
      dedupe: millisecondsOf(spec.dedupe_window),
    },
  ];
}

/** Where the state of an account's signs is kept. */
export function signalKey(account: string): string {
  return `signals/Account/${account}`;
}

export function memoryOf(value: unknown): SignalMemory | undefined {
  return (value as SignalMemory | null | undefined) ?? undefined;
}

export function stackOf({ types, stack }: Pick<Scan, 'types' | 'stack'>, kept: SignalMemory['signals'], now: number): Stack {
  return stackSignals(signalsOf(kept, types), now, stack);
}

/** Scores are shown with two decimals, and bands are by what is shown. */
export function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}

/** What rules see as `signal.*` of an account: by the value of its state. Nothing where none was ever kept, so that it is missing. */
export function signalFacts(world: GenerateWorld, value: unknown, now: number): { readonly signal?: SignalFacts } {
  const memory = memoryOf(value);
  const scan = world.scans.find(({ name }) => name === memory?.scan) ?? world.scans[0];
  if (memory === undefined || scan === undefined) return {};
  const { score, band, live } = stackOf(scan, memory.signals, now);
  const latest = Math.max(...live.map(({ signal }) => signal.at));
  return {
    signal: {
      score: rounded(score),
      band,
      types: [...new Set(live.map(({ signal }) => signal.type))],
      latest: live.length === 0 ? null : new Date(latest).toISOString(),
    },
  };
}

export interface SignalFacts {
  /** 0..100 */
  readonly score: number;
  /** `none` below the lowest. */
  readonly band: string;
  /** Of what is alive, the strongest first. */
  readonly types: readonly string[];
  /** ISO: when the latest of them happened; `null` where nothing is alive. */
  readonly latest: string | null;
}
