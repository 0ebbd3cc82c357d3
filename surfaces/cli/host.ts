// What the command line is given by main.ts: the world outside, and the ports wired to it.
import type { Deps } from '../../controller/deps.ts';

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  out(text: string): void;
  err(text: string): void;
  /** A person sits at the terminal and can be asked. */
  readonly interactive: boolean;
  /** Colour is wanted where output goes. */
  readonly color: boolean;
  ask(question: string): Promise<boolean>;
  /** The data folder, absolute. */
  readonly dataFolder: string;
  /** Ports for a configuration folder. Whoever opens closes. */
  open(root: string, notice: (line: string) => void): Workspace;
  /** Starts the embedded org and keeps it running. */
  startOrg(options: OrgStart): Promise<StartedOrg>;
  /** Resolves when the process is asked to end. */
  untilStopped(): Promise<void>;
  /** The starter organisation that `init` copies. */
  readonly starter: string;
  now(): Date;
}

export type Workspace = Deps & { close(): Promise<void> };

export interface OrgStart {
  readonly port: number;
  readonly data?: string;
  readonly seed: 'empty' | 'demo';
  readonly control?: string;
  readonly log: (line: string) => void;
}

export interface StartedOrg {
  readonly url: string;
  readonly token: string;
  readonly organizationId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  close(): Promise<void>;
}
