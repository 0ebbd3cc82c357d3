// The reason of each step in one sentence: which line of which file, at which commit; for removals, what is not declared any more.
import { refText } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import type { Draft } from './findings.ts';
import type { Drift, FieldChange } from './plan.ts';
import { counted, show, thousands } from './show.ts';

export interface Revision {
  /** Full id; `null` outside of a git repository. */
  readonly commit: string | null;
  /** The working tree differs from the commit. */
  readonly dirty: boolean;
  /** The day for which seats were resolved, `YYYY-MM-DD`. */
  readonly asOf: string;
}

export function why(draft: Draft, revision: Revision): string {
  return `${reason(draft, revision)}${at(revision)}`;
}

function reason(draft: Draft, { asOf }: Revision): string {
  const { cause } = draft;
  switch (cause.kind) {
    case 'declared':
      return declared(draft, cause.by, cause.reverted);
    case 'belongs':
      return `${cause.to} is made anew and takes it along; ${place(cause.by)} declares it`;
    case 'gone': {
      const ref = refText(draft.ref);
      const left = cause.resourceStays ? `${ref} no longer declares it as of ${asOf}` : `nothing in git declares it any more; ${ref} did`;
      if (draft.action === 'forget') return `${left}; the record stays in the org${lost(cause.loses)}`;
      return cause.from === undefined ? left : `${left}; ${cause.from}, which it belongs to, stays in the org without it`;
    }
    case 'archived':
      if (cause.successor === null) return `${refText(draft.ref)} is no longer in git, and a model in use is archived, never deleted`;
      return `${cause.successor} becomes active, and an org has one active model`;
    case 'in-archive':
      return `${cause.model} is archived with all that is in it; the record stays in the org`;
    case 'turn':
      return `${cause.ring.join(' and ')} change places, and no two have one ${cause.path} at any time: ${show(draft.fields[0]?.after)} is free in between`;
    case 'content':
      return `What the loops read differs in ${listed(cause.refs)}`;
    case 'run':
      return `${listed(cause.refs)} differs: ${cause.loop} decides on every open ${cause.object} again, in the background`;
    default:
      return cause satisfies never;
  }
}

/** A field that is forgotten is seen by nobody any more: that has to be said. */
function lost(loses: readonly string[] = []): string {
  return loses.length === 0 ? '' : `, without what was given to it here and is deleted: ${listed(loses)}`;
}

function declared(draft: Draft, by: DesiredObject, reverted: readonly Drift[]): string {
  const whole = `${place(by)} declares ${by.label ?? refText(by.ref)}`;
  const values = () => `${place(by)} declares ${told(draft.fields)}`;
  switch (draft.action) {
    case 'create':
      return reverted.length === 0 ? whole : `${whole}, and it was removed from the org: put back`;
    case 'adopt':
      if (draft.fields.length === 0) return `${whole}, and the org has it: taken over as it is`;
      return `${whole}, and the org has it: taken over with ${counted(draft.fields.length, 'change')}`;
    case 'replace':
      return `${values()}, and that can be given on creation only`;
    default:
      return reverted.length === 0 ? values() : `${values()}; ${undone(reverted)}`;
  }
}

function undone(reverted: readonly Drift[]): string {
  const paths = reverted.map(({ path }) => path).join(', ');
  const by = [...new Set(reverted.flatMap((drift) => drift.by ?? []))].join(', ');
  return `${paths} was changed in the org${by === '' ? '' : ` by ${by}`}: put back`;
}

function told(fields: readonly FieldChange[]): string {
  const differ = fields.filter(({ before, after }) => show(before) !== show(after));
  const shown = differ.slice(0, 3).map(({ path, after, sensitive }) => (sensitive === true ? path : `${path} ${show(after, 80)}`));
  const more = differ.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${counted(more, 'more field')}` : shown.join(', ');
}

function listed(refs: readonly string[]): string {
  if (refs.length === 0) return 'nothing yet: it is the first one';
  const shown = refs.slice(0, 3).join(', ');
  return refs.length > 3 ? `${shown} and ${thousands(refs.length - 3)} more` : shown;
}

function place({ origin }: DesiredObject): string {
  return `${origin.path}:${origin.line}`;
}

/** The commit as people write it: seven characters, and whether the working tree says something else. */
function at({ commit, dirty }: Revision): string {
  if (commit === null) return '';
  return ` (commit ${commit.slice(0, 7)}${dirty ? ' and uncommitted changes' : ''})`;
}
