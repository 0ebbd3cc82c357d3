// The demo: people with a role hierarchy, 200 accounts, 500 leads, 150 opportunities with their history, from a fixed seed.
// Everything lies so many days before the day on which it is made.
import { seedAccounts, seedLeads } from './accounts.ts';
import type { Seeded } from './base.ts';
import { seedDeals } from './deals.ts';
import { seedEngagement } from './engagement.ts';
import { type DemoPerson, SMALL_ROSTER, seedPeople } from './people.ts';
import { createDice } from './random.ts';

export type { DemoPerson } from './people.ts';

const SEED = 20_270_201;

export function seedDemo({ work, profiles }: Seeded, roster: readonly DemoPerson[] = SMALL_ROSTER): void {
  const dice = createDice(SEED);
  const people = seedPeople(work, profiles.get('Standard User') ?? '', roster.length === 0 ? SMALL_ROSTER : roster);
  const executives = people.filter(({ role }) => role === 'AE');
  const sellers = executives.length === 0 ? people : executives;
  const accounts = seedAccounts(work, dice, sellers);
  const leads = seedLeads(work, dice, sellers, work.caller.userId, accounts);
  const deals = seedDeals(work, dice, accounts);
  seedEngagement(work, dice, accounts, deals, leads, people);
  for (const [DeveloperName, MasterLabel, RoleType] of [
    ['OpportunityRevenue', 'Opportunity Revenue', 'R'],
    ['OpportunityRevenueByTerritory', 'Opportunity Revenue by Territory', 'T'],
  ] as const) {
    work.rows.insert(work, 'ForecastingType', {
      DeveloperName,
      MasterLabel,
      RoleType,
      IsActive: 1,
      IsAmount: 1,
      DateType: 'OpportunityCloseDate',
    });
  }
}
