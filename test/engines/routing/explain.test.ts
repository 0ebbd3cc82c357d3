// The two decisions that the product was described by, said in its own words; and what is said of everything else.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainRoute } from '../../../engines/routing/explain.ts';
import { momentOf } from '../../../engines/routing/rules.ts';
import { golden } from '../../golden.ts';
import { routingOf, todayOf } from './world.ts';

const path = golden('cases/demand/routing.json');
const folder = golden('cases/demand/organisation');

describe.skipIf(path === undefined || folder === undefined)('the examples of the description', () => {
  interface Cases {
    as_of: string;
    open_counts: Record<string, number>;
    explanation_record: Record<string, unknown>;
    cases: { id: string; facts: Record<string, unknown>; state?: { unavailable?: string[] } }[];
  }
  const cases: Cases | undefined = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as Cases);
  const routing = folder === undefined ? undefined : routingOf(folder, 'Lead');

  function explained(id: string, evidence?: Parameters<typeof explainRoute>[3]) {
    const one = cases?.cases.find((found) => found.id === id);
    if (one === undefined || cases === undefined || routing === undefined) throw new Error(`no case ${id}`);
    const moment = momentOf(Date.parse(cases.as_of));
    const today = todayOf(routing, { day: moment.day, open: cases.open_counts, away: one.state?.unavailable ?? [] });
    return explainRoute(routing, today, { id, facts: one.facts, moment, agent: null }, evidence);
  }

  it('gives the explanation record of the description, word for word', () => {
    const inputs = { billing_country: 'US', billing_state: 'CA', billing_city: 'San Francisco' };
    const { route, explanation } = explained('seed-explanation-example', { level: 'city', value: 'San Francisco', inputs });
    expect({
      case: 'seed-explanation-example',
      rule_matched: `${route.rule_matched} (priority ${route.priority})`,
      action: route.action,
      territory: 'territory' in route.target ? route.target.territory : undefined,
      owner: explanation.owner,
      method: route.method,
      confidence: route.confidence,
      inputs: explanation.inputs,
      reasoning: explanation.reasoning,
      logged_at: cases?.as_of,
    }).toEqual(cases?.explanation_record);
  });

  it('says why 91 points go to the rep with the fewest open records', () => {
    const { route, explanation } = explained('seed-worked-example');
    expect(route.rule_matched).toBe('a_grade_na_commercial');
    expect(explanation).toEqual({
      owner: 'ae-na-2 (AE)',
      inputs: { grade: 'A', segment: 'commercial', billing_country: 'US' },
      reasoning:
        "a_grade_na_commercial holds: grade is 'A', segment is 'commercial', billing_country is 'US'. ae-na-2 is next of pool/na-commercial.",
      trace: [
        { rule: 'existing_customer_domain', result: 'false', because: 'matched_account.is_customer is missing' },
        { rule: 'a_grade_na_commercial', result: 'true', because: "grade is 'A', segment is 'commercial', billing_country is 'US'" },
        { rule: 'ae-na-1', result: 'waits', because: 'has 12 open records' },
        { rule: 'ae-na-2', result: 'taken', because: 'has 9 open records, the fewest' },
        { rule: 'ae-na-3', result: 'waits', because: 'has 10 open records' },
      ],
      alternatives: [
        { kind: 'rule', name: 'geography_territory' },
        { kind: 'seat', name: 'ae-na-1' },
        { kind: 'seat', name: 'ae-na-3' },
      ],
    });
  });

  it('has a sentence for every case, without a gap in it', () => {
    for (const { id } of cases?.cases ?? []) {
      const { explanation } = explained(id);
      expect(explanation.reasoning).toMatch(/^\S.*\.$/);
      expect(explanation.reasoning).not.toMatch(/undefined|null|\[object|  | \./);
      for (const entry of explanation.trace) expect(entry.because).not.toBe('');
    }
  });

  it.each([
    ['customer-owner-gone-no-territory', 'existing_customer_domain finds nobody, so the default takes it. It waits in queue/general.'],
    ['cascade-ams-central-wisconsin', 'The seat is open; ae-interim-1 stands in for ams/central/wisconsin.'],
    ['cascade-emea-nordics', 'Nobody covers the open seat; it waits in queue/emea-triage.'],
    ['pool-nobody-at-all', 'Nobody of pool/na-backup can take it; it waits in queue/general.'],
    ['worked-but-customer', 'existing_customer_domain holds: matched_account.is_customer is true. ae-owner-1 owns Northwind Demo.'],
    [
      'worked-but-customer-owner-gone',
      'The owner of Northwind Demo is not there, so ams/west/mountain has it. Primary AE found via UserTerritory2.',
    ],
    ['agent-none', 'The agent gave no answer; a person looks at it.'],
    ['healthcare-user-away', 'healthcare finds nobody, so the default takes it. It waits in queue/general.'],
    ['size-edge-999.5', 'No rule holds. It waits in queue/general.'],
  ])('%s', (id, ending) => expect(explained(id).explanation.reasoning.endsWith(ending)).toBe(true));
});
