// The shape of matching.json, and its policy in the language's words.
import { compilePolicy, type Policy } from '../../../engines/matching/policy.ts';
import type { Domain } from '../../../engines/matching/domains.ts';
import type { AccountRecord, LeadRecord, Match } from '../../../engines/matching/records.ts';

interface CasePolicy {
  readonly weights: Readonly<Record<'domain' | 'name' | 'geo' | 'phone', number>>;
  readonly match: number;
  readonly review: number;
  readonly close_name: number;
  readonly tie_margin: number;
  readonly free_mail: readonly string[];
  readonly disposable: readonly string[];
  readonly hosted: readonly string[];
  readonly legal_forms_end: readonly string[];
  readonly legal_forms_start: readonly string[];
  readonly letters: Readonly<Record<string, string>>;
}

export interface MatchingCases {
  readonly policy: CasePolicy;
  readonly domains: readonly { readonly id: string; readonly input: unknown; readonly expected: Partial<Domain> }[];
  readonly names: readonly { readonly id: string; readonly input: unknown; readonly expected: string }[];
  readonly similarity: readonly {
    readonly id: string;
    readonly a: string;
    readonly b: string;
    readonly jaro: number;
    readonly jaro_winkler: number;
  }[];
  readonly name_pairs: readonly {
    readonly id: string;
    readonly a: string;
    readonly b: string;
    readonly normal_a: string;
    readonly normal_b: string;
    readonly jaro_winkler: number;
    readonly expected: string;
  }[];
  readonly tables: readonly { readonly id: string; readonly accounts: readonly AccountRecord[] }[];
  readonly decisions: readonly {
    readonly id: string;
    readonly accounts: string | readonly AccountRecord[];
    readonly lead: LeadRecord;
    readonly expected: Match;
  }[];
}

export function policyOf(policy: CasePolicy | undefined): Policy {
  if (policy === undefined) return compilePolicy();
  const { free_mail, disposable, hosted, legal_forms_end, legal_forms_start, ...rest } = policy;
  return compilePolicy({
    ...rest,
    free_mail: { add: free_mail },
    disposable: { add: disposable },
    hosted: { add: hosted },
    legal_forms: { add: legal_forms_end },
    legal_forms_in_front: { add: legal_forms_start },
  });
}
