// A model as a configuration would declare it, through the kind's own schema.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ScoringModel, type ScoringModelSpec } from '../../../resources/scoring-model/schema.ts';

export function modelSpec(spec: unknown): ScoringModelSpec {
  return ScoringModel.schema.parse(spec);
}

/** The model in a file of one document. */
export function modelIn(path: string): ScoringModelSpec {
  return modelSpec((parse(readFileSync(path, 'utf8')) as { spec: unknown }).spec);
}
