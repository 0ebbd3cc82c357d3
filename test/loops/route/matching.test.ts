// The golden matching decisions through the loop and the host's answer to it: the accounts of a case are what the org would find.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../engines/matching/records.ts';
import { accountAnswers } from '../../../controller/matching/known.ts';
import { type Ended, runLoop } from '../../../controller/loops/run.ts';
import type { Decide } from '../../../loops/decide.ts';
import type { FactValue, LoopDescriptor, Snapshot } from '../../../loops/loop.ts';
import type { Request } from '../../../loops/requests.ts';
import { route } from '../../../loops/route/loop.ts';
import type { FoundAccount } from '../../../ports/candidates.ts';
import type { CrmRecords } from '../../../ports/records.ts';
import { golden } from '../../golden.ts';
import type { MatchingCases } from '../../engines/matching/cases.ts';
import { snapshotOfFixture } from '../snapshot.ts';

const path = golden('cases/demand/matching.json');
const cases = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as MatchingCases);
const NOW = Date.parse('2026-11-21T12:00:00Z');
const LEAD = '00Q000000000001AAA';

describe.skipIf(cases === undefined)('golden matching through the loop', () => {
  const snapshot = cases === undefined ? snapshotOfFixture() : organisation(cases.policy);
  const world = route.compile(snapshot);

  it.each(cases?.decisions ?? [])('$id', async ({ accounts, lead, expected }) => {
    const table = typeof accounts === 'string' ? (cases?.tables.find(({ id }) => id === accounts)?.accounts ?? []) : accounts;
    const match = accountAnswers(
      async () => ({ ok: true, value: orgWith(table) }),
      () => new Date(NOW),
    );
    const { email, company, website, phone, country, state, postal } = lead;
    const record = {
      Email: email ?? null,
      Company: company ?? null,
      Website: website ?? null,
      Phone: phone ?? null,
      Country: country ?? null,
      State: state ?? null,
      PostalCode: postal ?? null,
      OwnerId: '00G000000000001AAA',
      'Owner.Type': 'Queue',
    };
    const made = await decided(snapshot, world, record, match);
    const { matched_account: found } = made.outcome as { readonly matched_account?: { readonly id: string; readonly confidence: number } };
    const isMatch = expected.decision === 'match';
    expect(found === undefined ? null : found.id).toBe(isMatch ? expected.account : null);
    expect(found?.confidence ?? 0).toBeCloseTo(isMatch ? (expected.score ?? -1) : 0, 4);
    // Between the thresholds people are asked, with all that it may be, the best first; else they are not.
    const asked = made.review?.options.map(({ id }) => id);
    expect(asked).toEqual(expected.decision === 'review' ? [...expected.candidates.map(({ account }) => account), 'none'] : undefined);
    expect(made.review?.proposal?.option).toBe(expected.decision === 'review' ? expected.account : undefined);
    const seen = made.trace.find(({ rule }) => rule === 'MatchPolicy');
    expect(seen?.result ?? 'none').toBe(expected.decision);
  });
});

async function decided(snapshot: Snapshot, world: unknown, record: object, match: ReturnType<typeof accountAnswers>): Promise<Decide> {
  const known = (value: unknown): FactValue => ({ value, source: 'org', at: new Date(NOW).toISOString() });
  const answer = (request: Request): FactValue | Promise<FactValue> => {
    if (request.kind === 'match') return match(request, snapshot.resources);
    if (request.kind === 'crm') return known(record);
    if (request.kind === 'people') return known({ absent: [], standing: {} });
    if (request.kind === 'state') return known(Object.fromEntries(request.keys.map((key) => [key, { version: 0, value: null }])));
    return known(request.kind === 'ids' ? {} : null);
  };
  const event = { object: 'Lead', id: LEAD, live: true };
  const run = { loop: route as unknown as LoopDescriptor, world, event, turn: 'turn', now: NOW };
  const { end } = await runLoop<Ended>(run, answer, (value) => ({ kind: 'taken', value }));
  if (end.kind !== 'decide') throw new Error(JSON.stringify(end));
  return end;
}

/** Rules that ask for the account, and the policy of the cases. */
function organisation({ free_mail, disposable, hosted, legal_forms_end, legal_forms_start, ...policy }: MatchingCases['policy']): Snapshot {
  const { id, resources } = snapshotOfFixture();
  const lead = resources['FieldMap/lead'] as { readonly object: string; readonly fields: object };
  const account = resources['FieldMap/account'] as typeof lead;
  const rules = resources['RoutingRuleSet/inbound-leads'] as object;
  const known = {
    id: 'known_account',
    priority: 10,
    enabled: true,
    when: 'matched_account.exists',
    action: { assign_to_queue: 'general' },
  };
  return {
    id,
    resources: {
      ...resources,
      'FieldMap/lead': { ...lead, fields: { ...lead.fields, phone: 'Phone', website: 'Website' } },
      'FieldMap/account': { ...account, fields: { ...account.fields, phone: 'Phone' } },
      'RoutingRuleSet/inbound-leads': { ...rules, rules: [known] },
      'MatchPolicy/cases': {
        ...policy,
        free_mail: { add: free_mail },
        disposable: { add: disposable },
        hosted: { add: hosted },
        legal_forms: { add: legal_forms_end },
        legal_forms_in_front: { add: legal_forms_start },
      },
    },
  };
}

/** Stands in for an org: it has these accounts, and finds all of them, whatever is looked for; weighing is the matcher's. */
function orgWith(table: readonly AccountRecord[]): CrmRecords {
  const found = table.map(
    (account): FoundAccount => ({
      id: account.id,
      fields: {
        Name: account.name ?? null,
        Website: account.website ?? null,
        Phone: account.phone ?? null,
        BillingCountry: account.country ?? null,
        BillingState: account.state ?? null,
        BillingPostalCode: account.postal ?? null,
        Type: account.is_customer === true ? 'Customer' : null,
      },
      owner: account.owner ?? null,
      ownerId: null,
      ownerActive: account.owner_active !== false,
      parent: account.parent ?? null,
      above: account.level ?? 0,
      created: account.created ?? null,
      lastActivity:
        account.activity === undefined || account.activity === null ? null : `2026-01-${String(account.activity).padStart(2, '0')}`,
      openOpportunity: account.open_opportunity === true,
      emailDomains: account.email_domains ?? [],
    }),
  );
  const search = async (keys: readonly unknown[]) => ({ accounts: found, cut: keys.map(() => false) });
  return { candidatesOfMany: search, childrenOf: async () => [] } as Partial<CrmRecords> as CrmRecords;
}
