// Edits of resources as edits of the files that they stand in: what is not edited stays as people wrote it.
import { createHash } from 'node:crypto';
import type { Checked, Problem } from '../../resources/core.ts';
import type { Placed } from '../../resources/adopt.ts';
import { editFile, partAt } from '../../resources/edit.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TextFile, Tree } from '../../ports/source.ts';

/** The files that are different then. Documents that leave are no matter of this one. */
export function withEdits({ files }: Pick<Tree, 'files'>, edits: readonly Placed[]): Checked<ReadonlyMap<string, string>> {
  const before = new Map(files.map(({ path, text }) => [path, text]));
  const texts = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { resource, edit } of edits) {
    if (edit.op === 'drop') continue;
    const { path, line } = resource.origin;
    const text = texts.get(path) ?? before.get(path) ?? '';
    const made = editFile(text, [{ part: partAt(before.get(path) ?? '', line), edit }]);
    if (made.ok) texts.set(path, made.text);
    else problems.push(notEditable(resource, edit.path));
  }
  return problems.length === 0 ? { ok: true, value: texts } : { ok: false, problems };
}

/** All files as they would be; `null`: gone. */
export function filesWith({ files }: Pick<Tree, 'files'>, changed: ReadonlyMap<string, string | null>): readonly TextFile[] {
  return files.flatMap((file) => {
    const text = changed.get(file.path);
    if (text === null) return [];
    return [text === undefined ? file : { path: file.path, text, hash: createHash('sha256').update(text).digest('hex') }];
  });
}

function notEditable(resource: Resource, path: readonly (string | number)[]): Problem {
  return {
    severity: 'error',
    code: 'not-editable',
    message: 'this place cannot be changed without changing another: an anchor or an alias is involved',
    ref: resource.ref,
    at: resource.at({ path }),
    hint: 'Write the value out, commit, and do it again; or edit it by hand.',
  };
}
