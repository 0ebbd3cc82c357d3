// Backup and restore as a person runs them: beside a controller that writes, into an empty folder, over a damaged state; and what is refused.
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { eventually, home, loopctl, orgProcess, startLoopctl, temporary } from './command.ts';

async function ready() {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const of = (data: string) => {
    const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: data };
    return { env, run: (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env }) };
  };
  const file = join(temporary('backups'), 'state.backup');
  return { org, place, of, file, ...of(place.data) };
}

test('a backup in the middle of an apply is whole: restored elsewhere, the apply goes on from it and nothing is done twice', async () => {
  const { org, place, env, of, file, run } = await ready();
  await org.fault({ mutating: true, nth: 3, times: 1 }, { drop: 'after', delayMs: 60_000 });
  const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
  await org.hanging();
  const made = run('backup', file, '-o', 'json');
  expect(made.code, made.stderr).toBe(0);
  expect(made.json()).toEqual({ file, bytes: statSync(file).size, schema: expect.stringMatching(/^\d{4}-/) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(file, '..'))).toEqual(['state.backup']);
  await controller.stop('SIGKILL');

  const elsewhere = of(temporary('other'));
  expect(elsewhere.run('restore', file).code).toBe(0);
  const ended = elsewhere.run('apply', '--yes');
  expect(ended.code, ended.stderr).toBe(0);
  expect(elsewhere.run('plan').code).toBe(0);
  const names = (await org.query<{ DeveloperName: string }>('SELECT DeveloperName FROM Territory2')).map((row) => row.DeveloperName);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  expect(names).toHaveLength(7);
});

test('restored into an empty folder there is nothing to do, and a decision of before is explained', async () => {
  const { place, env, of, file, run } = await ready();
  const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
  const url = String(controller.ready['url']);
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
  const { token } = run('token', 'create', '--name', 'web', '--role', 'ops', '-o', 'json').json<{ token: string }>();
  const answer = await fetch(`${url}/api/loops/route/resolve`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ object: 'Lead', record: { company: 'Acme', country: 'US', state: 'CA', employee_count: 400 } }),
  });
  const decision = (await answer.json()) as { id: string };
  expect(answer.status, JSON.stringify(decision)).toBe(200);
  const told = run('explain', decision.id, '-o', 'json');
  expect(run('backup', file).code).toBe(0);
  expect(await controller.stop()).toBe(0);

  const elsewhere = of(join(temporary('other'), 'new', 'folder'));
  const put = elsewhere.run('restore', file, '-o', 'json');
  expect(put.json()).toEqual({ file, schema: expect.any(String) });
  expect(elsewhere.run('plan').code).toBe(0);
  expect(elsewhere.run('explain', decision.id, '-o', 'json').stdout).toBe(told.stdout);
  expect(elsewhere.run('token', 'list').stdout).toContain('web');
  expect(elsewhere.run('history', '-o', 'json').stdout).toBe(run('history', '-o', 'json').stdout);
});

test('what was there before a restore is kept beside it, whole or damaged', async () => {
  const { place, file, run } = await ready();
  run('token', 'create', '--name', 'early', '--role', 'rep');
  expect(run('backup', file).code).toBe(0);
  run('token', 'create', '--name', 'late', '--role', 'rep');
  const { aside } = run('restore', file, '-o', 'json').json<{ aside: string }>();
  expect(aside).toMatch(new RegExp(`^${place.data}/state\\.db\\.before-restore-\\d{4}-`));
  expect(run('token', 'list').stdout).not.toContain('late');
  expect(run('restore', aside).code).toBe(0);
  expect(run('token', 'list').stdout).toContain('late');

  const live = join(place.data, 'state.db');
  writeFileSync(live, 'no database any more, by some accident of the disk');
  expect(run('history').code).toBe(1);
  const mended = run('restore', file, '-o', 'json').json<{ aside: string }>();
  expect(readFileSync(mended.aside, 'utf8')).toMatch(/^no database any more/);
  expect(run('token', 'list').stdout).toContain('early');
  expect(readdirSync(place.data).filter((name) => /restoring|part/.test(name))).toEqual([]);
});

describe('refused', () => {
  test('a restore under a controller, which goes on', async () => {
    const { place, env, file, run } = await ready();
    run('token', 'create', '--name', 'early', '--role', 'rep');
    run('backup', file);
    const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
    const refused = run('restore', file, '-o', 'json');
    expect(refused.code).toBe(1);
    expect(refused.json()).toMatchObject({ error: { code: 'state-in-use', message: expect.stringContaining('controller@') } });
    expect((await fetch(`${String(controller.ready['url'])}/healthz`)).status).toBe(200);
    expect(readdirSync(place.data).filter((name) => name.includes('before-restore'))).toEqual([]);
  });

  test('a restore under an apply', async () => {
    const { org, place, env, file, run } = await ready();
    run('token', 'create', '--name', 'early', '--role', 'rep');
    run('backup', file);
    await org.fault({ mutating: true, times: 1 }, { drop: 'after', delayMs: 60_000 });
    const applying = startLoopctl(['apply', '--yes', '--config', place.root], { env }).catch(() => undefined);
    await org.hanging();
    const refused = run('restore', file, '-o', 'json');
    expect(refused.json()).toMatchObject({ error: { code: 'state-in-use' } });
    void applying;
  });

  test('files that are no backup; the state stays as it was', async () => {
    const { place, file, run } = await ready();
    run('token', 'create', '--name', 'early', '--role', 'rep');
    run('backup', file);
    const folder = join(file, '..');
    const made = (name: string, content: Buffer | string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const newer = join(folder, 'newer');
    copyFileSync(file, newer);
    const db = new Database(newer);
    db.prepare("INSERT INTO kysely_migration VALUES ('9999-of-tomorrow', '2030-01-01')").run();
    db.close();
    const foreign = new Database(join(folder, 'foreign'));
    foreign.exec('CREATE TABLE songs (name text)');
    foreign.close();
    const bytes = readFileSync(file);
    const torn = Buffer.from(bytes);
    torn.fill(0x5a, Math.floor(bytes.length / 2));
    for (const [path, message] of [
      [made('text', 'hello, this is not a database at all'), /can not be read as a backup/],
      [made('empty', ''), /is no state of loopctl/],
      [made('half', bytes.subarray(0, bytes.length / 2)), /can not be read as a backup|is damaged/],
      [made('torn', torn), /can not be read as a backup|is damaged/],
      [newer, /is of a newer loopctl than this one \(9999-of-tomorrow\)/],
      [join(folder, 'foreign'), /is no state of loopctl/],
      [join(folder, 'nowhere'), /There is no .*nowhere/],
      [folder, /is no file/],
      [join(place.data, 'state.db'), /is the state itself/],
    ] as const) {
      const { code, stdout, stderr } = run('restore', path);
      expect([code, stdout], path).toEqual([1, '']);
      expect(stderr, path).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect(run('token', 'list').stdout).toContain('early');
    expect(readdirSync(place.data).filter((name) => name.includes('before-restore'))).toEqual([]);
  });

  test('backups of nothing, over something else, and where a server keeps the state', async () => {
    const { place, env, file, run } = await ready();
    expect(run('backup', file).stderr).toMatch(/There is no state at .*state\.db yet/);
    expect(existsSync(file)).toBe(false);
    run('token', 'create', '--name', 'early', '--role', 'rep');
    writeFileSync(file, 'the minutes of a meeting');
    expect(run('backup', file).stderr).toMatch(/is there already, and is no backup/);
    expect(readFileSync(file, 'utf8')).toBe('the minutes of a meeting');
    expect(run('backup', join(place.data, 'state.db')).stderr).toMatch(/is the state itself/);
    expect(run('backup', join(file, 'x', 'y')).code).toBe(1);
    const postgres = { ...env, DATABASE_URL: 'postgres://ops:hunter22@db.example/loopctl' };
    for (const [command, tool] of [
      ['backup', 'pg_dump'],
      ['restore', 'pg_restore'],
    ] as const) {
      const { code, stderr } = loopctl([command, file], { env: postgres });
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${tool} `)]);
      expect(stderr).not.toContain('hunter22');
    }
  });
});
