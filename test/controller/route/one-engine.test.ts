// One engine, four callers: whoever asks — the controller, the command line, a simulation, a batch of accounts — is told the same of the same
// record at the same turns and counts. Held to it on thousands of records, while turns are taken in between.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookAtAll } from '../../../controller/assign/look.ts';
import { decideDry, groundOfSnapshot } from '../../../controller/loops/dry.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { simulateGiven } from '../../../controller/simulate/given.ts';
import { type PastRecord, replayOn } from '../../../controller/simulate/replay.ts';
import type { States } from '../../../controller/simulate/states.ts';
import { compileVersion } from '../../../controller/simulate/version.ts';
import { fieldNames } from '../../../loops/facts.ts';
import { loadKey } from '../../../loops/route/questions.ts';
import { territoriesOf } from '../../../loops/territories.ts';
import type { DecisionRecord, Versioned } from '../../../ports/decisions.ts';
import type { CrmRecords } from '../../../ports/records.ts';
import { openProduct, type Product } from '../product.ts';

const CASES = 2_000;

const RULES = `apiVersion: loopctl/v1
kind: RoutingRuleSet
metadata: {name: inbound-leads, owner: revops}
spec:
  object: Lead
  queues: {review: queue/review, triage: queue/triage}
  rules:
    - {id: customer, priority: 5, when: matched_account.is_customer, action: {assign_to_account_owner: {role: AE}}}
    - {id: turns, priority: 10, when: "lead_source == Web and employee_count >= 100", action: {assign_to_pool: turns}}
    - {id: capped, priority: 12, when: "lead_source == Event", action: {assign_to_pool: capped}}
    - {id: pointer, priority: 14, when: "lead_source == Partner and title in vp,cto", action: {assign_to_pool: pointer}}
    - {id: pool, priority: 20, when: "grade in A,B or segment == commercial", action: {assign_to_pool: na-commercial}}
    - {id: seat, priority: 25, when: "industry == Energy", action: {assign_to_user: ae-east-1}}
    - {id: no_thanks, priority: 26, when: "industry == Gambling", action: {reject: {reason: industry, status: Closed - Not Converted}}}
    - {id: soon, priority: 30, when: "industry == Retail", action: {assign_to_queue: triage}, effective: {from: 2030-01-01}}
    - {id: geography, priority: 50, when: territory.exists, action: {assign_to_territory: {role: AE}}}
    - {id: unsure, priority: 60, when: "territory.candidates > 1", action: {agent: {prompt: ambiguous-geography, role: AE}}}
    - {id: large, priority: 70, when: "employee_count >= 1000", action: {assign_to_queue: review}}
  default: {assign_to_queue: general}
---
apiVersion: loopctl/v1
kind: Pool
metadata: {name: turns}
spec: {strategy: weighted, members: [{seat: ae-sf-bay-1, weight: 3}, {seat: ae-sf-bay-2, weight: 2}, {seat: ae-east-1, weight: 1}], queue: queue/general}
---
apiVersion: loopctl/v1
kind: Pool
metadata: {name: capped}
spec: {strategy: strict, members: [{seat: ae-sf-bay-1, cap: {day: 40}}, {seat: ae-dach-1, cap: {week: 90}}], all_unavailable: queue, queue: queue/triage}
---
apiVersion: loopctl/v1
kind: Pool
metadata: {name: pointer}
spec: {strategy: pointer, tie_break: least_recent, members: [{seat: ae-sf-bay-2, weight: 10}, {seat: ae-east-1, weight: 3}, {seat: ae-dach-1, weight: 7}], queue: queue/general}
`;

const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 4 });

/** By the org's names for an account: both objects have the same places. */
const place = fc.record({
  billing_country: maybe(['US', 'United States', 'DE', 'Germany', 'AT', 'BE', 'JP', 'CA', '', 'us']),
  billing_state: maybe(['CA', 'NY', 'OR', 'TX', 'California', 'BY']),
  billing_city: maybe(['San Francisco', 'Berkeley', 'New York', 'Munich', ' oakland ']),
  billing_postal: maybe(['94105', '95000', '10001', '80331', '93599', '94105-1234']),
  employee_count: maybe([0, 5, 99, 100, 250, 999, 1000, 5000]),
  company: maybe(['Globex', 'Northwind', 'Muster GmbH', 'Cyberdyne Inc.']),
});
const lead = fc.record({
  place,
  email: maybe(['a@globex.example', 'a@gmail.com', 'b@northwind.example', 'c@customer.example', 'nonsense']),
  title: maybe(['VP of Sales', 'CTO', 'Engineer', 'Assistant']),
  industry: maybe(['Software', 'Energy', 'Gambling', 'Retail']),
  lead_source: maybe(['Web', 'Event', 'Partner', 'Demo Request']),
});

function present(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** What all of them say alike. */
function told(decision: DecisionRecord) {
  const keys = [
    'rule_matched',
    'priority',
    'action',
    'territory',
    'queue',
    'held_by',
    'review',
    'rejected',
    'step',
    'via',
    'fallback',
    'next_rule',
    'reasoning',
  ];
  const { owner } = decision as { owner?: { username: string; seat?: string } };
  return {
    ...Object.fromEntries(keys.map((key) => [key, decision[key] ?? null])),
    owner: owner?.username ?? null,
    seat: owner?.seat ?? null,
  };
}

function decided(answer: { readonly kind: string }): DecisionRecord {
  if (answer.kind !== 'decided') throw new Error(JSON.stringify(answer));
  return (answer as unknown as { decision: DecisionRecord }).decision;
}

async function reconciled(): Promise<Product> {
  const product = await openProduct();
  product.write('route/rules.yaml', RULES);
  product.edit('deploy/pools.yaml', 'count_object: Opportunity', 'count_object: Opportunity\n  recent: 10m');
  // Belgium is in two rows: nothing tells them apart.
  product.edit(
    'deploy/match_rules.yaml',
    '    - {territory: emea/dach,',
    '    - {territory: ams/east, country: BE}\n    - {territory: emea/dach, country: BE}\n    - {territory: emea/dach,',
  );
  expect((await product.apply()).outcome).toBe('done');
  const { org } = product;
  const [owner] = await org.query<{ Id: string }>("SELECT Id FROM User WHERE Username = 'ae.dach1@acme.example'");
  await org.create('Account', { Name: 'Customer', Website: 'customer.example', Type: 'Customer', OwnerId: owner?.Id });
  return product;
}

test(`the same answer from all of them, on ${CASES} records`, { timeout: 900_000 }, async () => {
  const product = await reconciled();
  const { store, crm } = product;
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock = { ...product.deps.clock, now: () => new Date(now) };
  const deps = { ...product.deps, clock };
  // The org's counts are those that a simulation has: what was given out lately, and nothing else.
  const openRecords = async (object: string, owners: readonly string[]) => {
    const keys = owners.map((owner) => loadKey(object, owner));
    const states = await store.decisions.state(scope, keys);
    return new Map(
      owners.map((owner, at) => [owner, (states.get(keys[at] ?? '')?.value as { at: readonly number[] } | undefined)?.at.length ?? 0]),
    );
  };
  // Accounts stay as they are: what was searched for once is not searched for again.
  const searched = new Map<string, ReturnType<CrmRecords['candidatesOfMany']>>();
  const candidatesOfMany: CrmRecords['candidatesOfMany'] = (...search) => {
    const key = JSON.stringify(search);
    const before = searched.get(key) ?? crm.records.candidatesOfMany(...search);
    searched.set(key, before);
    return before;
  };
  // Nobody is out of office, and nobody will be.
  let calendars: ReturnType<CrmRecords['outOfOffice']> | undefined;
  const outOfOffice: CrmRecords['outOfOffice'] = (from, to) => (calendars ??= crm.records.outOfOffice(from, to));
  const records: CrmRecords = { ...crm.records, openRecords, candidatesOfMany, outOfOffice };
  const connect = async () => ({ ok: true as const, value: records });
  const scope = await product.scope();
  const host = loopHost({
    deps,
    store,
    place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
    connect,
    listener: () => {},
    engine: 'test',
  });
  const active = await store.activeSnapshot(scope);
  const ground = await groundOfSnapshot(store, scope);
  if (active === undefined || ground === undefined) throw new Error('nothing was reconciled');
  const { people } = ground.compiled;
  const version = compileVersion({ label: 'active', commit: null, content: active.content, people });
  const names = fieldNames({ id: '', resources: active.content.resources }, 'Account');
  if (names === undefined) throw new Error('there is no FieldMap of Account');
  const look = {
    object: 'Account',
    names,
    territories: territoriesOf(active.content, names),
    org: { model: 'FY27', ids: new Map<string, string>(), placed: new Map(), excluded: new Map() },
    pending: undefined,
    now,
  };
  const fieldOf = (name: string) => {
    const field = names.map[name];
    return typeof field === 'string' ? field : (field?.field ?? name);
  };

  const seen = { rules: new Map<string, number>(), owners: new Set<string>(), territories: new Set<string>(), ambiguous: 0 };
  for (const [at, { place: where, ...more }] of fc.sample(lead, { numRuns: CASES, seed: 20261121 }).entries()) {
    // A count of the org is good for a minute.
    now += 61_000;
    const record = present({ ...where, ...more });
    const event = { object: 'Lead', id: `00Q${String(at).padStart(12, '0')}AAA`, record };

    // The command line, by the turns as they stand.
    const turns = new Map<string, Versioned>();
    const state = async (keys: readonly string[]) => {
      const found = await ground.state(keys);
      for (const key of keys) turns.set(key, found[key] ?? { version: 0, value: null });
      return found;
    };
    const dry = decided(await decideDry(deps, { ...ground, state, connect, engine: 'test' }, 'route', event));

    // The controller, which takes the turn.
    const live = decided(await host.decide('route', event));
    expect(told(live), JSON.stringify(record)).toEqual(told(dry));

    // A simulation, from what was recorded and the same turns.
    const stored = await store.decisions.find('acme-revenue', 'sandbox', live.id);
    const facts: PastRecord['facts'] = new Map(
      (stored?.recorded.facts ?? []).flatMap(({ id, ...fact }) => (['org', 'request'].includes(fact.source) ? [[id, fact] as const] : [])),
    );
    const states: States = {
      read: (keys) => Object.fromEntries(keys.map((key) => [key, turns.get(key) ?? { version: 0, value: null }])),
      write: () => {},
      goTo: () => {},
    };
    const past: PastRecord = { name: event.id, turn: live.id, event, facts };
    const { route, unknown } = await replayOn(version, states, past, now);
    expect(unknown, JSON.stringify(record)).toEqual({});
    const {
      rule_matched: rule,
      owner,
      queue,
      rejected,
      review,
    } = live as unknown as {
      rule_matched: string;
      owner?: { username: string };
      queue?: string;
      rejected?: string;
      review?: boolean;
    };
    const placed = queue === undefined ? `rejected: ${rejected}` : `queue/${queue}`;
    const whose = owner?.username.toLowerCase() ?? (review === true ? `review in ${placed}` : placed);
    expect([route?.rule, route?.owner], JSON.stringify(record)).toEqual([rule, whose]);

    // A batch: an account that lies there.
    const row = {
      Id: `001${event.id.slice(3)}`,
      Name: null,
      ...Object.fromEntries(Object.entries(present(where)).map(([name, value]) => [fieldOf(name), value])),
    };
    const asAccount = present(where);
    const inOrg = {
      ...look,
      org: {
        ...look.org,
        ids: new Map(
          [...version.route.byObject.values()].flatMap(({ territories }) => territories.rows.map((one) => [one.territory, 'id'] as const)),
        ),
      },
    };
    const { changes, waiting } = await lookAtAll(
      { page: async (_object, _fields, { after }) => (after === undefined ? [row] : []) },
      inOrg,
    );
    const ofLead = await replayOn(version, states, { ...past, event: { ...event, record: asAccount }, facts: new Map() }, now);
    const [waits] = waiting;
    const lies = changes[0]?.to ?? (waits?.status === 'ambiguous' ? `one of ${waits.candidates.join(', ')}` : null);
    expect(lies, JSON.stringify(asAccount)).toBe(ofLead.route?.territory ?? null);
    const isByPlace = live['action'] === 'assign_to_territory' && live['fallback'] === false;
    expect(isByPlace ? live['territory'] : route?.territory, JSON.stringify(record)).toBe(route?.territory);

    seen.rules.set(rule, (seen.rules.get(rule) ?? 0) + 1);
    seen.owners.add(whose);
    if (lies !== null) seen.territories.add(lies);
    if (waits?.status === 'ambiguous') seen.ambiguous += 1;
  }

  // The records were of every sort: a test on a few of them would prove nothing.
  const fired = ['customer', 'turns', 'capped', 'pointer', 'pool', 'seat', 'no_thanks', 'geography', 'unsure', 'large', 'default'];
  expect([...seen.rules.keys()].sort()).toEqual(fired.sort());
  expect(seen.owners.size).toBeGreaterThan(6);
  expect(seen.territories.size).toBeGreaterThan(5);
  expect(seen.ambiguous).toBeGreaterThan(20);

  // And all of them again through the same rules, as a preview does: nobody changes owner.
  const rules = active.content.resources['RoutingRuleSet/inbound-leads'];
  const { resolved } = await product.scene();
  const identity = { project: 'acme-revenue', environment: resolved.environment, spec: resolved.project.spec };
  const found = await simulateGiven({ deps, store }, identity, {
    after: { rules },
    since: 86_400_000 * 90,
    limit: 5_000,
    object: 'Lead',
    examples: 3,
  });
  expect(found).toMatchObject({ kind: 'simulated', simulation: { records: CASES, changed: 0, undetermined: 0 } });
});
