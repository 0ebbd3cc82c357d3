// Leads that appear and change in a real embedded org, while the loops act on it.
import { expect, test } from 'vitest';
import type { Product } from '../product.ts';
import { LEAD, live } from './running.ts';

const userId = async ({ org }: Product, username: string) =>
  String((await org.query(`SELECT Id FROM User WHERE Username = '${username}'`))[0]?.['Id']);

test('a new lead is scored, graded and given to its seat, each once, with the reason; its own writes start nothing', async () => {
  const one = await live({ events: 'poll: 1s' });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.effects(id)).filter(({ status }) => status === 'done').length === 2);
  const { Score__c: score, Grade__c: grade, OwnerId: owner } = await one.lead(id);
  expect([score, grade]).toEqual([87, 'B']);
  expect([await userId(one, 'ae.sfbay1@acme.example'), await userId(one, 'ae.sfbay2@acme.example')]).toContain(owner);
  // Another lead goes all the way: by then the first one's own changes were seen.
  const next = await one.org.create('Lead', { ...LEAD, LastName: 'Next' });
  await one.becomes(async () => (await one.effects(next)).filter(({ status }) => status === 'done').length === 2);
  expect((await one.decisions(id)).map(({ loop }) => loop)).toEqual(['qualify', 'route']);
});

test('an owner whom people chose is kept; a lead that is put back into a queue is routed again', async () => {
  const one = await live({ events: 'poll: 1s' });
  const east = await userId(one, 'ae.east1@acme.example');
  const id = await one.org.create('Lead', { ...LEAD, OwnerId: east });
  await one.becomes(async () => (await one.effects(id)).some(({ status }) => status === 'done'));
  const [queue] = await one.org.query("SELECT Id FROM Group WHERE Type = 'Queue' AND DeveloperName = 'general'");
  const marker = await one.org.create('Lead', { ...LEAD, LastName: 'Marker' });
  await one.becomes(async () => (await one.effects(marker)).filter(({ status }) => status === 'done').length === 2);
  expect([(await one.lead(id))['OwnerId'], (await one.decisions(id)).map(({ loop }) => loop)]).toEqual([east, ['qualify']]);
  await one.org.update('Lead', id, { OwnerId: queue?.['Id'] });
  await one.becomes(async () => (await one.decisions(id)).some(({ loop }) => loop === 'route'));
  await one.becomes(async () => (await one.lead(id))['OwnerId'] !== queue?.['Id']);
});

test('what the org refuses stands with the decision, and is tried again until it takes it', async () => {
  const one = await live({ events: 'poll: 1s' });
  await one.org.control('POST', 'faults', {
    match: { method: 'PATCH', path: 'composite/sobjects', nth: 1, times: 1 },
    fault: { rows: [0] },
  });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.effects(id)).some(({ error }) => error !== undefined));
  await one.becomes(async () => (await one.effects(id)).every(({ status }) => status === 'done'));
  expect((await one.lead(id))['Score__c']).toBe(87);
});

test('somebody who was faster is not overruled', async () => {
  const one = await live({ events: 'poll: 1s' });
  const east = await userId(one, 'ae.east1@acme.example');
  // The write-back hangs until a person has taken the lead.
  await one.org.control('POST', 'faults', {
    match: { method: 'PATCH', path: 'composite/sobjects', nth: 1, times: 1 },
    fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' },
  });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.decisions(id)).some(({ loop }) => loop === 'qualify'));
  await one.org.update('Lead', id, { OwnerId: east });
  await one.becomes(
    async () => (await one.effects(id)).every(({ status }) => status !== 'waiting') && (await one.lead(id))['Score__c'] === 87,
  );
  expect((await one.lead(id))['OwnerId']).toBe(east);
});

test('change data capture brings a change at once, though the poll is far away', async () => {
  const one = await live({ events: 'poll: 1h, change_data_capture: true' });
  const ids: string[] = [];
  await one.becomes(async () => {
    // The stream listens from some moment on; a lead that is made before it is the poll's.
    const id = await one.org.create('Lead', { ...LEAD, LastName: `Stream ${ids.length}` });
    ids.push(id);
    return (await Promise.all(ids.map((old) => one.decisions(old)))).some((made) => made.length > 0);
  });
  const loops = (await Promise.all(ids.map((old) => one.decisions(old)))).flat().map(({ loop }) => loop);
  expect(loops).toContain('qualify');
});

test('changes that a webhook told are taken, and only where a loop acts', async () => {
  const one = await live({ events: 'poll: 1h' });
  const id = await one.org.create('Lead', LEAD);
  const change = { object: 'Lead', id, kind: 'created' as const, at: new Date().toISOString(), source: 'outbound' as const, cursor: 'n1' };
  expect(await one.live.tell([change])).toBe(true);
  await one.becomes(async () => (await one.effects(id)).filter(({ status }) => status === 'done').length === 2);
  expect(await one.live.tell([change])).toBe(true);
  expect((await one.decisions(id)).map(({ loop }) => loop)).toEqual(['qualify', 'route']);
});
