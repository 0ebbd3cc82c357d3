// Tables that policies name are beside them. Which files there are is not for a kind to know, so this is asked where they were read.
import type { Problem } from '../core.ts';
import type { Organisation } from '../resource.ts';
import { EnrichmentPolicy } from './schema.ts';

export function missingTables(organisation: Organisation, has: (path: string) => boolean): readonly Problem[] {
  return organisation.all(EnrichmentPolicy).flatMap((policy) =>
    policy.spec.providers.flatMap(({ path }, index): Problem[] => {
      if (path === undefined || has(path)) return [];
      const at = policy.at({ path: ['spec', 'providers', index, 'path'] });
      const message = `path: there is no file ${path}`;
      const hint = 'Paths begin at the folder of loopctl.yaml; the table belongs into the same repository.';
      return [{ severity: 'error', code: 'missing-file', message, hint, ref: policy.ref, at }];
    }),
  );
}
