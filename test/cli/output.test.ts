// Output that nobody reads to its end, and output that has no room.
import { closeSync, existsSync, openSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, orgProcess } from './command.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'loopctl.js');

/** Runs a command whose stdout is closed at once, or is this file. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>, stdout: 'closed' | number) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env },
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  });
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((end) => {
    child.on('close', end);
  });
  return { code, stderr };
}

test('who stops reading ends no work: what was begun is done, and nothing is said of it', async () => {
  const org = await orgProcess(fixtureUsers());
  const { root, data } = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: data };
  expect(await run(['schema'], env, 'closed')).toEqual({ code: 0, stderr: '' });
  expect(await run(['apply', '--yes', '--quiet', '--config', root], env, 'closed')).toEqual({ code: 0, stderr: '' });
  expect((await org.query('SELECT Id FROM Territory2')).length).toBeGreaterThan(5);
});

test.skipIf(!existsSync('/dev/full'))('a disk that is full fails the command in one line', async () => {
  const full = openSync('/dev/full', 'w');
  try {
    const { root, data } = home();
    const { code, stderr } = await run(['validate', '--config', root], { LOOPCTL_DATA: data }, full);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Error: the output could not be written \(ENOSPC\).*\n$/)]);
  } finally {
    closeSync(full);
  }
});
