// People overrule Route from within the CRM: a rep opens a case, a manager says yes or no in it, and both sides know of each other.
import { expect, test } from 'vitest';
import { type SystemClock, systemClock } from '../../../adapters/clock/clock.ts';
import { declarations, undeclaredFields } from '../../../controller/install.ts';
import { overrideLook } from '../../../controller/override/look.ts';
import { measure } from '../../../controller/metrics/loops.ts';
import { replay } from '../../../controller/loops/replay.ts';
import type { EffectRow } from '../../../ports/live.ts';
import { readOrganisation } from '../../../resources/organisation.ts';
import { readFolder } from '../../../adapters/files/read.ts';
import type { Product } from '../product.ts';
import { LEAD, type Live, live } from './running.ts';

const POLICY = (more = '') => `apiVersion: loopctl/v1
kind: OverridePolicy
metadata: {name: owners}
spec: {objects: [Lead], approvers: [managers], expires: 5d, notify: true${more}}
`;

interface Overruled extends Live {
  readonly time: SystemClock;
  readonly told: EffectRow[];
  readonly troubles: string[];
  /** A lead that Route gave to somebody, and by whom. */
  routed(): Promise<{ readonly id: string; readonly owner: string }>;
  ask(record: string, as: string, more?: object): Promise<string>;
  say(id: string, as: string, status: string): Promise<void>;
  answer(id: string): Promise<Readonly<Record<string, unknown>>>;
}

const REP = 'ae.east1@acme.example';
const MANAGER = 'mgr.west@acme.example';

/** As `org install` writes them, for whoever works with cases. */
function installed(product: Product): string {
  const { organisation } = readOrganisation(readFolder(product.root).files);
  const fields = undeclaredFields(organisation);
  return declarations(fields).replaceAll(/^(spec:\n)(?=  label: Loopctl)/gm, '$1  profiles: {edit: [Standard User]}\n');
}

async function overruled(policy = POLICY()): Promise<Overruled> {
  const time = systemClock();
  const told: EffectRow[] = [];
  const troubles: string[] = [];
  const one = await live({
    events: 'poll: 1s',
    clock: time,
    tell: async (notices) => void told.push(...notices),
    looks: (product, clock) => [
      overrideLook({ store: product.store, deps: { clock }, onTrouble: (message) => void troubles.push(message) }),
    ],
    edit(product) {
      product.edit('loopctl.yaml', 'groups: {', `groups: {managers: [${MANAGER}], `);
      product.write('route/override.yaml', policy);
      product.write('deploy/override-fields.yaml', installed(product));
    },
  });
  await one.becomes(async () => (await one.store.inbox.cursor(await one.scope(), 'override Case')) !== undefined);
  return {
    ...one,
    time,
    told,
    troubles,
    async routed() {
      const id = await one.org.create('Lead', LEAD);
      await one.becomes(async () => (await one.effects(id)).filter(({ status }) => status === 'done').length === 2);
      return { id, owner: await ownerOf(one, id) };
    },
    async ask(record, as, more = {}) {
      const rep = await one.org.as(as);
      // Cases of others are nobody's to see: it is the manager's.
      const OwnerId = await userId(one, MANAGER);
      return rep.create('Case', {
        Subject: 'I know them',
        Description: 'Sold to them before',
        Loopctl_Record__c: record,
        OwnerId,
        ...more,
      });
    },
    async say(id, as, status) {
      const answer = await (await one.org.as(as)).update('Case', id, { Status: status });
      expect(answer.status).toBe(204);
    },
    answer: async (id) => (await one.org.query(`SELECT Loopctl_Decision__c, Loopctl_Answer__c FROM Case WHERE Id = '${id}'`))[0] ?? {},
  };
}

async function userId({ org }: Pick<Product, 'org'>, name: string): Promise<string> {
  return String((await org.query(`SELECT Id FROM User WHERE Username = '${name}'`))[0]?.['Id']);
}

async function ownerOf(one: Live, id: string): Promise<string> {
  const [row] = await one.org.query(`SELECT Owner.Username FROM Lead WHERE Id = '${id}'`);
  return (row?.['Owner'] as { Username: string } | undefined)?.Username ?? '';
}

const lastRoute = async (one: Live, id: string) => (await one.decisions(id)).findLast(({ loop }) => loop === 'route');

test('a case that a manager approves gives the lead to whoever asked, as a human decision; case and decision name each other; it is done once', async () => {
  const one = await overruled();
  const { id, owner } = await one.routed();
  expect(owner).not.toBe(REP);
  const before = await lastRoute(one, id);
  const asked = await one.ask(`https://acme.example.my.salesforce.com/${id.slice(0, 15)}`, REP);
  await one.say(asked, MANAGER, 'Approved');
  await one.becomes(async () => (await ownerOf(one, id)) === REP);
  await one.becomes(async () => (await one.answer(asked))['Loopctl_Decision__c'] !== null);
  const decision = await lastRoute(one, id);
  expect(decision).toMatchObject({
    rule_matched: 'override',
    action: 'override_approved',
    method: 'human',
    case: asked,
    by: MANAGER,
    asked_by: REP,
    supersedes: before?.id,
    owner: { username: REP, seat: 'ae-east-1' },
  });
  expect(await one.answer(asked)).toMatchObject({
    Loopctl_Decision__c: decision?.id,
    Loopctl_Answer__c: expect.stringContaining(`${MANAGER} approved that it goes from ${owner} to ${REP}, as ${REP} asked`),
  });
  await one.becomes(async () => one.told.length === 1);
  expect(one.told[0]?.fields).toMatchObject({ topic: 'override', text: expect.stringContaining('Sold to them before') });
  // Our own write on the case, and whatever else happens to it, moves nothing again.
  await one.say(asked, MANAGER, 'Closed');
  await one.say(asked, MANAGER, 'Approved');
  const marker = await one.routed();
  expect((await one.decisions(id)).filter(({ rule_matched: rule }) => rule === 'override')).toHaveLength(1);
  expect(marker.owner).not.toBe('');
  expect(await ownerOf(one, id)).toBe(REP);
  const metrics = await measure(one.store, await one.scope(), { now: one.time.now(), span: 86_400_000, loop: 'route' });
  expect(metrics.loops[0]?.overrides).toEqual({ n: 1, rate: 1 / 3 });
  const stored = (await one.store.decisions.ofSubject('acme-revenue', 'sandbox', id)).findLast(
    ({ decision: { loop } }) => loop === 'route',
  );
  if (stored === undefined) throw new Error('no decision');
  expect((await replay(one.store, [await one.scope()], stored)).kind).toBe('same');
});

test('a refusal is a decision too, and leaves the lead; who may not approve does not, and no overruling is counted', async () => {
  const one = await overruled();
  const { id, owner } = await one.routed();
  const refused = await one.ask(id, REP);
  await one.say(refused, MANAGER, 'Rejected');
  await one.becomes(async () => (await lastRoute(one, id))?.['action'] === 'override_refused');
  const own = await one.ask(id, REP, { OwnerId: await userId(one, REP) });
  await one.say(own, REP, 'Approved');
  await one.becomes(async () => (await lastRoute(one, id))?.['action'] === 'override_impossible');
  expect(await lastRoute(one, id)).toMatchObject({ reasoning: expect.stringContaining(`${REP} is none of those who may approve it`) });
  const nobody = await one.ask(id, REP, { Loopctl_Owner__c: 'nobody@acme.example' });
  await one.say(nobody, MANAGER, 'Approved');
  await one.becomes(async () => String((await one.answer(nobody))['Loopctl_Answer__c']).includes('there is no user "nobody@acme.example"'));
  expect(await ownerOf(one, id)).toBe(owner);
  const metrics = await measure(one.store, await one.scope(), { now: one.time.now(), span: 86_400_000, loop: 'route' });
  expect(metrics.loops[0]?.overrides.n).toBe(0);
  // What was impossible may become possible: a manager says yes to the same case.
  await one.org.update('Case', own, { OwnerId: await userId(one, MANAGER) });
  await one.say(own, MANAGER, 'New');
  await one.say(own, MANAGER, 'Approved');
  await one.becomes(async () => (await ownerOf(one, id)) === REP);
});

test('a case that nobody decides in time is too late, is told so, and a yes behind it moves nothing', async () => {
  const one = await overruled();
  const { id, owner } = await one.routed();
  const asked = await one.ask(id, REP);
  one.time.advance(6 * 86_400_000);
  await one.becomes(async () => String((await one.answer(asked))['Loopctl_Answer__c']).includes('too late'));
  expect(await lastRoute(one, id)).toMatchObject({ action: 'override_late', method: 'deterministic' });
  await one.say(asked, MANAGER, 'Approved');
  const marker = await one.routed();
  expect(marker.owner).not.toBe('');
  expect(await ownerOf(one, id)).toBe(owner);
  expect(one.troubles).toEqual([]);
});

test('somebody who took the lead meanwhile is not overruled by an older yes', async () => {
  const one = await overruled();
  const { id } = await one.routed();
  const asked = await one.ask(id, REP);
  await one.org.control('POST', 'faults', {
    match: { method: 'PATCH', path: 'composite/sobjects', nth: 1, times: 2 },
    fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' },
  });
  await one.say(asked, MANAGER, 'Approved');
  await one.becomes(async () => (await lastRoute(one, id))?.['action'] === 'override_approved');
  await one.org.update('Lead', id, { OwnerId: await userId(one, 'ae.dach1@acme.example') });
  await one.becomes(async () => (await one.effects(id)).every(({ status }) => status !== 'waiting'));
  expect(await ownerOf(one, id)).toBe('ae.dach1@acme.example');
});
