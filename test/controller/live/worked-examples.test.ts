// The two worked examples of the product's founding documents, from a lead in the org to its owner in the org, with the starter as it is.
import { expect, test } from 'vitest';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { on, starter, STARTER, text } from '../../config/organisation.ts';
import { openOrg } from '../../sandbox/org.ts';
import { copyOf, openProduct } from '../product.ts';
import { type Live, live } from './running.ts';

const SEATS = on('2026-11-21', starter()).seats;

async function starting(): Promise<Live> {
  const org = await openOrg({ data: ':memory:' });
  for (const username of new Set(
    [...SEATS.values()].flatMap(({ user, row }) => [user, row.user].filter((name) => typeof name === 'string')),
  ))
    await org.addUser(username);
  return live({ events: 'poll: 1s', product: await openProduct({ org, root: copyOf(STARTER) }) });
}

/** A sample of the starter, in the org's words. */
function sample(name: string): Readonly<Record<string, unknown>> {
  const samples = JSON.parse(text('samples/leads.json')) as readonly Readonly<Record<string, unknown>>[];
  const found = samples.find(({ id }) => id === `sample-${name}`) ?? {};
  return {
    LastName: 'Sample',
    Company: found['company'],
    Email: found['email'],
    Title: found['title'],
    Industry: found['industry'],
    NumberOfEmployees: found['employee_count'],
    Technologies__c: found['technologies'],
    Company_Type__c: found['company_type'],
    LinkedIn__c: found['linkedin_url'],
    LeadSource: found['lead_source'],
    Country: found['billing_country'],
    State: found['billing_state'],
    City: found['billing_city'],
  };
}

const decisionOf = async (one: Live, id: string, name: string): Promise<DecisionRecord> => {
  await one.becomes(async () => (await one.decisions(id)).some(({ loop }) => loop === name));
  const [found] = (await one.decisions(id)).filter(({ loop }) => loop === name);
  if (found === undefined) throw new Error(`no decision of ${name}`);
  return found;
};

test('an inbound form: 91, an A, no customer’s domain, the second rule, the pool of North America, the fewest open opportunities', async () => {
  const one = await starting();
  // A customer of another domain, so that the first rule is asked in earnest.
  await one.org.create('Account', { Name: 'Contoso Sample', Website: 'contoso-sample.com', Type: 'Customer' });
  const pool = ['ae-sf-bay-1', 'ae-sf-bay-2', 'ae-west-1', 'ae-new-england-1', 'ae-ny-metro-2', 'ae-canada-1'];
  const users = new Map<string, string>();
  for (const seat of pool) {
    const [user] = await one.org.query(`SELECT Id FROM User WHERE Username = '${SEATS.get(seat)?.user}'`);
    users.set(seat, String(user?.['Id']));
  }
  const opportunities = pool.flatMap((seat) =>
    Array.from({ length: seat === 'ae-new-england-1' ? 1 : 3 }, (_, at) => ({
      Name: `${seat} ${at}`,
      StageName: 'Prospecting',
      CloseDate: '2027-03-31',
      OwnerId: users.get(seat),
    })),
  );
  await one.org.createAll('Opportunity', opportunities);
  const id = await one.org.create('Lead', sample('na-commercial'));
  expect(await decisionOf(one, id, 'qualify')).toMatchObject({ score: 91, grade: 'A', max: 135 });
  const decision = await decisionOf(one, id, 'route');
  expect(decision).toMatchObject({
    rule_matched: 'a_grade_na_commercial',
    priority: 20,
    action: 'assign_to_pool',
    via: 'pool/na-commercial',
    owner: { seat: 'ae-new-england-1', role: 'AE' },
    method: 'deterministic',
    confidence: 1,
    next_rule: 'geography_territory',
  });
  expect((decision['trace'] as readonly unknown[]).slice(0, 2)).toMatchObject([
    { rule: 'existing_customer_domain', result: 'false' },
    { rule: 'a_grade_na_commercial', result: 'true' },
  ]);
  expect(decision['trace']).toContainEqual(expect.objectContaining({ rule: 'MatchPolicy', result: 'none' }));
  await one.becomes(async () => (await one.lead(id))['OwnerId'] === users.get('ae-new-england-1'));
  expect(await one.lead(id)).toMatchObject({ Score__c: 91, Grade__c: 'A' });
});

test('why a lead went to its owner, word for word', async () => {
  const one = await starting();
  const id = await one.org.create('Lead', sample('sf-bay'));
  const { logged_at, id: _, ...decision } = await decisionOf(one, id, 'route');
  expect(decision).toMatchObject({
    rule_matched: 'geography_territory',
    priority: 50,
    action: 'assign_to_territory',
    territory: 'ams/west/norcal/sf-bay',
    owner: { name: 'Andrew Straus', role: 'AE', username: 'andrew.straus@acme.example' },
    method: 'deterministic',
    confidence: 1,
    reasoning: "City 'San Francisco' matches patch 'sf-bay' under ams/west/norcal. Primary AE found via UserTerritory2.",
  });
  expect(decision['inputs']).toEqual({ billing_country: 'US', billing_state: 'CA', billing_city: 'San Francisco' });
  expect(logged_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
  const [user] = await one.org.query("SELECT Id FROM User WHERE Username = 'andrew.straus@acme.example'");
  await one.becomes(async () => (await one.lead(id))['OwnerId'] === user?.['Id']);
  expect(await one.lead(id)).toMatchObject({ Score__c: 129, Grade__c: 'A' });
});
