// How long leads take to find their account among 100,000, beside a floor written for this data alone (one look into a map of domains, no
// names, no evidence). The answers are compared with a look at every account. `node bin/with-node.js bench/matching.ts`
import { getDomain } from 'tldts';
import { indexAccounts } from '../engines/matching/account-index.ts';
import { matchLead } from '../engines/matching/match.ts';
import { compilePolicy } from '../engines/matching/policy.ts';
import type { AccountRecord, LeadRecord } from '../engines/matching/records.ts';

const ACCOUNTS = 100_000;
const LEADS = 20_000;
const COMPARED = 20;

const policy = compilePolicy();
const accounts: readonly AccountRecord[] = Array.from({ length: ACCOUNTS }, (_, at) => ({
  id: `001${String(at).padStart(9, '0')}`,
  name: `${nameOf(at)} ${['Inc.', 'GmbH', 'Co., Ltd.', 'S.A.'][at % 4]}`,
  website: `https://www.${nameOf(at).toLowerCase().replaceAll(' ', '-')}.com/about`,
  country: 'US',
  postal: String(10_000 + (at % 5_000)),
  phone: `+1 ${200 + (at % 700)} ${String(at).padStart(7, '0')}`,
  owner: `005${at % 100}`,
}));
const leads: readonly LeadRecord[] = Array.from({ length: LEADS }, (_, at) => leadOf((at * 7919) % ACCOUNTS, at % 4));

const index = measured(`${ACCOUNTS} accounts read and indexed`, ACCOUNTS, () => indexAccounts(accounts, policy));
const matched = measured('leads matched: domain, name, postal code, phone', LEADS, () =>
  leads.map((lead) => matchLead(lead, index, policy)),
);
const byDomain = new Map(accounts.map(({ id, website }) => [getDomain(website ?? ''), id]));
const floor = measured('leads looked up by domain alone', LEADS, () =>
  leads.map(({ email }) => byDomain.get(getDomain(email ?? '')) ?? null),
);

for (let at = 0; at < LEADS; at += LEADS / COMPARED) {
  const every = matchLead(leads[at] as LeadRecord, accounts, policy);
  if (JSON.stringify(every) !== JSON.stringify(matched[at]))
    throw new Error(`lead ${at}: the index gives another answer than all accounts`);
}
const disagreed = matched.filter(
  ({ decision, account }, at) => floor[at] !== null && !(decision === 'match' && account === floor[at]),
).length;
const found = matched.filter(({ decision }) => decision === 'match').length;
console.log(
  `${found} matches, ${floor.filter((id) => id !== null).length} of them known by domain alone; ${disagreed} of these decided otherwise; ${COMPARED} compared with all accounts: equal`,
);

function nameOf(at: number): string {
  const parts = ['Nor', 'Vel', 'Tra', 'Mon', 'Qui', 'Zen', 'Bal', 'Cor', 'Dru', 'Fen'];
  return String(at)
    .padStart(5, '0')
    .split('')
    .map((digit) => parts[Number(digit)])
    .join('')
    .replace(/^(.{6})/, '$1 ');
}

/** By mail, by name and postal code, by name and phone, or nobody. */
function leadOf(at: number, sort: number): LeadRecord {
  const account = accounts[at] as AccountRecord;
  if (sort === 0) return { email: `jane@mail.${nameOf(at).toLowerCase().replaceAll(' ', '-')}.com`, company: nameOf(at) };
  if (sort === 1) return { email: 'jane@gmail.com', company: nameOf(at).toUpperCase(), country: 'us', postal: account.postal ?? '' };
  if (sort === 2) return { email: 'jane@gmail.com', company: `The ${nameOf(at)}`, phone: account.phone ?? '' };
  return { email: 'jane@nobody.example', company: 'Nobody Ltd', country: 'US', postal: account.postal ?? '' };
}

function measured<T>(what: string, n: number, run: () => T): T {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  console.log(`${took.toFixed(0).padStart(6)} ms  ${((took * 1000) / n).toFixed(1).padStart(6)} µs each  ${what}`);
  return result;
}
