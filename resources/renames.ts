// `loopctl/moved-from: Kind/old`: a resource that had another name. Its records are the same; only what they are called moves.
import { parseRef, refText } from './core.ts';
import { MOVED_FROM } from './envelope.ts';
import type { Report } from './report.ts';
import type { Organisation } from './resource.ts';

/** Names of before by `Kind/name` of now. */
export function namesBefore(organisation: Organisation): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [text, { metadata, ref }] of organisation.resources) {
    const before = parseRef(metadata.annotations?.[MOVED_FROM] ?? '');
    if (before !== undefined && before.kind === ref.kind) names.set(text, before.name);
  }
  return names;
}

export function checkRenames(organisation: Organisation, report: Report): void {
  const taken = new Map<string, string>();
  for (const resource of organisation.resources.values()) {
    const written = resource.metadata.annotations?.[MOVED_FROM];
    const before = written === undefined ? undefined : parseRef(written);
    if (before === undefined) continue;
    const path = ['metadata', 'annotations', MOVED_FROM];
    const old = refText(before);
    const other = taken.get(old);
    taken.set(old, refText(resource.ref));
    if (before.kind !== resource.ref.kind) {
      report.error(resource, {
        path,
        code: 'moved-kind',
        message: `a ${resource.ref.kind} cannot have been ${old}`,
        hint: `Write ${resource.ref.kind}/${before.name}.`,
      });
    } else if (organisation.names(before.kind).has(before.name)) {
      report.error(resource, {
        path,
        code: 'moved-still-there',
        message: `${old} is still declared, so this resource cannot have been it`,
        hint: 'Take the old one away, or the annotation.',
      });
    } else if (other !== undefined) {
      report.error(resource, { path, code: 'moved-twice', message: `${old} cannot have become both this and ${other}` });
    }
  }
}
