// What the command line is given by main.ts: the world outside, and the ports wired to it.
import type { Checked } from '../../resources/core.ts';
import type { LocalDeps } from '../../controller/deps.ts';
import type { Reconciled } from '../../controller/reconcile.ts';
import type { StateFiles } from '../../ports/backup.ts';

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
  /** Starts the controller and keeps it running. */
  startController(options: ControllerStart): Promise<Checked<StartedController>>;
  reconcileOnce(options: ControllerStart): Promise<Checked<Reconciled>>;
  /** Resolves when the process is asked to end. */
  untilStopped(): Promise<void>;
  /** User and machine. */
  readonly identity: string;
  /** The state as a file; absent where it lies in a database server. */
  stateFiles(): StateFiles | undefined;
  /** The starter organisation that `init` copies. */
  readonly starter: string;
  now(): Date;
}

export type Workspace = LocalDeps & { close(): Promise<void> };

export interface ControllerStart {
  /** The folder of `loopctl.yaml`, where no remote is followed. */
  readonly folder?: string;
  readonly remote?: { readonly url: string; readonly branch: string; readonly path?: string };
  readonly environment?: string;
  readonly port: number;
  readonly hostname: string;
  /** Opens the clock to this token. */
  readonly control?: string;
  notice(line: string): void;
  /** What happens is told in words on the terminal, instead of the log's lines of JSON. */
  readonly words?: boolean;
}

export interface StartedController {
  readonly url: string;
  /** The page with the key that opens it, where it is not open to everybody who reaches it. */
  readonly link?: string;
  stop(): Promise<void>;
}

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
