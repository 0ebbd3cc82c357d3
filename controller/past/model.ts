// The scoring model that a command names.
import type { Checked } from '../../resources/core.ts';
import type { Organisation, Resource } from '../../resources/resource.ts';
import { ScoringModel, type ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { suggestion } from '../../resources/suggest.ts';

export function modelNamed(organisation: Organisation, name: string): Checked<Resource<ScoringModelSpec>> {
  const found = organisation.get(ScoringModel, name.replace(/^ScoringModel\//, ''));
  if (found !== undefined) return { ok: true, value: found };
  const names = organisation.all(ScoringModel).map(({ ref }) => ref.name);
  const none = names.length === 0 ? { hint: 'None is declared: loopctl schema ScoringModel says what one looks like.' } : {};
  const message = `There is no ScoringModel "${name}".`;
  return { ok: false, problems: [{ severity: 'error', code: 'unknown-model', message, ...none, ...suggestion(name, names) }] };
}
