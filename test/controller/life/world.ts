// An org with everybody whom the configuration names, on the clock of the life, and somebody who changes it by hand.
import { type RunningOrg, startOrg } from '../../../sandbox/server.ts';
import type { TestClock } from '../../clock.ts';
import { addUserTo, type Caller, callerOn } from '../../sandbox/org.ts';
import { fixtureUsers } from '../product.ts';

export interface World {
  readonly running: RunningOrg;
  readonly admin: Caller;
  control(method: string, path: string, body?: object): Promise<void>;
  /** Somebody changes records in the org. */
  hand(type: string, where: string, fields: object): Promise<void>;
}

export async function openWorld(data: string, clock: TestClock): Promise<World> {
  const control = 'control-of-a-life';
  const running = await startOrg({ data, seed: 'empty', control, clock: () => clock.now().getTime() });
  const admin = callerOn(running.url, running.token);
  for (const username of fixtureUsers()) await addUserTo(admin, username);
  const [profile] = await admin.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  await addUserTo(admin, 'somebody@acme.example', { ProfileId: profile?.['Id'] });
  const ask = (method: string, path: string, body?: object) =>
    callerOn(running.url, control).call<{ token?: string }>(method, `/__control/${path}`, body);
  const { token = '' } = (await ask('POST', 'token', { username: 'somebody@acme.example' })).body;
  const somebody = callerOn(running.url, token);
  return {
    running,
    admin,
    async control(method, path, body) {
      const answer = await ask(method, path, body);
      if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    },
    async hand(type, where, fields) {
      const [row] = await somebody.query(`SELECT Id FROM ${type} WHERE ${where}`);
      const answer = await somebody.update(type, String(row?.['Id']), fields);
      if (answer.status !== 204) throw new Error(answer.text);
    },
  };
}
