// Why a resource is as it is: where it is declared and who wrote that, what it became in the org, and which plan did so.
import { addressText, type Fields, type Origin, type Ref } from '../resources/core.ts';
import type { Resource } from '../resources/resource.ts';
import type { CommitInfo, Source } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';

export interface Why {
  readonly ref: Ref;
  /** Absent: it is not declared (any more), or the files cannot be read. */
  readonly declared?: {
    readonly at: Origin;
    /** The newest commit that touched its document; absent where something in it is not committed. */
    readonly lastChange?: CommitInfo;
  };
  readonly records: readonly {
    readonly address: string;
    readonly id: string;
    readonly fields: Fields;
    readonly how: 'created' | 'adopted';
    readonly plan: string | null;
    readonly commit: string | null;
    readonly by: string;
    readonly at: string;
  }[];
}

export async function whyOf(
  deps: { readonly source: Pick<Source, 'lastChange'> },
  store: Store,
  {
    project,
    environment,
    ref,
    resource,
  }: { readonly project: string; readonly environment: string; readonly ref: Ref; readonly resource: Resource | undefined },
): Promise<Why> {
  const rows = await store.rowsOf(project, environment, ref);
  const { path = '', line = 0 } = resource?.origin ?? {};
  const lastChange = resource === undefined ? undefined : await deps.source.lastChange(path, line, resource.lastLine());
  return {
    ref,
    ...(resource !== undefined && { declared: { at: resource.origin, ...(lastChange !== undefined && { lastChange }) } }),
    records: rows.map((row) => ({
      address: addressText(row.address),
      id: row.id,
      fields: row.fields,
      how: row.adopted ? 'adopted' : 'created',
      plan: row.plan,
      commit: row.commit,
      by: row.by,
      at: row.at,
    })),
  };
}
