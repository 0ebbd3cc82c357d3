// Experiments of a snapshot, and which side a record is on: the same one for ever, by its id alone, whoever asks and in whatever order.
import { createHash } from 'node:crypto';
import type { ExperimentRuntime } from '../../resources/experiment/schema.ts';
import { hashOf } from '../../plans/value.ts';

export type Arm = 'control' | 'candidate';
/** By the name of the experiment. */
export type Arms = Readonly<Record<string, Arm>>;

type Resources = Readonly<Record<string, unknown>>;

export interface Trial extends ExperimentRuntime {
  readonly name: string;
  /** Of what is compared: another candidate, another control or another share is another run, and is counted anew. */
  readonly run: string;
  /** The loop that decides by what is tried. */
  readonly loop: string;
}

const LOOP_OF: Readonly<Record<ExperimentRuntime['kind'], string>> = { ScoringModel: 'qualify', RoutingRuleSet: 'route' };
const HEAD = 'Experiment/';

export function trialsIn(resources: Resources): readonly Trial[] {
  return Object.entries(resources).flatMap(([key, content]) => {
    if (!key.startsWith(HEAD)) return [];
    const spec = content as ExperimentRuntime;
    const run = hashOf({ spec, control: resources[`${spec.kind}/${spec.control}`] ?? null }).slice(0, 12);
    return [{ ...spec, name: key.slice(HEAD.length), run, loop: LOOP_OF[spec.kind] }];
  });
}

/** The candidates of these experiments in the place of their controls. */
export function withCandidates(resources: Resources, trials: readonly Trial[]): Resources {
  if (trials.length === 0) return resources;
  const left = new Set(trials.map(({ kind, control }) => `${kind}/${control}`));
  return {
    ...Object.fromEntries(Object.entries(resources).filter(([key]) => !left.has(key))),
    ...Object.fromEntries(trials.map(({ kind, candidate, spec }) => [`${kind}/${candidate}`, spec])),
  };
}

/** `now`: milliseconds since 1970. */
export function isRunning({ from, to }: Pick<Trial, 'from' | 'to'>, now: number): boolean {
  const day = new Date(now).toISOString().slice(0, 10);
  return (from === undefined || from <= day) && (to === undefined || day <= to);
}

/** Experiments on a share of the records of an object, and the side of this one. `key`: its id, or what else tells it from others. */
export function armsFor(
  trials: readonly Trial[],
  {
    object,
    key,
    now,
    stopped,
  }: { readonly object: string; readonly key: string; readonly now: number; readonly stopped: ReadonlySet<string> },
): Arms | undefined {
  const found = trials.filter((one) => one.mode === 'share' && one.object === object && !stopped.has(one.run) && isRunning(one, now));
  return found.length === 0 ? undefined : Object.fromEntries(found.map((one) => [one.name, armOf(one, key)]));
}

const OF = 2 ** 48;

/** Evenly spread, and independent of other experiments. */
export function armOf({ name, share }: Pick<Trial, 'name' | 'share'>, key: string): Arm {
  const hash = createHash('sha256').update(`${name}|${key}`).digest();
  return hash.readUIntBE(0, 6) / OF < share ? 'candidate' : 'control';
}
