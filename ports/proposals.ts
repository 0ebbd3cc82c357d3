// Changes of the configuration that were proposed: for each topic the branch that was made last.

export interface ProposalRow {
  readonly topic: string;
  readonly branch: string;
  /** The commit that the branch was pointed to. */
  readonly commit: string;
  /** Of what was proposed: the files as they would be, the title and the text. */
  readonly digest: string;
  /** ISO: when it was proposed. */
  readonly at: string;
  /** Its pull request; absent where no forge is set. */
  readonly url?: string;
}

export interface Proposals {
  find(project: string, topic: string): Promise<ProposalRow | undefined>;
  /** In the place of the one of this topic. */
  put(project: string, row: ProposalRow): Promise<void>;
  /** Newest first. */
  list(project: string): Promise<readonly ProposalRow[]>;
}
