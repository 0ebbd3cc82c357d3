// Accounts of the org that may be the one of a record: found by what they may share with it, weighed elsewhere.

export interface AccountSearch {
  /**
   * Accounts that share any of these keys with a record, each once; `fields` by the org's names. In few calls, whatever the number of
   * accounts. Keys find more than what agrees: the matcher weighs. No keys: none.
   */
  candidates(keys: CandidateKeys, by: KeyFields, fields: readonly string[]): Promise<Candidates>;
  /** The same for many records at once, whose searches share their calls: what any of them may be. */
  candidatesOfMany(keys: readonly CandidateKeys[], by: KeyFields, fields: readonly string[]): Promise<CandidatesOfMany>;
}

/** What the matcher would find an account by. */
export interface CandidateKeys {
  /** Registrable domains, in ASCII: of websites, and of contacts' mail addresses. */
  readonly domains: readonly string[];
  /** How the name may begin, in any case. */
  readonly name_prefixes: readonly string[];
  readonly postal: { readonly code: string } | null;
  /** Seven digits with nothing between. */
  readonly phone_tail: string | null;
  /** Accounts that are known by their ids already. */
  readonly ids?: readonly string[];
  /** False: contacts' mail addresses are not looked through, which is a call for each domain. */
  readonly by_contacts?: false;
}

/** The org's fields in which keys are looked for; absent: there is none. */
export interface KeyFields {
  readonly website?: string;
  readonly name?: string;
  readonly phone?: string;
  readonly postal?: string;
}

export interface Candidates {
  readonly accounts: readonly FoundAccount[];
  /** A key found more than is looked at: the right one may not be among them. */
  readonly cut: boolean;
}

export interface CandidatesOfMany {
  readonly accounts: readonly FoundAccount[];
  /** Of each record, in their order: a key of it found more than is looked at. */
  readonly cut: readonly boolean[];
}

export interface FoundAccount {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Username. */
  readonly owner: string | null;
  /** The owner's id. */
  readonly ownerId: string | null;
  readonly ownerActive: boolean;
  /** Id of the account above. */
  readonly parent: string | null;
  /** How many accounts stand above it, at most 5. */
  readonly above: number;
  /** ISO. */
  readonly created: string | null;
  /** A day. */
  readonly lastActivity: string | null;
  readonly openOpportunity: boolean;
  /** Hosts of its contacts' mail addresses. */
  readonly emailDomains: readonly string[];
}
