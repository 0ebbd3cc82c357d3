// Accounts found by what they may share with a lead: everything that agrees is among them, in a few calls, and no key gets out of its quotes.
import { expect, test } from 'vitest';
import { salesforce } from '../../adapters/salesforce/crm.ts';
import type { CandidateKeys, FoundAccount } from '../../ports/candidates.ts';
import { openOrg } from '../sandbox/org.ts';

const NONE: CandidateKeys = { domains: [], name_prefixes: [], postal: null, phone_tail: null };
const BY = { website: 'Website', name: 'Name', phone: 'Phone', postal: 'BillingPostalCode' };
const OWNER = 'ae.west@acme.example';

async function open(accounts: readonly object[] = []) {
  const org = await openOrg();
  const owner = await org.addUser(OWNER);
  const ids = await org.createAll(
    'Account',
    accounts.map((account) => ({ OwnerId: owner, ...account })),
  );
  const crm = salesforce({ kind: 'token', instanceUrl: org.url, accessToken: org.token });
  const search = (keys: Partial<CandidateKeys>) => crm.records.candidates({ ...NONE, ...keys }, BY, ['Name', 'Type']);
  const names = async (keys: Partial<CandidateKeys>) =>
    (await search(keys)).accounts.map(({ fields }) => String(fields['Name'])).toSorted();
  return { org, crm, ids, search, names };
}

const named = (fields: object) => ({ Name: JSON.stringify(Object.values(fields)), ...fields });

test('a website is found however it is written, and what only ends or goes on like it is not', async () => {
  const written = ['acme.com', 'https://acme.com/x', 'http://www.ACME.com', 'shop.acme.com', '//acme.com'].map((Website) =>
    named({ Website }),
  );
  const others = ['notacme.com', 'acme.co', 'example.com/acme'].map((Website) => named({ Website }));
  const { names } = await open([...written, ...others]);
  expect(await names({ domains: ['acme.com'] })).toEqual(written.map(({ Name }) => Name).sort());
});

test('a domain beyond ASCII is found as machines and as people write it', async () => {
  const written = [named({ Website: 'https://müller.example' }), named({ Website: 'xn--mller-kva.example' })];
  const { names } = await open(written);
  expect(await names({ domains: ['xn--mller-kva.example'] })).toHaveLength(2);
});

test('a phone is found by its end, a postal code with or without what follows it', async () => {
  const phones = ['+1 (415) 555-0100', '4155550100', '415 555 01 00', '+49 30 5550100', '41 55 55 01 00'].map((Phone) => named({ Phone }));
  const codes = ['94105', '94105-1234'].map((BillingPostalCode) => named({ BillingPostalCode }));
  const { names } = await open([...phones, named({ Phone: '415 555 0101' }), ...codes, named({ BillingPostalCode: 'SW1A 1AA' })]);
  expect(await names({ phone_tail: '5550100' })).toEqual(phones.map(({ Name }) => Name).sort());
  expect(await names({ postal: { code: '94105' } })).toEqual(codes.map(({ Name }) => Name).sort());
  expect(await names({ postal: { code: 'SW1A1AA' } })).toHaveLength(1);
});

test('names are found by their beginning, whatever characters they hold, and no key ends its statement', async () => {
  const odd = ["O'Brien & Sons", '100% Pure', 'A_B', 'back\\slash "quoted"', 'Über GmbH'];
  const { names } = await open([...odd, '1000 Pure', 'AxB'].map((Name) => ({ Name })));
  for (const name of odd) expect(await names({ name_prefixes: [name.toLowerCase()] })).toEqual([name]);
  expect(await names({ name_prefixes: ["x') OR Name LIKE '%", "\\') OR (Name != '"], domains: ["a.com' OR Name != '"] })).toEqual([]);
});

test('no keys: nothing is asked', async () => {
  const { crm, search } = await open([{ Name: 'Acme' }]);
  const before = crm.calls().read;
  expect(await search({})).toEqual({ accounts: [], cut: false });
  expect(crm.calls().read).toBe(before);
});

test('what tells accounts apart comes with them: owner, hierarchy, open opportunities, contacts', async () => {
  const { org, ids, search } = await open([{ Name: 'Acme', Type: 'Customer - Direct' }, { Name: 'Acme West' }, { Name: 'Elsewhere' }]);
  const [top = '', below = '', other = ''] = ids;
  await org.update('Account', below, { ParentId: top });
  await org.create('Contact', { LastName: 'Lee', Email: 'lee@Mail.acme.com', AccountId: other });
  await org.create('Contact', { LastName: 'Ray', Email: 'ray@acme-west.com', AccountId: below });
  await org.create('Opportunity', { Name: 'Deal', AccountId: below, StageName: 'Prospecting', CloseDate: '2027-01-31' });
  await org.create('Opportunity', { Name: 'Old', AccountId: top, StageName: 'Closed Won', CloseDate: '2026-01-31' });
  const { accounts, cut } = await search({ name_prefixes: ['acme'], domains: ['acme.com'] });
  expect(cut).toBe(false);
  const by = new Map(accounts.map((account) => [account.id, account]));
  expect([...by.keys()].sort()).toEqual([...ids].sort());
  expect(by.get(top)).toMatchObject({
    fields: { Name: 'Acme', Type: 'Customer - Direct' },
    owner: OWNER,
    ownerActive: true,
    parent: null,
    above: 0,
    openOpportunity: false,
    emailDomains: [],
  } satisfies Partial<FoundAccount>);
  expect(by.get(below)).toMatchObject({ parent: top, above: 1, openOpportunity: true, emailDomains: ['acme-west.com'] });
  expect(new Set(by.get(other)?.emailDomains)).toEqual(new Set(['acme.com', 'mail.acme.com']));
});

test('where a key finds more than is looked at it is said, and the account with the domain is there all the same', async () => {
  const { org, crm, search } = await open(Array.from({ length: 200 }, (_, at) => ({ Name: `Bank ${at}` })));
  expect((await search({ name_prefixes: ['bank'] })).cut).toBe(false);
  await org.create('Account', { Name: 'Bank of Elsewhere', Website: 'bank.example' });
  await org.create('Account', { Name: 'Bank of Nowhere' });
  const found = await search({ name_prefixes: ['bank'], domains: ['bank.example'] });
  expect(found.accounts.map(({ fields }) => fields['Name'])).toContain('Bank of Elsewhere');
  expect(found.cut).toBe(true);
  const before = crm.calls().read;
  await search({ name_prefixes: ['bank', 'the bank'], domains: ['bank.example'], postal: { code: '94105' }, phone_tail: '5550100' });
  expect(crm.calls().read - before).toBeLessThanOrEqual(6);
});

test('many records at once: each finds its own, in calls that they share', async () => {
  const bank = (at: number) => ({ Name: `Bank ${at}`, Website: `bank${at}.example` });
  const { org, crm } = await open(Array.from({ length: 200 }, (_, at) => bank(at)));
  await org.createAll('Account', [200, 201, 202].map(bank));
  const [account] = await org.createAll('Account', [{ Name: 'Only Contacts' }]);
  await org.create('Contact', { LastName: 'Lee', Email: 'lee@mail.contacts.example', AccountId: account });
  const own = Array.from({ length: 200 }, (_, at) => ({ ...NONE, domains: [`bank${at}.example`], name_prefixes: [`bank ${at}`] }));
  const others = [
    { ...NONE, name_prefixes: ['bank'] },
    { ...NONE, domains: ['contacts.example'] },
    { ...NONE, ids: [account ?? ''] },
  ];
  const before = crm.calls().read;
  const { accounts, cut } = await crm.records.candidatesOfMany([...own, ...others], BY, ['Name']);
  expect(crm.calls().read - before).toBeLessThanOrEqual(60);
  const names = new Set(accounts.map(({ fields }) => fields['Name']));
  for (let at = 0; at < 200; at += 1) expect(names).toContain(`Bank ${at}`);
  expect(accounts.find(({ id }) => id === account)).toMatchObject({
    emailDomains: ['mail.contacts.example'],
    ownerId: expect.any(String) as string,
  });
  expect(cut).toEqual([...own, ...others].map(() => false));
  const alone = await crm.records.candidatesOfMany([{ ...NONE, name_prefixes: ['bank'] }], BY, ['Name']);
  expect(alone.cut).toEqual([true]);
});
