// The command line on one machine, the controller on another: the same words, the same JSON, the same exit codes.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess, startLoopctl, temporary } from './command.ts';

/** A controller that keeps the fixture's commit, and a machine that has nothing but a token. */
async function apart(role = 'eng') {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const here = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
  const server = String(controller.ready['url']);
  for (let at = 0; at < 300 && (await fetch(`${server}/readyz`)).status !== 200; at += 1)
    await new Promise((wake) => void setTimeout(wake, 100));
  const { token } = here('token', 'create', '--name', 'laptop', '--role', role, '-o', 'json').json<{ token: string }>();
  const away = temporary('away');
  const there = (...args: readonly string[]) =>
    loopctl(args, { cwd: away, env: { LOOPCTL_SERVER: server, LOOPCTL_TOKEN: token, LOOPCTL_DATA: join(away, 'data') } });
  return { org, env, here, there, server, token, away };
}

describe('--server', () => {
  test('says what the machine of the controller says, in words and as JSON, with the same exit code', async () => {
    const { here, there, org, env } = await apart();
    const both = (...args: readonly string[]) => {
      const [near, far] = [here(...args), there(...args)];
      expect([far.stdout, far.code]).toEqual([near.stdout, near.code]);
      return far;
    };
    expect(both('status').stdout).toMatch(/sandbox: synced/);
    both('status', '-o', 'json');
    both('history');
    both('history', '--limit', '1', '-o', 'json');
    expect(both('why', 'Territory/ams/west').stdout).toMatch(/by Ada/);
    both('why', 'Territory/ams/west', '-o', 'json');
    both('drift');
    const [row] = await org.query("SELECT Id FROM Territory2 WHERE DeveloperName = 'ams_east'");
    await org.update('Territory2', String(row?.['Id']), { Name: 'By hand' });
    // A change that is on this machine alone.
    const laptop = home();
    laptop.edit('design/territories/ams.yaml', 'label: AMS West', 'label: West');
    const config = ['--config', laptop.root];
    const near = (...args: readonly string[]) => loopctl(['plan', ...config, ...args], { env });
    const far = there('plan', ...config, '-o', 'json');
    expect(far.stderr).toBe('');
    expect(far.code).toBe(2);
    const [a, b] = [far.json(), near('-o', 'json').json()];
    expect({ ...a, calls: 0 }).toEqual({ ...b, calls: 0 });
    const words = (text: string) => text.replace(/calls: .*/g, '');
    expect(words(there('plan', ...config).stdout)).toBe(words(near().stdout));
    expect(there('plan', ...config, '--target', 'Territory/emea').code).toBe(0);
    // What the controller was told is known on its machine.
    expect(there('suspend', 'Territory/emea', '--reason', 'Being sorted out').stdout).toMatch(
      /Territory\/emea in sandbox is suspended by token:laptop/,
    );
    expect(here('resume', 'Territory/emea').stdout).toBe('Territory/emea in sandbox goes on.\n');
    expect(there('reject', String(a['id']), '--reason', 'no', '--by', 'Lee', '-o', 'json').json()).toMatchObject({
      by: 'token:laptop',
      note: 'Lee',
    });
    expect(there('suspend', 'Territory/emeaa', '--reason', 'x').stderr).toMatch(/Did you mean Territory\/emea/);
    // Problems of files come with their lines.
    laptop.edit('design/territories/ams.yaml', 'type: Area', 'type: Arena');
    const broken = there('plan', ...config);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/ams\.yaml:\d+:\d+ error .*Did you mean/s);
  });

  test('what is refused is told in one line, and the token nowhere', async () => {
    const { there, server, token, away } = await apart('rep');
    const refused = there('history');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/needs the role manager/);
    expect(there('status', '--env', 'production').stderr).toMatch(/keeps the environment sandbox, not production/);
    expect(there('status', '--as-of', '2027-01-01').code).toBe(1);
    expect(there('drift', '--revert').stderr).toMatch(/leave --server away/);
    const run = (args: readonly string[], env: Readonly<Record<string, string>>) => loopctl(args, { cwd: away, env });
    expect(run(['status', '--server', server], {}).stderr).toMatch(/LOOPCTL_TOKEN holds no token/);
    expect(run(['apply', '--server', server], {}).stderr).toMatch(/works here alone/);
    expect(run(['status', '--server', 'nowhere'], { LOOPCTL_TOKEN: token }).stderr).toMatch(/is no address of a controller/);
    const gone = run(['status', '--server', 'http://127.0.0.1:1', '-o', 'json', '--debug'], { LOOPCTL_TOKEN: token });
    expect(gone.json()).toMatchObject({ error: { code: 'no-server' } });
    const wrong = run(['status', '--server', server, '--debug'], { LOOPCTL_TOKEN: `${token}x` });
    expect(wrong.stderr).toMatch(/not known here, or was revoked/);
    for (const { stdout, stderr } of [refused, gone, wrong]) expect(stdout + stderr).not.toContain(token);
  });

  test('something else than a controller is not believed', async () => {
    const org = await orgProcess([]);
    const { code, stderr } = loopctl(['status', '--server', org.url], { cwd: temporary('away'), env: { LOOPCTL_TOKEN: 'lctl_x' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/not as a controller does/);
  });
});
