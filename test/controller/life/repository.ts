// The configuration in a git repository and the remote that is followed; what a commit of each hour changes, and whether it came to be.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../../sandbox/org.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'organisation');
const SF_BAY = "DeveloperName = 'ams_west_norcal_sf_bay'";

export interface Wanted {
  readonly label: string;
  readonly queue: string;
  readonly hasPopup: boolean;
}

/** Every hour a label; now and then a queue, and a territory that comes and goes. */
export function edit(work: string, hour: number): Wanted {
  const wanted: Wanted = { label: `SF Bay ${hour}`, queue: `General ${hour - (hour % 3)}`, hasPopup: hour % 4 < 2 };
  change(work, 'design/territories/ams.yaml', /label: SF Bay.*/, `label: ${wanted.label}`);
  change(work, 'deploy/queues.yaml', /label: General[^,]*/, `label: ${wanted.queue}`);
  const popup = 'apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: ams/east/popup}\nspec: {label: Pop-up, type: Patch}\n';
  const path = join(work, 'design', 'territories', 'popup.yaml');
  if (wanted.hasPopup) writeFileSync(path, popup);
  else rmSync(path, { force: true });
  return wanted;
}

export async function missing(admin: Caller, { label, queue, hasPopup }: Wanted): Promise<readonly string[]> {
  const name = async (soql: string) => (await admin.query<{ Name: string }>(soql))[0]?.Name;
  const found = {
    label: await name(`SELECT Name FROM Territory2 WHERE ${SF_BAY}`),
    queue: await name("SELECT Name FROM Group WHERE DeveloperName = 'general'"),
    popup: (await name("SELECT Name FROM Territory2 WHERE DeveloperName = 'ams_east_popup'")) !== undefined,
  };
  return [
    ...(found.label === label ? [] : [`the territory is called ${found.label}, not ${label}`]),
    ...(found.queue === queue ? [] : [`the queue is called ${found.queue}, not ${queue}`]),
    ...(found.popup === hasPopup ? [] : [`the pop-up territory is ${found.popup ? '' : 'not '}there`]),
  ];
}

export interface Repository {
  readonly work: string;
  readonly bare: string;
  push(message: string): string;
  away(isAway: boolean): void;
}

/** `folder`: takes the working tree and the remote. */
export function repositoryIn(folder: string): Repository {
  const [work, bare] = [join(folder, 'work'), join(folder, 'remote.git')];
  mkdirSync(work, { recursive: true });
  cpSync(FIXTURE, work, { recursive: true });
  change(work, 'loopctl.yaml', /poll: 30s/, 'poll: 30m');
  change(work, 'loopctl.yaml', /check: 5m, grace: 2m/, 'check: 30m, grace: 10m');
  const git = (cwd: string, ...args: readonly string[]) => {
    const run = spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', ...args], { cwd, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
    return run.stdout.trim();
  };
  git(folder, 'init', '-q', '--bare', '-b', 'main', bare);
  git(work, 'init', '-q', '-b', 'main');
  git(work, 'remote', 'add', 'origin', bare);
  return {
    work,
    bare,
    push(message) {
      git(work, 'add', '-A');
      git(work, 'commit', '-q', '-m', message);
      git(work, 'push', '-q', 'origin', 'main');
      return git(work, 'rev-parse', 'HEAD');
    },
    away: (isAway) => (isAway ? renameSync(bare, `${bare}.away`) : renameSync(`${bare}.away`, bare)),
  };
}

function change(work: string, file: string, from: RegExp, to: string): void {
  const text = readFileSync(join(work, file), 'utf8');
  if (!from.test(text)) throw new Error(`${file} does not say ${from}`);
  writeFileSync(join(work, file), text.replace(from, to));
}
