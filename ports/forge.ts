// Where branches become pull requests. What a forge refuses is a problem with its remedy; nothing is tried twice here.
import type { Checked } from '../resources/core.ts';

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** The branch that it is for. */
  readonly base: string;
  readonly state: 'open' | 'closed' | 'merged';
}

export interface PullRequestText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

export interface Forge {
  /** For people: `github.com/acme/revenue`. */
  readonly name: string;
  /** The pull request of a branch of this repository: the open one, else the newest. */
  find(branch: string): Promise<Checked<PullRequest | undefined>>;
  open(draft: PullRequestText & { readonly branch: string; readonly base: string }): Promise<Checked<PullRequest>>;
  update(number: number, text: PullRequestText): Promise<Checked<PullRequest>>;
  /** Adds labels; those that are there stay. */
  label(number: number, labels: readonly string[]): Promise<Checked<null>>;
  comment(number: number, text: string): Promise<Checked<null>>;
}

/** The forge behind the address of a remote, or why there is none. */
export type ForgeOf = (remote: string) => { readonly forge: Forge } | { readonly none: string };
