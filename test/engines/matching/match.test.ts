// A lead finds its account: the golden decisions, and that an index gives what a look at every account gives.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexAccounts } from '../../../engines/matching/account-index.ts';
import { emailFacts } from '../../../engines/matching/email-facts.ts';
import { explainMatch } from '../../../engines/matching/explain.ts';
import { leadRecord, matchedAccount } from '../../../engines/matching/facts.ts';
import { matchKeys } from '../../../engines/matching/match-keys.ts';
import { matchLead } from '../../../engines/matching/match.ts';
import { normalName } from '../../../engines/matching/names.ts';
import { compilePolicy } from '../../../engines/matching/policy.ts';
import type { AccountRecord, LeadRecord, Match } from '../../../engines/matching/records.ts';
import { golden } from '../../golden.ts';
import { type MatchingCases, policyOf } from './cases.ts';

const file = golden('cases/demand/matching.json');
const cases = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as MatchingCases);
const policy = compilePolicy();

/** Compared within half of the fourth decimal, as the cases were rounded. */
function shown(match: Match) {
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  return {
    ...match,
    candidates: match.candidates.map(({ evidence, ...rest }) => ({
      ...rest,
      evidence: Object.fromEntries(Object.entries(evidence).map(([piece, value]) => [piece, round(Number(value))])),
    })),
  };
}

describe.skipIf(cases === undefined)('golden decisions', () => {
  const casePolicy = policyOf(cases?.policy);

  test.each(cases?.decisions ?? [])('$id', ({ accounts, lead, expected }) => {
    const table = typeof accounts === 'string' ? (cases?.tables.find(({ id }) => id === accounts)?.accounts ?? []) : accounts;
    expect(shown(matchLead(lead, table, casePolicy))).toEqual(expected);
    expect(shown(matchLead(lead, indexAccounts(table, casePolicy), casePolicy))).toEqual(expected);
    expect(shown(matchLead(lead, table.toReversed(), casePolicy))).toEqual(expected);
  });
});

const accounts: readonly AccountRecord[] = [
  {
    id: '001A',
    name: 'Acme Inc.',
    website: 'https://www.acme.com',
    country: 'US',
    state: 'CA',
    postal: '94105',
    phone: '+1 415 555 0100',
    owner: 'ae1',
  },
  {
    id: '001B',
    name: 'Acme UK Ltd',
    website: 'acme.co.uk',
    email_domains: ['acme.com'],
    country: 'GB',
    owner: 'ae2',
    parent: '001A',
    level: 1,
  },
  { id: '001C', name: 'Globex GmbH', email_domains: ['gmail.com'], country: 'DE', postal: '80331', owner: 'ae3' },
];

describe('decisions', () => {
  test('the domain decides; a subsidiary with another owner is told', () => {
    const match = matchLead({ email: 'jane@mail.acme.com' }, accounts, policy);
    expect(match).toMatchObject({
      decision: 'match',
      account: '001A',
      tied: ['001A', '001B'],
      tie_break: 'hierarchy_level',
      owner_conflict: true,
    });
    expect(explainMatch(match, (id) => accounts.find((one) => one.id === id)?.name ?? id)).toEqual([
      'Acme Inc. matches: 100 % (same domain).',
      'Of Acme Inc., Acme UK Ltd it was chosen because it stands higher in its hierarchy.',
      'An account above or below it, with another owner, is as good.',
    ]);
  });

  test('a name alone is for a person; with the same postal code it is enough', () => {
    expect(matchLead({ email: 'a@gmail.com', company: 'globex' }, accounts, policy)).toMatchObject({ decision: 'review', account: '001C' });
    const match = matchLead({ email: 'a@gmail.com', company: 'globex', country: 'de', postal: '80331' }, accounts, policy);
    expect(match).toMatchObject({ decision: 'match', account: '001C', score: 1 });
  });

  test('a free mailbox is never a key, even where an account lists it', () => {
    const match = matchLead({ email: 'somebody@gmail.com', company: 'Initech' }, accounts, policy);
    expect(match).toMatchObject({ decision: 'none', account: null });
    expect(explainMatch(match)).toHaveLength(1);
  });

  test('an account that was fetched by two keys is one account', () => {
    const lead = { email: 'jane@acme.co.uk' };
    expect(matchLead(lead, [...accounts, ...accounts], policy)).toEqual(matchLead(lead, accounts, policy));
  });

  test('thresholds of a policy decide', () => {
    const strict = compilePolicy({ match: 0.95, review: 0.9 });
    expect(matchLead({ company: 'globex' }, accounts, strict)).toMatchObject({ decision: 'review', score: 0.94 });
    const lax = compilePolicy({ review: 0.95, match: 0.99 });
    expect(matchLead({ email: 'a@acme.com', company: 'Something else' }, accounts, lax).decision).toBe('none');
  });
});

const words = fc.constantFrom('acme', 'acmee', 'globex', 'globexx', 'north', 'wind', 'Inc.', 'GmbH', 'The');
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const places = {
  country: optional(fc.constantFrom('US', 'us', 'DE')),
  state: optional(fc.constantFrom('CA', 'NY')),
  postal: optional(fc.constantFrom('94105', '94105-1234', '80331')),
  phone: optional(fc.constantFrom('+1 415 555 0100', '5550100', '4155550199', '12')),
};
const names = optional(fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')));
const hosts = fc.constantFrom('acme.com', 'www.acme.com', 'globex.de', 'gmail.com', 'x.github.io', 'nothing');
const defined = <T extends object>(record: T) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
const anyLead = fc
  .record({ company: names, email: optional(hosts.map((host) => `a@${host}`)), website: optional(hosts), ...places })
  .map((lead) => defined(lead) as LeadRecord);
const anyAccounts: fc.Arbitrary<readonly AccountRecord[]> = fc
  .array(
    fc.record({
      name: names,
      website: optional(hosts),
      email_domains: fc.array(hosts, { maxLength: 2 }),
      owner: fc.constantFrom('ae1', 'ae2'),
      is_customer: fc.boolean(),
      level: fc.nat({ max: 2 }),
      ...places,
    }),
    { maxLength: 12 },
  )
  .map((records) => records.map((record, at) => ({ ...defined(record), id: `A${at}` })));

describe('properties', () => {
  test('an index leaves nobody out, and the order of accounts is of no account', () => {
    fc.assert(
      fc.property(anyLead, anyAccounts, (lead, all) => {
        const match = matchLead(lead, all, policy);
        expect(matchLead(lead, indexAccounts(all, policy), policy)).toEqual(match);
        expect(matchLead(lead, all.toReversed(), policy)).toEqual(match);
      }),
    );
  });

  test('without a domain in common no name alone makes a match', () => {
    fc.assert(
      fc.property(anyLead, anyAccounts, (lead, all) => {
        const matches = matchLead(lead, all, policy).candidates.filter(({ decision }) => decision === 'match');
        const alone = matches.filter(({ evidence }) => evidence.domain !== 1 && evidence.geo !== 1 && evidence.phone !== 1);
        expect(alone).toEqual([]);
      }),
    );
  });
});

describe('keys to fetch by', () => {
  test('domains, spellings of the beginning of the name, postal code, last digits', () => {
    const lead = {
      email: 'a@mail.acme.com',
      website: 'acme.de',
      company: 'The J.P. Müller & Co.',
      country: 'de',
      postal: '80 331',
      phone: '+49 89 5550 0123',
    };
    expect(matchKeys(lead, policy)).toEqual({
      domains: ['acme.com', 'acme.de'],
      name_prefixes: ['jp muller', 'j.p. müller', 'j.p.', 'the jp muller', 'the j.p. müller', 'the j.p.'],
      postal: { country: 'DE', code: '80331' },
      phone_tail: '5500123',
    });
  });

  test('nothing known, nothing asked', () => {
    expect(matchKeys({ email: 'a@gmail.com' }, policy)).toEqual({ domains: [], name_prefixes: [], postal: null, phone_tail: null });
  });

  test('an account whose name begins alike is found by one of the prefixes', () => {
    for (const [company, account] of [
      ['Société Générale', 'Societe Generale SA'],
      ['Home Depot', 'The Home Depot, Inc.'],
      ['A-Mark Precious Metals', 'A-MARK PRECIOUS METALS'],
      ['JP Morgan Chase', 'J.P. Morgan Chase & Co.'],
      ['J.P. Morgan Chase', 'JP Morgan Chase'],
    ] as const) {
      const { name_prefixes } = matchKeys({ company }, policy);
      expect(normalName(company)).toBe(normalName(account));
      expect(name_prefixes.filter((prefix) => account.toLowerCase().startsWith(prefix))).not.toEqual([]);
    }
  });
});

test('facts of a mail address', () => {
  expect(emailFacts('jane@mail.acme.co.uk', policy)).toEqual({ email_kind: 'company', email_domain: 'acme.co.uk' });
  expect(emailFacts('jane@gmail.com', policy)).toEqual({ email_kind: 'free', email_domain: 'gmail.com' });
  expect(emailFacts('jane@mailinator.com', policy)).toEqual({ email_kind: 'disposable', email_domain: 'mailinator.com' });
  expect(emailFacts('jane@shop.myshopify.com', policy)).toEqual({ email_kind: 'hosted', email_domain: 'shop.myshopify.com' });
  for (const wrong of ['jane@', 'acme.com', 'a b@acme.com', '@acme.com', 42, 'jane@localhost'])
    expect(emailFacts(wrong, policy)?.email_kind).toBe('invalid');
  for (const none of [undefined, null, ' ']) expect(emailFacts(none, policy)).toBeUndefined();
});

describe('facts', () => {
  const accountOf = (id: string) => accounts.find((one) => one.id === id);
  const facts = { company: 'Globex', email: 'a@gmail.com', billing_country: 'DE', score: 91 };

  test('a record is read by the names of its FieldMap, a postal code that came as a number too', () => {
    const match = matchLead(leadRecord({ ...facts, billing_postal: 80331 }), accounts, policy);
    expect(matchedAccount(match, accountOf)).toEqual({
      id: '001C',
      is_customer: false,
      open_opportunity: false,
      owner: 'ae3',
      owner_active: true,
      owner_conflict: false,
    });
  });

  test('an account that is still to be reviewed is none yet', () => {
    const match = matchLead(leadRecord(facts), accounts, policy);
    expect(match).toMatchObject({ decision: 'review', account: '001C' });
    expect(matchedAccount(match, accountOf)).toBeNull();
  });
});
