// What was read from an org, read back: what the language refuses is left out and said, and what is left is compared with the org.
import { addressText, type Address, type Checked, type Problem, refText } from '../../resources/core.ts';
import { materialise } from '../../resources/materialise.ts';
import type { SourceFile } from '../../resources/organisation.ts';
import { resolve } from '../../resources/resolve.ts';
import type { Organisation } from '../../resources/resource.ts';
import type { Declaration } from '../../resources/write.ts';
import { compare } from '../../plans/compare.ts';
import { show } from '../../plans/show.ts';
import { addressesToRead } from '../../plans/world.ts';
import { dayIn } from '../../ports/clock.ts';
import type { CrmReader } from '../../ports/crm.ts';
import type { Tree } from '../../ports/source.ts';
import type { Deps } from '../deps.ts';
import { loadTree, type Scene } from '../load.ts';

/** The configuration that an import comes into. */
export interface Beside {
  readonly tree: Tree;
  readonly scene: Scene;
}

export interface CheckedImport {
  readonly good: readonly Declaration[];
  readonly left: readonly Problem[];
  readonly plan: Foreseen;
}

interface Foreseen {
  readonly adopts: number;
  readonly creates: readonly Address[];
  /** Records that a plan would change. */
  readonly differing: readonly Problem[];
}

/** What is only tried is not kept. */
const UNKEPT = { get: () => undefined, set: () => {} };

export async function check(
  deps: Pick<Deps, 'clock'>,
  crm: CrmReader,
  beside: Beside | undefined,
  declarations: readonly Declaration[],
  filesOf: (some: readonly Declaration[]) => readonly SourceFile[],
  known: ReadonlySet<string>,
): Promise<Checked<CheckedImport>> {
  const left: Problem[] = [];
  const tree: Tree = beside?.tree ?? { commit: null, dirty: false, files: [], problems: [] };
  let good = declarations;
  for (;;) {
    const { organisation, problems } = loadTree({ ...tree, files: [...tree.files, ...filesOf(good)] }, UNKEPT);
    // With nothing but a project there is nothing to declare, and that is no mistake here.
    const errors = problems.filter(({ severity, code }) => severity === 'error' && code !== 'nothing-declared');
    if (errors.length === 0) return foreseen(deps, crm, beside, organisation, { good, left, known });
    const wrong = new Map(errors.flatMap((problem) => (problem.ref === undefined ? [] : [[refText(problem.ref), problem] as const])));
    const kept = good.filter((one) => !wrong.has(refText(one)));
    // What is wrong lies in what was declared before: then the two do not go together.
    if (kept.length === good.length) return { ok: false, problems: errors };
    for (const one of good) {
      const problem = wrong.get(refText(one));
      if (problem !== undefined) left.push(refusal(one, problem));
    }
    good = kept;
  }
}

function refusal(one: Declaration, { message, hint }: Problem): Problem {
  return {
    severity: 'warning',
    code: 'not-expressible',
    message: `${refText(one)} is left out: ${message}`,
    ...(hint !== undefined && { hint: `In the org it would have to be otherwise. ${hint}` }),
  };
}

async function foreseen(
  deps: Pick<Deps, 'clock'>,
  crm: CrmReader,
  beside: Beside | undefined,
  organisation: Organisation,
  { good, left, known }: Omit<CheckedImport, 'plan'> & { readonly known: ReadonlySet<string> },
): Promise<Checked<CheckedImport>> {
  const before = beside?.scene.resolved;
  const resolved = resolve(organisation, {
    asOf: before?.asOf ?? dayIn('UTC', deps.clock.now()),
    ...(before !== undefined && { environment: before.environment.name }),
  });
  if (!resolved.ok) return resolved;
  const desired = materialise(resolved.value).filter(({ address }) => !known.has(addressText(address)));
  const live = desired.length === 0 ? [] : await crm.read(addressesToRead({ desired, inventory: [] }));
  const { drafts } = compare({ desired, inventory: [], live, types: crm.types, adoption: 'allow', driftPolicy: () => 'alert' });
  const differing = drafts.filter(({ action, fields }) => (action === 'adopt' || action === 'update') && fields.length > 0);
  return {
    ok: true,
    value: {
      good,
      left,
      plan: {
        adopts: drafts.filter(({ action }) => action === 'adopt').length,
        creates: drafts.filter(({ action }) => action === 'create').map(({ address }) => address),
        differing: differing.map(({ ref, address, fields }) => ({
          severity: 'warning',
          code: 'plan-changes',
          message: `a plan of this would change ${addressText(address)}: ${fields.map(({ path, before: was, after }) => `${path} ${show(was)} → ${show(after)}`).join(', ')}`,
          ref,
        })),
      },
    },
  };
}
