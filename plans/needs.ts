// What each step of `expand` waits for, and what nobody will bring: a link to a record that is not in the org holds its step.
import { type Fields, isLink, parseAddress, refText } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { type Draft, type Edges, type Findings, addEdge, declarer, heldStep } from './findings.ts';
import { needsOf } from './anew.ts';
import { linksIn } from './value.ts';
import type { World } from './world.ts';

/** Adds the edges of `expand`, and the holds of steps that need what is not there. */
export function connectAdditions(world: World, found: Findings, edges: Edges): void {
  const additions = found.drafts.filter(({ phase }) => phase === 'expand');
  if (additions.length === 0) return;
  const steps = new Map(additions.filter(({ tier }) => tier !== 'late').map((draft) => [draft.id, draft]));
  const vacated = new Map(
    additions.flatMap(({ id, was, tier }) => (was === undefined || tier === 'late' ? [] : [[`${was.type}/${was.key}`, id]])),
  );
  const above = anchors(world, steps);
  for (const draft of additions) {
    const { cause } = draft;
    if (cause.kind !== 'declared' && cause.kind !== 'belongs') continue;
    const vacates = vacated.get(draft.id);
    if (vacates !== undefined) addEdge(edges, draft.id, vacates);
    if (draft.tier === 'late') connectLate(draft, cause.by, steps, edges);
    for (const need of waitsFor(draft, cause.by)) connect(world, draft, cause.by, need, { steps, above }, found, edges);
  }
}

interface Steps {
  readonly steps: ReadonlyMap<string, Draft>;
  readonly above: (address: string) => string | undefined;
}

/** A record that is made needs all that it links to; one that is changed, what its new values link to. */
function waitsFor(draft: Draft, desired: DesiredObject): Iterable<string> {
  if (draft.action === 'update' || draft.tier === 'late') return newLinks(draft);
  return needsOf(desired);
}

function newLinks(draft: Draft): readonly string[] {
  return draft.fields.flatMap(({ after }) => (isLink(after) ? [after.link] : []));
}

function connect(
  world: World,
  draft: Draft,
  desired: DesiredObject,
  need: string,
  { steps, above }: Steps,
  found: Findings,
  edges: Edges,
): void {
  const { type, key } = parseAddress(need);
  if (world.types[type]?.external === true) {
    const hold = newLinks(draft).includes(need) ? missingPerson(world, type, key, need) : undefined;
    if (hold !== undefined) found.holds.push(heldStep(hold.code, draft, `${declarer(desired)} ${hold.message}`));
    return;
  }
  const step = steps.get(need);
  if (step !== undefined && step.action !== 'update') addEdge(edges, draft.id, need);
  else if (step === undefined && !world.live.has(need))
    found.holds.push(heldStep('missing-record', draft, missingRecord(world, desired, need)));
  else if (type === draft.address.type) {
    // Hung below something that moves itself: from the top down no circle can come to be on the way.
    const anchor = above(need);
    if (anchor !== undefined) addEdge(edges, draft.id, anchor);
  }
}

function missingPerson(
  world: World,
  type: string,
  key: string,
  need: string,
): { readonly code: string; readonly message: string } | undefined {
  const live = world.live.get(need);
  if (live === undefined) {
    if (type !== 'User') return { code: 'missing-record', message: `needs ${need}, which is not in the org.` };
    return {
      code: 'unknown-user',
      message: `names ${key}, who is not a user of this org. loopctl never creates users: correct the name, or add the user.`,
    };
  }
  if (live.fields['IsActive'] !== false) return undefined;
  return { code: 'inactive-user', message: `names ${key}, whose user is inactive. Activate the user, or name somebody else.` };
}

function missingRecord(world: World, desired: DesiredObject, need: string): string {
  const owner = world.declared.get(need) ?? world.inventory.get(need);
  if (owner === undefined) return `${declarer(desired)} needs ${need}, which is not in the org.`;
  const remedy = `Put it back with "loopctl drift --revert ${refText(owner.ref)}", or take it out of git.`;
  return `${declarer(desired)} needs ${need}, which was removed from the org. ${remedy}`;
}

function connectLate(draft: Draft, desired: DesiredObject, steps: ReadonlyMap<string, Draft>, edges: Edges): void {
  const own = `${draft.address.type}/${draft.address.key}`;
  if (steps.has(own)) addEdge(edges, draft.id, own);
  for (const need of desired.late?.after ?? []) {
    const step = steps.get(need);
    if (step !== undefined && (step.action === 'create' || step.action === 'replace')) addEdge(edges, draft.id, need);
  }
}

/**
 * For a record in a tree of its own type: the step that has to come before anything is hung below it. Its own step, where it is made or
 * moved; else the nearest one above. Walked once, whatever is asked.
 */
function anchors(world: World, steps: ReadonlyMap<string, Draft>): Steps['above'] {
  const known = new Map<string, string | undefined>();
  return (address) => {
    const walked = new Set<string>();
    let anchor: string | undefined;
    for (let here: string | undefined = address; here !== undefined && !walked.has(here); here = parentOf(world, here)) {
      if (known.has(here)) {
        anchor = known.get(here);
        break;
      }
      const step = steps.get(here);
      if (step !== undefined && moves(step)) {
        anchor = here;
        break;
      }
      walked.add(here);
    }
    for (const passed of walked) known.set(passed, anchor);
    return anchor;
  };
}

/** Made, or taken away from where it hangs. What hangs nowhere closes no circle. */
function moves(step: Draft): boolean {
  return step.action !== 'update' || step.fields.some(({ before }) => isLink(before));
}

function parentOf(world: World, address: string): string | undefined {
  const record = world.declared.get(address);
  return record && sameTypeLink(record.fields, record.address.type);
}

function sameTypeLink(fields: Fields, type: string): string | undefined {
  return linksIn(fields).find(({ target }) => target.startsWith(`${type}/`))?.target;
}
