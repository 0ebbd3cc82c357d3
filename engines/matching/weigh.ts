// What the evidence for one account comes to. raw = Σ weight × evidence / Σ weight, over what is known; then bounds, because a name alone
// is never enough and a domain that differs is never overruled.
import type { IndexedAccount } from './account-index.ts';
import { evidenceOf, type Subject } from './evidence.ts';
import type { Policy } from './policy.ts';
import type { Band, Candidate, Cap, Evidence } from './records.ts';

export function weigh(lead: Subject, { record, subject }: IndexedAccount, policy: Policy): Candidate {
  const evidence = evidenceOf(lead, subject);
  const raw = weightedMean(evidence, policy.weights);
  const { score, cap } = bounded(raw, evidence, lead.name === subject.name, policy);
  const shown = rounded(score);
  return {
    account: record.id,
    score: shown,
    raw: rounded(raw),
    cap: shown === rounded(raw) ? null : cap,
    evidence,
    decision: bandOf(shown, policy),
  };
}

/** One step of a score's last digit that people write: what is bounded stays just below the next band. */
const STEP = 0.01;

function bounded(raw: number, evidence: Evidence, sameName: boolean, policy: Policy): { score: number; cap: Cap | null } {
  const { domain, name, geo, phone } = evidence;
  const supported = geo === 1 || phone === 1;
  const belowMatch = Math.min(raw, policy.match - STEP);
  if (domain === 1) return { score: raw, cap: null };
  if (name !== undefined && sameName) {
    if (domain === 0) return { score: Math.max(belowMatch, policy.review), cap: 'other_domain' };
    return supported ? { score: raw, cap: null } : { score: belowMatch, cap: 'name_only' };
  }
  if (domain === undefined && supported && (name ?? 0) >= policy.closeName) return { score: belowMatch, cap: 'close_name' };
  return { score: Math.min(raw, policy.review - STEP), cap: 'weak' };
}

function weightedMean(evidence: Evidence, weights: Policy['weights']): number {
  let sum = 0;
  let known = 0;
  for (const piece of PIECES) {
    const value = evidence[piece];
    if (value === undefined) continue;
    sum += weights[piece] * value;
    known += weights[piece];
  }
  return known === 0 ? 0 : sum / known;
}

const PIECES = ['domain', 'name', 'geo', 'phone'] as const;

function bandOf(score: number, { match, review }: Policy): Band {
  if (score >= match) return 'match';
  return score >= review ? 'review' : 'none';
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
