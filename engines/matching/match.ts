// A lead finds its account: evidence is weighed, names alone are never enough, and of several that are as good one is chosen by rules that
// a person can repeat. The same lead and accounts give the same answer, in whatever order the accounts come.
import { type AccountIndex, readAccount } from './account-index.ts';
import { leadSubject } from './evidence.ts';
import type { Policy } from './policy.ts';
import type { AccountRecord, Candidate, LeadRecord, Match } from './records.ts';
import { breakTie } from './ties.ts';
import { weigh } from './weigh.ts';

/** Among all accounts of an index, or among candidates that were fetched by the lead's keys (`matchKeys`). Never throws. */
export function matchLead(lead: LeadRecord, accounts: AccountIndex | readonly AccountRecord[], policy: Policy): Match {
  const subject = leadSubject(lead, policy);
  const near = 'near' in accounts ? accounts.near(subject) : distinct(accounts).map((record) => readAccount(record, policy));
  const found: Found[] = [];
  for (const account of near) {
    const candidate = weigh(subject, account, policy);
    if (candidate.decision !== 'none') found.push({ candidate, record: account.record });
  }
  found.sort((a, b) => b.candidate.score - a.candidate.score || (a.record.id < b.record.id ? -1 : 1));
  return decide(found, policy);
}

/** What was fetched by several keys may come several times. */
function distinct(accounts: readonly AccountRecord[]): readonly AccountRecord[] {
  return [...new Map(accounts.map((account) => [account.id, account])).values()];
}

interface Found {
  readonly candidate: Candidate;
  readonly record: AccountRecord;
}

function decide(found: readonly Found[], policy: Policy): Match {
  const best = found[0]?.candidate;
  if (best === undefined) return NONE;
  // Scores have 4 decimals, so that half a step keeps 1 - 0.95 within 0.05.
  const least = best.score - policy.tieMargin - 0.00005;
  const tied = found.filter(({ candidate }) => candidate.decision === best.decision && candidate.score >= least);
  const { winner, by } = breakTie(tied.map(({ record }) => record));
  return {
    decision: best.decision,
    account: winner?.id ?? null,
    score: tied.find(({ record }) => record === winner)?.candidate.score ?? null,
    tied: tied.map(({ record }) => record.id).sort(),
    tie_break: by,
    owner_conflict: tied.some(({ record }) => winner !== undefined && isFamily(winner, record) && !sameOwner(winner, record)),
    candidates: found.map(({ candidate }) => candidate),
  };
}

const NONE: Match = { decision: 'none', account: null, score: null, tied: [], tie_break: null, owner_conflict: false, candidates: [] };

function isFamily(a: AccountRecord, b: AccountRecord): boolean {
  return a.id !== b.id && (a.parent === b.id || b.parent === a.id);
}

function sameOwner(a: AccountRecord, b: AccountRecord): boolean {
  return (a.owner ?? null) === (b.owner ?? null);
}
