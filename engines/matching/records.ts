// What the matcher reads and what it gives. Names are the product's field names, values as they were read; what is absent is not known.

export interface LeadRecord {
  readonly email?: string | null;
  readonly website?: string | null;
  readonly company?: string | null;
  /** ISO code, any case. */
  readonly country?: string | null;
  readonly state?: string | null;
  readonly postal?: string | null;
  readonly phone?: string | null;
}

export interface AccountRecord {
  readonly id: string;
  readonly name?: string | null;
  readonly website?: string | null;
  /** Of its contacts' mail addresses. */
  readonly email_domains?: readonly string[] | null;
  readonly country?: string | null;
  readonly state?: string | null;
  readonly postal?: string | null;
  readonly phone?: string | null;
  readonly owner?: string | null;
  /** Not known: active. */
  readonly owner_active?: boolean | null;
  readonly is_customer?: boolean | null;
  readonly open_opportunity?: boolean | null;
  /** The id of the account above. */
  readonly parent?: string | null;
  /** How far below the top of its hierarchy: 0 is the top, and what is assumed. */
  readonly level?: number | null;
  /** How much was going on with it lately; any measure, more is more. */
  readonly activity?: number | null;
  /** ISO 8601. */
  readonly created?: string | null;
}

export type Band = 'match' | 'review' | 'none';

/** 0..1 each; a key that is absent was not known on both sides, or disagreed and says nothing (geo, phone). */
export interface Evidence {
  readonly domain?: number;
  readonly name?: number;
  readonly geo?: number;
  readonly phone?: number;
}

/** Why a score is not the weighted sum. */
export type Cap = 'other_domain' | 'name_only' | 'close_name' | 'weak';

export interface Candidate {
  readonly account: string;
  /** 0..1 with 4 decimals: what is shown is what decides. */
  readonly score: number;
  readonly raw: number;
  readonly cap: Cap | null;
  readonly evidence: Evidence;
  readonly decision: Band;
}

export type TieBreak = 'customer' | 'open_opportunity' | 'owner_active' | 'hierarchy_level' | 'activity' | 'oldest' | 'id';

export interface Match {
  readonly decision: Band;
  readonly account: string | null;
  readonly score: number | null;
  /** Ids, sorted: the best and all that are as good. */
  readonly tied: readonly string[];
  /** What told the tied apart; `null` where there was one. */
  readonly tie_break: TieBreak | null;
  /** A parent or child of the account, with another owner, is among the tied. */
  readonly owner_conflict: boolean;
  /** All that are not `none`, best first. */
  readonly candidates: readonly Candidate[];
}
