// Records of the past through two versions of what the loops read: who would score otherwise, be somebody else's, lie in another territory.
// Answers come from what was recorded and the versions alone: neither an agent nor the org is asked, and nothing is kept.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { changedResources, contentChanges } from '../plans/content.ts';
import { type PastRecord, replayOn } from './simulate/replay.ts';
import { emptyStates } from './simulate/states.ts';
import { type Sums, tally } from './simulate/tally.ts';
import { compileVersion, type Version } from './simulate/version.ts';

export interface SimulationRequest {
  readonly before: Version;
  readonly after: Version;
  /** In the order in which they came: turns are taken in it. */
  readonly records: Iterable<PastRecord> | AsyncIterable<PastRecord>;
  /** The moment of the simulation, in milliseconds since 1970: whoever sits in a seat then is routed to. */
  readonly now: number;
  /** How many records are told one by one. */
  readonly examples: number;
  onProgress?(done: number): void;
}

export interface Simulation extends Sums {
  readonly before: Side;
  readonly after: Side;
  /** How the versions differ, path by path, as a plan says it. */
  readonly content: readonly string[];
}

interface Side {
  readonly label: string;
  readonly commit: string | null;
  /** Hash of what the loops read. */
  readonly snapshot: string;
}

/** Records between two looks at what else the process has to do: some ten milliseconds. */
const AT_ONCE = 50;

export async function simulate({ before, after, records, now, examples, onProgress }: SimulationRequest): Promise<Simulation> {
  const sides = [before, after].map((version) => ({ version: compileVersion(version), states: emptyStates() }));
  const sums = tally(examples);
  let done = 0;
  for await (const past of records) {
    const [old, fresh] = await Promise.all(
      sides.map(({ version, states }) => {
        states.goTo(past.at);
        return replayOn(version, states, past, now);
      }),
    );
    if (old !== undefined && fresh !== undefined) sums.add(past, old, fresh);
    done += 1;
    if (done % AT_ONCE === 0) {
      onProgress?.(done);
      await nextTurn();
    }
  }
  const [old, fresh] = sides.map(({ version: { label, commit, snapshot } }): Side => ({ label, commit, snapshot }));
  if (old === undefined || fresh === undefined) throw new Error('a simulation has two sides');
  const refs = changedResources(before.content, after.content);
  return {
    before: old,
    after: fresh,
    content: contentChanges(before.content, after.content, refs).map(({ path }) => path),
    ...sums.sums(),
  };
}
