// Other records than leads, while the loops act: whose account they hang on is told by their own field, and where they lie as well.
import { expect, test } from 'vitest';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import type { Product } from '../product.ts';
import { type Live, live } from './running.ts';

const RULES = (object: string, more: string) => `apiVersion: loopctl/v1
kind: RoutingRuleSet
metadata: {name: ${object.toLowerCase()}-rules}
spec:
  object: ${object}
  rules:
    - {id: customer, priority: 10, when: matched_account.is_customer, action: {assign_to_account_owner: {role: AE}}}
    - {id: large, priority: 20, when: "segment == enterprise", action: {assign_to_user: ae-norcal-ent-1}}
    - {id: geography, priority: 30, when: territory.exists, action: {assign_to_territory: {role: AE}}}
  ${more}
`;

function routed(product: Product): void {
  product.write(
    'qualify/more.yaml',
    `apiVersion: loopctl/v1
kind: FieldMap
metadata: {name: case}
spec: {object: Case, fields: {subject: Subject}}
---
apiVersion: loopctl/v1
kind: FieldMap
metadata: {name: contact}
spec: {object: Contact, fields: {email: Email, title: Title, account: AccountId}}
`,
  );
  const manager = 'default: {assign_to_user: mgr-west}';
  product.write(
    'route/more.yaml',
    [
      RULES('Opportunity', manager),
      RULES('Contact', manager),
      RULES('Account', 'default: {assign_to_queue: triage}'),
      RULES('Case', 'default: {assign_to_queue: triage}'),
    ].join('---\n'),
  );
}

const lastRoute = async (one: Live, id: string): Promise<DecisionRecord | undefined> =>
  (await one.decisions(id)).filter(({ loop }) => loop === 'route').at(-1);

test('opportunities, cases, contacts and subsidiaries: by the account that they name, its owner, its size and its place', async () => {
  const one = await live({ events: 'poll: 1s', edit: routed });
  for (const object of ['Opportunity', 'Contact', 'Account', 'Case'])
    await one.becomes(async () => (await one.store.inbox.cursor(await one.scope(), `poll ${object}`)) !== undefined);
  const keeper = await one.org.addUser('keeper@acme.example');
  const user = async (name: string) => (await one.org.query(`SELECT Id FROM User WHERE Username = '${name}'`))[0]?.['Id'];
  const decided = async (id: string): Promise<DecisionRecord> => {
    await one.becomes(async () => (await lastRoute(one, id)) !== undefined);
    return (await lastRoute(one, id)) as DecisionRecord;
  };
  const owner = async (object: string, id: string) =>
    (await one.org.query(`SELECT OwnerId FROM ${object} WHERE Id = '${id}'`))[0]?.['OwnerId'];

  const customer = await one.org.create('Account', {
    Name: 'Bayside Foods',
    Website: 'bayside-foods.com',
    Type: 'Customer',
    OwnerId: keeper,
  });
  const large = await one.org.create('Account', { Name: 'Globex', NumberOfEmployees: 9000, OwnerId: keeper });
  const inBay = await one.org.create('Account', {
    Name: 'Bay Bakery',
    OwnerId: keeper,
    NumberOfEmployees: 20,
    BillingCountry: 'US',
    BillingState: 'CA',
    BillingCity: 'Oakland',
  });

  const deal = await one.org.create('Opportunity', { Name: 'D1', AccountId: customer, StageName: 'Prospecting', CloseDate: '2027-03-31' });
  expect(await decided(deal)).toMatchObject({ rule_matched: 'customer', ownerId: keeper, matched_account: { id: customer } });
  await one.becomes(async () => (await owner('Opportunity', deal)) === keeper);
  const bigDeal = await one.org.create('Opportunity', { Name: 'D2', AccountId: large, StageName: 'Prospecting', CloseDate: '2027-03-31' });
  expect(await decided(bigDeal)).toMatchObject({ rule_matched: 'large', owner: { seat: 'ae-norcal-ent-1' } });
  const local = await one.org.create('Opportunity', { Name: 'D3', AccountId: inBay, StageName: 'Prospecting', CloseDate: '2027-03-31' });
  expect(await decided(local)).toMatchObject({ rule_matched: 'geography', territory: 'ams/west/norcal/sf-bay' });
  const loose = await one.org.create('Opportunity', { Name: 'D4', StageName: 'Prospecting', CloseDate: '2027-03-31' });
  expect(await decided(loose)).toMatchObject({ rule_matched: 'default', owner: { seat: 'mgr-west' } });

  const contact = await one.org.create('Contact', { LastName: 'Ray', AccountId: inBay, Email: 'ray@bayside-foods.com' });
  // Its own account counts, whatever its address says.
  expect(await decided(contact)).toMatchObject({ rule_matched: 'geography', matched_account: { id: inBay } });
  const free = await one.org.create('Contact', { LastName: 'Lee', Email: 'lee@bayside-foods.com' });
  expect(await decided(free)).toMatchObject({ rule_matched: 'customer', matched_account: { id: customer } });

  const asked = await one.org.create('Case', { Subject: 'Help', AccountId: customer, Origin: 'Web' });
  expect(await decided(asked)).toMatchObject({ rule_matched: 'customer', ownerId: keeper });
  const nobodys = await one.org.create('Case', { Subject: 'Help', Origin: 'Web' });
  const [queue] = await one.org.query("SELECT Id FROM Group WHERE DeveloperName = 'triage'");
  expect(await decided(nobodys)).toMatchObject({ rule_matched: 'default', queue: 'triage' });
  await one.becomes(async () => (await owner('Case', nobodys)) === queue?.['Id']);

  const below = await one.org.create('Account', { Name: 'Bayside Foods West', ParentId: customer });
  expect(await decided(below)).toMatchObject({ rule_matched: 'customer', matched_account: { id: customer } });
  await one.becomes(async () => (await owner('Account', below)) === keeper);
  // A queue owns no account: the decision says where it would wait, and its owner stays.
  const alone = await one.org.create('Account', { Name: 'Alone', BillingCountry: 'JP', NumberOfEmployees: 5 });
  const made = await decided(alone);
  expect(made).toMatchObject({ rule_matched: 'default', queue: 'triage', territory_status: 'pending:no_match' });
  await one.becomes(
    async () =>
      (await one.org.query(`SELECT Territory_Status__c FROM Account WHERE Id = '${alone}'`))[0]?.['Territory_Status__c'] ===
      'pending:no_match',
  );
  expect(await owner('Account', alone)).toBe(await user('admin@example.com'));
  expect(made.effects).toEqual([expect.objectContaining({ kind: 'crm' })]);
}, 60_000);
