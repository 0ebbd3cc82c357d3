// The command line from outside: what it prints, where, and how it ends.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { type Home, home, loopctl, orgProcess, startLoopctl, temporary } from './command.ts';

/** A home with an org that has its users. */
async function ready() {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  return { org, place, env, run };
}

const offline = (place: Home) => ({
  SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1',
  SALESFORCE_ACCESS_TOKEN: '00D!x',
  LOOPCTL_DATA: place.data,
});

describe('usage', () => {
  test('every command has a help text with an example', () => {
    const commands = [...loopctl(['--help']).stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(14);
    for (const name of commands) {
      const { stdout, code } = loopctl([name, '--help']);
      expect(code, name).toBe(0);
      expect(stdout, name).toMatch(/Usage: loopctl/);
      expect(stdout, name).toMatch(name === 'org' ? /Commands:/ : /Examples?:/);
    }
  });

  test.each([
    [['plann'], /unknown command 'plann'.*Did you mean plan/s],
    [['plan', '--outt', 'x'], /unknown option '--outt'/],
    [['plan', '--format', 'pdf'], /Allowed choices are text, json, markdown, html/],
    [['approve', '--reason', 'x'], /missing required argument 'plan'/],
    [['approve', 'abc'], /required option '--reason <text>'/],
    [['why', 'Territory'], /names no resource/],
    [['why', 'Teritory/ams'], /There is no kind "Teritory".*Territory/],
    [['apply', '--wait', 'long'], /no duration/],
    [[], /Usage: loopctl .*validate/s],
    [['org'], /Usage: loopctl org .*start/s],
    [['plan', '--against', 'HEAD', '--as-of', '2027-02-30'], /--as-of 2027-02-30 is no day/],
    [
      ['plan', '--against', 'HEAD', '--target', 'Territory/ams/wset'],
      /neither declared nor was it ever applied.*Did you mean "Territory\/ams\/west"/s,
    ],
    [['plan', '--against', 'HEAD', '--out', '/nope/plan.json'], /There is no \/nope\/plan\.json\. Check the path/],
    [['plan', '--against', 'HEAD', '--out', '/'], /A file is needed at \/, and a folder is there/],
    [['validate', '--config', 'nowhere'], /There is no nowhere\/loopctl\.yaml.*loopctl init/],
  ])('%j is refused with a remedy, exit 1, nothing on stdout', (args, message) => {
    const place = home();
    const words = args.includes('--config') ? args : [...args, '--config', place.root];
    const { code, stdout, stderr } = loopctl(words, { env: offline(place) });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  test('an error as JSON is one line on stdout', () => {
    const { code, stdout, json } = loopctl(['validate', '--config', 'nowhere', '-o', 'json']);
    expect(code).toBe(1);
    expect(json()).toEqual({ error: { code: 'no-configuration', message: expect.stringContaining('nowhere') as string } });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(loopctl(['plan', '--nonsense', '-o', 'json']).json<{ error: { code: string } }>().error.code).toBe('usage');
  });
});

describe('validate', () => {
  test('counts what it read; warnings fail with --strict alone', () => {
    const place = home();
    const run = (...more: readonly string[]) => loopctl(['validate', '--config', place.root, ...more], { env: offline(place) });
    expect(run().stdout).toMatch(/39 resources of 18 kinds, nothing wrong/);
    place.edit('deploy/pools.yaml', '{seat: ae-east-1}', '{seat: ae-east-ent-1}');
    expect(run().code).toBe(0);
    expect(run('--strict').code).toBe(1);
    expect(run('--strict', '-o', 'json').json()).toMatchObject({
      ok: false,
      problems: [{ severity: 'warning', path: 'deploy/pools.yaml' }],
    });
  });

  test('every problem of every file in one run, each with its place, no stack trace', () => {
    const place = home();
    place.edit('design/territories/emea.yaml', 'type: Area', 'type: Aera');
    place.edit('deploy/queues.yaml', 'sla: 1h', 'sla: soon');
    const { code, stdout, stderr } = loopctl(['validate', '--config', place.root], { env: offline(place) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/emea\.yaml:\d+:\d+ error .*Aera.*\n\s+Did you mean "Area"/);
    expect(stdout).toMatch(/queues\.yaml:\d+:\d+ error/);
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\.ts:\d+/);
  });

  test('a file that the project ignores may say anything', () => {
    const place = home();
    mkdirSync(join(place.root, 'notes'));
    writeFileSync(join(place.root, 'notes', 'x.yaml'), 'just: notes\n');
    expect(loopctl(['validate', '--config', place.root], { env: offline(place) }).code).toBe(1);
    place.edit('loopctl.yaml', 'source: {branch: main, poll: 30s}', 'source: {branch: main, poll: 30s, ignore: ["notes/**"]}');
    expect(loopctl(['validate', '--config', place.root], { env: offline(place) }).code).toBe(0);
  });
});

describe('plan and apply', () => {
  test('2 with changes, 0 without; what is applied is what was shown', async () => {
    const { run } = await ready();
    const plan = run('plan', '-o', 'json');
    expect([plan.code, plan.stdout.trim().split('\n').length]).toEqual([2, 1]);
    const applied = run('apply', '--yes', '-o', 'json');
    expect(applied.code).toBe(0);
    expect(applied.json()).toMatchObject({ plan: plan.json<{ id: string }>().id, outcome: 'done', remaining: 0 });
    const again = run('plan');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing to do')]);
    expect(run('status', '-o', 'json').json()).toMatchObject({ sync: { state: 'synced' }, drift: 0 });
  });

  test('a data folder that knows nothing yet says so, once: in another folder everything looks new', async () => {
    const { run, place } = await ready();
    const isNew = `The data folder ${place.data} is new`;
    expect(run('plan').stderr).toContain(isNew);
    expect(run('plan').stderr).not.toContain('is new');
  });

  test('every output names the org and the user; Markdown and HTML are whole documents', async () => {
    const { run, org } = await ready();
    for (const format of ['text', 'markdown', 'html']) {
      const { stdout } = run('plan', '--format', format);
      expect(stdout, format).toContain(org.organizationId);
      expect(stdout, format).toMatch(/admin(@|&#64;)example\.com/);
      expect(stdout, format).not.toContain(org.token);
    }
    expect(run('plan', '--format', 'html').stdout).toMatch(/^<!doctype html>[^]*<\/html>\s*$/i);
  });

  test('without --yes and without a terminal nothing is applied', async () => {
    const { run, org } = await ready();
    const { code, stderr } = run('apply');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/--yes/)]);
    expect(await org.query('SELECT Id FROM Territory2')).toEqual([]);
  });

  test('a saved plan is applied once, refused when it was edited, and kept from others’ eyes', async () => {
    const { run, place } = await ready();
    const file = join(place.data, 'plan.json');
    expect(run('plan', '--out', file).code).toBe(2);
    expect(statSync(file).mode & 0o077).toBe(0);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('Americas', 'Tampered'));
    expect(run('apply', file, '--yes', '-o', 'json')).toMatchObject({ code: 1 });
    writeFileSync(file, text);
    expect(run('apply', file, '--yes', '-o', 'json').json()).toMatchObject({ outcome: 'done' });
    const second = run('apply', file, '--yes', '-o', 'json');
    expect([second.code, second.json()]).toEqual([4, expect.objectContaining({ outcome: 'stale', used: true })]);
    expect(run('apply', join(place.data, 'none.json'), '--yes').stderr).toMatch(/can not be read/);
  });

  test('--target does what was asked for and what that needs, and says what it left', async () => {
    const { run } = await ready();
    const plan = run('plan', '--target', 'Territory/ams/west', '-o', 'json').json<{
      steps: { ref: { kind: string; name: string } }[];
      targeted: { left: number };
    }>();
    expect(plan.steps.map(({ ref }) => `${ref.kind}/${ref.name}`).sort()).toEqual([
      'Territory/ams',
      'Territory/ams/west',
      'TerritoryModel/FY27',
      'TerritoryType/Area',
      'TerritoryType/Region',
    ]);
    expect(plan.targeted.left).toBeGreaterThan(20);
  });

  test('--against compares two revisions and asks no org', () => {
    const place = home();
    const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env: offline(place) });
    place.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
    const plan = run('plan', '--against', 'HEAD', '-o', 'json');
    expect([plan.code, plan.json<{ summary: unknown }>().summary]).toEqual([
      2,
      { create: 0, adopt: 0, update: 1, replace: 0, delete: 0, forget: 0, unchanged: expect.any(Number) as number },
    ]);
    place.git('checkout', '-q', '.');
    expect(run('plan', '--against', 'HEAD').code).toBe(0);
    expect(run('plan', '--against', 'nonsense').stderr).toMatch(/git knows no revision "nonsense"/);
  });

  test('held: exit 5 with who may lift it; approved for that plan alone', async () => {
    const { run, place } = await ready();
    expect(run('apply', '--yes').code).toBe(0);
    for (const file of ['design/territories/emea.yaml'])
      writeFileSync(
        join(place.root, file),
        'apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: emea}\nspec: {label: EMEA, type: Region}\n',
      );
    place.edit('deploy/match_rules.yaml', '    - {territory: emea/dach, country: [DE, AT, CH]}\n', '');
    place.edit('design/scenarios/fy27-base.yaml', 'territory: emea/dach, user', 'territory: emea, user');
    place.edit('loopctl.yaml', 'max_delete: 5', 'max_delete: 1');
    const held = run('apply', '--yes');
    expect([held.code, held.stdout]).toEqual([5, expect.stringMatching(/max_delete is 1[^]*loopctl approve \w+/)]);
    const { id } = run('plan', '-o', 'json').json<{ id: string }>();
    expect(run('approve', id.slice(0, 8), '--reason', '  ').stderr).toMatch(/reason/);
    expect(run('approve', 'ffffffff', '--reason', 'x').stderr).toMatch(/No plan here begins with/);
    const approved = run('approve', id.slice(0, 8), '--reason', 'DACH moves up', '--by', 'somebody else', '-o', 'json').json<{
      by: string;
      note: string;
    }>();
    expect(approved).toMatchObject({ plan: id, verdict: 'approve', note: 'somebody else' });
    expect(approved.by).toMatch(/.+@.+/);
    expect(approved.by).not.toBe('somebody else');
    expect(run('apply', '--yes').code).toBe(0);
  });
});

describe('drift', () => {
  test('a name that is nothing is refused, and what was put back is not called left alone', async () => {
    const { run, org } = await ready();
    expect(run('apply', '--yes').code).toBe(0);
    const [east] = await org.query("SELECT Id FROM Territory2 WHERE Name = 'AMS East'");
    await org.update('Territory2', String(east?.['Id']), { Name: 'By hand' });
    const typo = run('drift', 'Territory/ams/esat');
    expect(typo.code).toBe(1);
    expect(typo.stderr).toMatch(/neither declared nor was it ever applied.*Did you mean "Territory\/ams\/east"/s);
    expect(run('drift', 'Territory/ams/east').code).toBe(2);
    const reverted = run('drift', '--revert', '--yes');
    expect(reverted.code).toBe(0);
    expect(reverted.stdout).toContain('Done: 1 of 1 steps');
    expect(reverted.stdout).not.toContain('left alone');
    expect(run('drift').code).toBe(0);
  });
});

describe('what the store knows', () => {
  test('status, history, why and approve work while the working tree is broken and the org is away', async () => {
    const { run, place } = await ready();
    const { plan } = run('apply', '--yes', '-o', 'json').json<{ plan: string }>();
    place.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
    const open = run('plan', '-o', 'json').json<{ id: string }>().id;
    place.edit('design/territories/ams.yaml', 'label: East', 'label: AMS East');
    writeFileSync(join(place.root, 'design', 'broken.yaml'), 'kind: [');
    const away = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env: offline(place) });
    expect(away('status', '-o', 'json').json()).toMatchObject({
      sync: { state: 'pending', lastApplied: { plan, commit: place.git('rev-parse', 'HEAD') } },
    });
    expect(away('history', '-o', 'json').json()).toMatchObject({
      entries: [{ plan, outcome: 'done', by: expect.stringContaining('@') as string }],
    });
    const why = away('why', 'Territory/ams/west/norcal/sf-bay');
    expect(why.stdout).toMatch(
      /declared at design\/territories\/ams\.yaml:\d+[^]*Ada <ada@acme\.example>[^]*The organisation[^]*Territory2\/FY27\/ams_west_norcal_sf_bay \(0MI\w+\), created[^]*Name: "SF Bay"/,
    );
    expect(away('approve', open, '--reason', 'looks right').code).toBe(0);
    expect(away('approve', plan, '--reason', 'too late').stderr).toMatch(/applied/);
  });

  test('what was applied from files that nobody committed is said to be in no commit, until it is', async () => {
    const { run, place } = await ready();
    place.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
    expect(run('apply', '--yes').code).toBe(0);
    const told = () => run('status', '-o', 'json').json<{ sync: object }>().sync;
    expect(told()).toMatchObject({ state: 'synced', lastApplied: { dirty: true } });
    expect(run('status').stdout).toMatch(/synced, .*in no commit[^]*Last applied: .* and changes that are in no commit/);
    place.commit('East');
    expect(run('apply', '--yes').code).toBe(0);
    expect(told()).not.toHaveProperty('lastApplied.dirty');
    expect(run('status').stdout).toContain('in step with git');
  });

  test('why names who changed the resource last, not who wrote its first line', () => {
    const place = home();
    place.edit('design/territories/ams.yaml', 'label: SF Bay', 'label: Bay Area');
    place.git('commit', '-q', '-a', '-m', 'Bay Area', '--author', 'Zed <zed@acme.example>');
    const why = () => loopctl(['why', 'Territory/ams/west/norcal/sf-bay', '--config', place.root], { env: offline(place) }).stdout;
    expect(why()).toMatch(/last changed by Zed <zed@acme\.example> in \w+ “Bay Area”/);
    place.edit('design/territories/ams.yaml', 'label: Bay Area', 'label: The Bay');
    expect(why()).toContain('not committed as it stands');
  });

  test('a failed attempt is in the status, with file and line', async () => {
    const { run, place } = await ready();
    expect(run('apply', '--yes').code).toBe(0);
    place.edit('design/territories/emea.yaml', 'type: Area', 'type: Aera');
    expect(run('apply', '--yes').code).toBe(1);
    const status = run('status', '-o', 'json').json<{ sync: { state: string } }>();
    expect(status.sync.state).toBe('failed');
    expect(JSON.stringify(status)).toMatch(/emea\.yaml/);
  });

  test('rollback shows the way back and makes a branch; the working tree stays', async () => {
    const { run, place } = await ready();
    place.git('config', 'user.name', 'Ada');
    place.git('config', 'user.email', 'ada@acme.example');
    const first = place.git('rev-parse', 'HEAD');
    place.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
    place.commit('East');
    expect(run('apply', '--yes').code).toBe(0);
    const back = run('rollback', 'HEAD~1', '-o', 'json');
    expect(back.code).toBe(2);
    expect(back.json()).toMatchObject({ branch: `loopctl/rollback-${first.slice(0, 10)}`, plan: { summary: { update: 1 } } });
    expect(place.git('show', `loopctl/rollback-${first.slice(0, 10)}:design/territories/ams.yaml`)).toContain('label: AMS East');
    expect(place.git('status', '--porcelain')).toBe('');
    expect(run('rollback', 'HEAD~1', '-o', 'json').json(), 'looked at twice').toMatchObject({ branch: back.json()['branch'] });
    const there = run('rollback', 'HEAD', '-o', 'json');
    expect([there.code, there.json<{ branch: unknown }>().branch]).toEqual([0, null]);
    expect(run('rollback', 'HEAD~1', '--apply', '--yes').code, 'looked at, then applied').toBe(0);
    place.edit('design/territories/ams.yaml', 'label: East', 'label: Far East');
    place.commit('Farther');
    const later = run('rollback', first, '-o', 'json').json<{ branch: string }>();
    expect(later.branch, 'the other one stands on an older commit').toBe(`loopctl/rollback-${first.slice(0, 10)}-2`);
    expect(place.git('branch', '--list', 'loopctl/*').split('\n')).toHaveLength(2);
  });
});

describe('the embedded org', () => {
  test('starts, is found by commands in the same folder, ends with 0 on SIGTERM and leaves no token behind', async () => {
    const place = home();
    const env = { LOOPCTL_DATA: place.data };
    const org = await startLoopctl(['org', 'start', '--port', '0', '--seed', 'empty'], { env });
    expect(org.ready).toMatchObject({
      ready: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      token: expect.stringMatching(/^00D\w+!/) as string,
    });
    expect(statSync(join(place.data, 'org.json')).mode & 0o777).toBe(0o600);
    const plan = loopctl(['plan', '-o', 'json', '--config', place.root], { env });
    expect(plan.json()).toMatchObject({ org: { url: org.ready.url, name: expect.stringMatching(/double/) as string } });
    expect(await org.stop()).toBe(0);
    const token = String(org.ready.token);
    const files = readdirSync(place.data, { recursive: true }).map((name) => join(place.data, String(name)));
    for (const file of files.filter((path) => statSync(path).isFile())) expect(readFileSync(file).includes(token), file).toBe(false);
    expect(existsSync(join(place.data, 'org.json'))).toBe(false);
  });

  test('what the machine refuses is told with the place and the way out', async () => {
    const place = home();
    const { ready } = await startLoopctl(['org', 'start', '--port', '0', '--seed', 'empty'], { env: { LOOPCTL_DATA: place.data } });
    const { port } = new URL(String(ready['url']));
    const start = (...args: string[]) =>
      loopctl(['org', 'start', '--seed', 'empty', '-o', 'json', ...args], { env: { LOOPCTL_DATA: place.data } });
    expect(start('--port', port, '--data', ':memory:').json()).toEqual({
      error: { code: 'port-taken', message: expect.stringMatching(new RegExp(`${port} .*--port 0 takes a free one`)) as string },
    });
    expect(start('--port', '0').json()).toMatchObject({ error: { code: 'org-in-use' } });
    const file = join(place.root, 'loopctl.yaml');
    const { stdout, stderr } = loopctl(['status', '-o', 'json', '--config', place.root], { env: { LOOPCTL_DATA: file } });
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'not-a-folder', message: expect.stringContaining(file) as string } });
    expect(stderr).not.toContain('fault');
  });

  test('doctor says what is there and what is missing, and never a secret', async () => {
    const { run, org } = await ready();
    const { code, stdout } = run('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok\s+org .*admin@example\.com/s);
    expect(stdout).toMatch(/missing\s+SLACK_WEBHOOK_URL/);
    expect(stdout).not.toContain(org.token);
  });
});

describe('init', () => {
  test('writes a configuration that is valid and canonical, and overwrites nothing', () => {
    const folder = join(temporary('init'), 'acme');
    const made = loopctl(['init', folder]);
    expect(made.code).toBe(0);
    expect(loopctl(['validate', '--strict', '--config', folder]).code).toBe(0);
    expect(loopctl(['fmt', '--check', '--config', folder]).code).toBe(0);
    expect(existsSync(join(folder, '.github', 'workflows', 'loopctl.yml'))).toBe(true);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toMatch(/^\.loopctl\/$/m);
    writeFileSync(join(folder, 'loopctl.yaml'), 'mine');
    const again = loopctl(['init', folder]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/are there already/)]);
    expect(readFileSync(join(folder, 'loopctl.yaml'), 'utf8')).toBe('mine');
  });

  test('schema is JSON Schema; of a kind that is not there it says which is near', () => {
    expect(loopctl(['schema', 'Territory', '-o', 'json']).json()).toMatchObject({
      $schema: expect.stringContaining('json-schema.org') as string,
    });
    expect(loopctl(['schema', 'Teritory']).stderr).toMatch(/Territory/);
  });

  test('fmt writes all files or, where one cannot be read, none', () => {
    const place = home();
    place.edit('design/territories/emea.yaml', 'spec: {label: EMEA, type: Region}', 'spec: {type: Region, label: EMEA}');
    writeFileSync(join(place.root, 'zz.yaml'), 'a: [');
    const before = readFileSync(join(place.root, 'design/territories/emea.yaml'), 'utf8');
    expect(loopctl(['fmt', '--config', place.root]).code).toBe(1);
    expect(readFileSync(join(place.root, 'design/territories/emea.yaml'), 'utf8')).toBe(before);
  });
});
