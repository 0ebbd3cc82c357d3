// Policies, records and answers for the tests of enrichment.
import { EnrichmentPolicy } from '../../../resources/enrichment-policy/schema.ts';
import type { Candidate, Kept } from '../../../resources/enrichment-policy/found.ts';
import { compileEnrichment, type EnrichmentPlan } from '../../../engines/enrichment/policy.ts';
import { type Case, progress, type Question, questionsOf, rowOf } from '../../../engines/enrichment/progress.ts';
import { compilePolicy } from '../../../engines/matching/policy.ts';

export const matching = compilePolicy();
export const NOW = Date.parse('2026-11-21T12:00:00Z');
export const DAY = 86_400_000;

export function planOf(fields: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): EnrichmentPlan {
  const providers = [
    { name: 'house', type: 'csv', path: 'companies.csv' },
    { name: 'pdl', type: 'pdl' },
    { name: 'stack', type: 'webhook', url_env: 'URL', secret_env: 'SECRET' },
  ];
  return compileEnrichment(EnrichmentPolicy.schema.parse({ object: 'Lead', providers, fields, ...more }));
}

export function caseOf(plan: EnrichmentPlan, known: Case['known'], more: Partial<Case> = {}): Case {
  return { plan, matching, known, unusable: new Map(), ...more };
}

export function company(id: string, more: Partial<Candidate> = {}): Candidate {
  return { id, label: id, name: id, values: {}, ...more };
}

export function answered(candidates: readonly Candidate[], ageDays = 0): Kept {
  const answer = candidates.length === 0 ? ({ kind: 'none' } as const) : ({ kind: 'found', candidates } as const);
  return { answer, at: new Date(NOW - ageDays * DAY).toISOString() };
}

/** Answers everything that is asked until nothing more is, by provider. Gives the end and who was asked in which order. */
export function run(of: Case, answer: (question: Question) => Kept | undefined) {
  const rows = new Map<string, Kept>();
  const asked: string[] = [];
  for (let round = 0; ; round += 1) {
    questionsOf(of, rows);
    const now = progress(of, rows, NOW);
    if (now.ask.length === 0) return { ...now, asked };
    if (round > 50) throw new Error('it never ends');
    for (const question of now.ask) {
      asked.push(question.provider);
      const row = answer(question);
      if (row === undefined) throw new Error(`nothing is said of ${question.provider}`);
      rows.set(rowOf(question), row);
    }
  }
}
