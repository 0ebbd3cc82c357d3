// Contacts are scored like leads, and an account has the score of its best person; the time and the decision stand beside the score.
import { expect, test } from 'vitest';
import type { Product } from '../product.ts';
import { live } from './running.ts';

const FIELDS = [
  'Contact.Score__c',
  'Contact.Grade__c',
  'Contact.Scored_At__c',
  'Contact.Decision__c',
  'Account.Score__c',
  'Account.Grade__c',
  'Account.Why__c',
];

function people(product: Product): void {
  const type = (name: string) => (/Score__/.test(name) ? 'Number, precision: 5' : /_At__/.test(name) ? 'DateTime' : 'Text, length: 255');
  const fields = FIELDS.map(
    (name) => `apiVersion: loopctl/v1
kind: CustomField
metadata: {name: ${name}}
spec: {label: ${name.replace(/.*\.|__c/g, '')}, type: ${type(name)}}
`,
  );
  product.write('deploy/people.yaml', fields.join('---\n'));
  product.write(
    'qualify/people.yaml',
    `apiVersion: loopctl/v1
kind: FieldMap
metadata: {name: contact}
spec: {object: Contact, fields: {email: Email, title: Title, account: AccountId}}
---
apiVersion: loopctl/v1
kind: ScoringModel
metadata: {name: people}
spec:
  version: 1.0.0
  object: Contact
  max_score: 30
  fit:
    weight: 20
    components: [{id: seniority, field: title, weight: 20, rules: [{condition: "in:ceo", points: 20}, {condition: "in:director", points: 8}]}]
  intent:
    weight: 10
    components: [{id: mail, field: email, weight: 10, rules: [{condition: exists, points: 10}]}]
  grades: {A: ">= 25", B: ">= 0"}
  writeback:
    score: Score__c
    grade: Grade__c
    scored_at: Scored_At__c
    decision: Decision__c
    decision_url: "https://loopctl.example/api/decisions/{id}"
    account: {score: Score__c, grade: Grade__c, explanation: Why__c}
`,
  );
}

test('the best person makes the score of an account; when that person leaves, the next one does', async () => {
  const one = await live({ events: 'poll: 1s', edit: people });
  const account = await one.org.create('Account', { Name: 'Bayside' });
  const scored = async () => (await one.org.query(`SELECT Score__c, Grade__c, Why__c FROM Account WHERE Id = '${account}'`))[0] ?? {};
  const director = await one.org.create('Contact', { LastName: 'Dee', Title: 'Director', Email: 'd@bayside.example', AccountId: account });
  await one.becomes(async () => (await scored())['Score__c'] === 18);
  const [contact] = await one.org.query(`SELECT Score__c, Grade__c, Scored_At__c, Decision__c FROM Contact WHERE Id = '${director}'`);
  const [decision] = await one.decisions(director);
  expect(contact).toMatchObject({ Score__c: 18, Grade__c: 'B', Decision__c: `https://loopctl.example/api/decisions/${decision?.id}` });
  expect(Date.parse(String(contact?.['Scored_At__c']))).toBeGreaterThan(Date.parse('2020-01-01'));
  const chief = await one.org.create('Contact', { LastName: 'Chi', Title: 'CEO', Email: 'c@bayside.example', AccountId: account });
  await one.becomes(async () => (await scored())['Score__c'] === 30);
  expect(await scored()).toMatchObject({ Grade__c: 'A', Why__c: 'Contact Chi is the best of 2' });
  await one.org.update('Contact', chief, { Title: 'Student', Email: null });
  await one.becomes(async () => (await scored())['Score__c'] === 18);
  expect(await scored()).toMatchObject({ Grade__c: 'B', Why__c: 'Contact Dee is the best of 2' });
  expect((await one.decisions(account)).every(({ loop }) => loop === 'qualify')).toBe(true);
});
