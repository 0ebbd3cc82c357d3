// loop: what a person at a terminal is told of the loops, and what a run by hand does in the org.
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess, startLoopctl } from './command.ts';

const LEAD = {
  LastName: 'Quill',
  Company: 'Bayside Software',
  Email: 'q@bayside-software.example',
  Title: 'VP of Sales',
  NumberOfEmployees: 2400,
  Industry: 'Software',
  Country: 'US',
  State: 'CA',
};

async function applied() {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  expect(run('apply', '--yes').code).toBe(0);
  const lead = async (id: string) => (await org.query(`SELECT Score__c, Grade__c FROM Lead WHERE Id = '${id}'`))[0];
  return { org, place, env, run, lead };
}

test('a run by hand acts where the loop acts: it is written and kept once; what has not changed is left alone', async () => {
  const { org, run, lead } = await applied();
  const id = await org.create('Lead', LEAD);
  const other = await org.create('Lead', { ...LEAD, LastName: 'Other' });
  const done = run('loop', 'run', 'qualify', '--id', id, '-o', 'json');
  expect([done.code, done.json()]).toMatchObject([
    0,
    { ran: 'live', by: 'here', decision: { loop: 'qualify', effects: [{ status: 'done' }] } },
  ]);
  const { score } = done.json<{ decision: { score: number } }>().decision;
  expect(await lead(id)).toMatchObject({ Score__c: score });
  const again = run('loop', 'run', 'qualify', '--id', id, '-o', 'json');
  expect([again.code, again.json()]).toMatchObject([0, { ran: 'left-alone', decision: { score } }]);
  expect(await lead(other)).toMatchObject({ Score__c: null });
  const metrics = run('loop', 'metrics', 'qualify', '-o', 'json').json<{ loops: readonly object[] }>();
  expect(metrics.loops).toMatchObject([{ loop: 'qualify', decided: 1, dead: 0, success: 1 }]);
  expect(run('loop', 'metrics').stdout).toMatch(/qualify\n {2}runs {6}1: 1 decided/);
});

test('where no loop acts it is dry, and says so; words of refusal', async () => {
  const { org, place, run, lead } = await applied();
  place.edit('loopctl.yaml', 'loops: [qualify, route]', 'loops: [route]');
  const id = await org.create('Lead', LEAD);
  const dry = run('loop', 'run', 'qualify', '--id', id);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/^Score: \d+/)]);
  expect(dry.stderr).toMatch(/Dry: loops of sandbox does not list qualify/);
  expect(await lead(id)).toMatchObject({ Score__c: null });
  expect(run('explain', id).code).toBe(1);
  expect(run('loop', 'run', 'qualfy', '--id', id).stderr).toMatch(/No loop is called qualfy.*qualify/);
  expect(run('loop', 'run', 'qualify', '--id', '00Q000000000000AAA').stderr).toMatch(/no Lead 00Q000000000000AAA/);
  expect(run('loop', 'metrics', 'nothing').stderr).toMatch(/There are: .*qualify/);
  expect(run('loop', 'metrics', '--since', '400d').stderr).toMatch(/longer than 366d/);
});

test('list, metrics and dead letters say through a controller what they say beside it', async () => {
  const { env, place, run, org } = await applied();
  const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
  const server = String(controller.ready['url']);
  const { token } = run('token', 'create', '--name', 'laptop', '--role', 'ops', '-o', 'json').json<{ token: string }>();
  const there = (...args: readonly string[]) => loopctl(args, { env: { ...env, LOOPCTL_SERVER: server, LOOPCTL_TOKEN: token } });
  for (let at = 0; at < 300 && (await fetch(`${server}/readyz`)).status !== 200; at += 1)
    await new Promise((wake) => void setTimeout(wake, 100));
  const loops = (text: string) => JSON.parse(text) as { loops: readonly { name: string; does: string }[] };
  expect(loops(there('loop', 'list', '-o', 'json').stdout)).toEqual(loops(run('loop', 'list', '-o', 'json').stdout));
  expect(there('loop', 'list').stdout).toMatch(/qualify .*: acts on the org/);
  const id = await org.create('Lead', LEAD);
  const ran = run('loop', 'run', 'qualify', '--id', id, '-o', 'json');
  expect(ran.json()).toMatchObject({ decision: { loop: 'qualify', subject: { id } } });
  expect(there('loop', 'metrics', 'qualify', '-o', 'json').json()).toMatchObject({ loops: [{ decided: 1, seconds: { n: 1 } }] });
  expect([there('loop', 'dead').stdout, run('loop', 'dead').stdout]).toEqual(['No event was given up.\n', 'No event was given up.\n']);
  const missing = there('loop', 'dead', '--revive', 'nothing', '-o', 'json');
  expect([missing.code, missing.stdout]).toEqual([1, expect.stringContaining('not-dead')]);
  const numbers = await (await fetch(`${server}/metrics`)).text();
  expect(numbers).toMatch(/^loopctl_loop_decisions\{loop="qualify"\} \d/m);
});
