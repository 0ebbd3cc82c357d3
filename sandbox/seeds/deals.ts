// Opportunities with their history: each went from stage to stage, some slipped, some grew, most ended.
import type { Work } from '../rows/work.ts';
import type { Row } from '../schema/field.ts';
import { CATEGORY_NAMES, STAGES, type Stage } from '../schema/values.ts';
import { type SeededAccount, audited } from './accounts.ts';
import type { Dice } from './random.ts';

const DAY = 86_400_000;
const DEALS = 150;
const SOURCES = ['Web', 'Referral', 'Webinar', 'Demo Request', 'Phone Inquiry'];
const ROLES = ['Decision Maker', 'Economic Buyer', 'Influencer', 'Evaluator', 'Executive Sponsor'];
const STEPS = ['Send proposal', 'Meet the economic buyer', 'Security review', 'Agree on a mutual plan', null];

export interface SeededDeal {
  readonly id: string;
  readonly accountId: string;
  readonly ownerId: string;
  readonly created: number;
  readonly ended: number | null;
}

interface Version {
  readonly at: number;
  readonly stage: Stage;
  readonly amount: number;
  readonly closeDate: string;
}

const OPEN_STAGES = STAGES.filter(({ closed }) => !closed);
const WON = STAGES.find(({ won }) => won) as Stage;
const LOST = STAGES.find(({ closed, won }) => closed && !won) as Stage;

export function seedDeals(work: Work, dice: Dice, accounts: readonly SeededAccount[]): SeededDeal[] {
  return Array.from({ length: DEALS }, (_, index) => {
    const account = dice.pick(accounts);
    const end = index % 3 === 0 ? null : index % 5 < 3 ? WON : LOST;
    const versions = versionsOf(work, dice, account, end);
    const [first, last] = [versions[0] as Version, versions[versions.length - 1] as Version];
    const id = seedDeal(work, dice, account, first, last, versions);
    seedHistory(work, id, account.ownerId, versions);
    const contacts = account.contacts.slice(0, dice.between(1, account.contacts.length));
    for (const [rank, ContactId] of contacts.entries()) {
      work.rows.insert(work, 'OpportunityContactRole', {
        OpportunityId: id,
        ContactId,
        Role: dice.pick(ROLES),
        IsPrimary: rank === 0 ? 1 : 0,
        ...audited(first.at, account.ownerId),
      });
    }
    return { id, accountId: account.id, ownerId: account.ownerId, created: first.at, ended: end ? last.at : null };
  });
}

/** From the first stage up to where it stands now, or to its end. */
function versionsOf(work: Work, dice: Dice, account: SeededAccount, end: Stage | null): Version[] {
  const length = dice.between(30, 150);
  const created = work.now - (end ? dice.between(length + 5, length + 330) : dice.between(5, 120)) * DAY;
  const reached = end === WON ? OPEN_STAGES.length : dice.between(1, OPEN_STAGES.length - 1);
  const path = OPEN_STAGES.slice(0, reached).filter((_, index) => index === 0 || dice.chance(0.7));
  const until = end ? created + length * DAY : work.now;
  let amount = Math.round((account.employees * dice.between(40, 160)) / 500) * 500 + 5000;
  let close = created + (length + dice.between(0, 20)) * DAY;
  const versions: Version[] = [];
  for (const [index, stage] of path.entries()) {
    const at = created + Math.floor(((until - created) * index) / (path.length + (end ? 1 : 0.5)));
    if (index > 0 && dice.chance(0.3)) amount = Math.round((amount * (0.7 + dice.next() * 0.7)) / 500) * 500;
    if (index > 0 && dice.chance(0.35)) close += dice.between(14, 60) * DAY;
    versions.push({
      at: second(at),
      stage,
      amount,
      closeDate: dayOf(!end && close < work.now ? work.now + dice.between(-10, 75) * DAY : close),
    });
  }
  if (end) versions.push({ at: second(until), stage: end, amount, closeDate: dayOf(until) });
  return versions;
}

function second(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function seedDeal(work: Work, dice: Dice, account: SeededAccount, first: Version, last: Version, versions: readonly Version[]): string {
  const [year = 0, month = 1] = last.closeDate.split('-').map(Number);
  return work.rows.insert(work, 'Opportunity', {
    Name: `${account.name} - ${account.customer ? 'Expansion' : 'New Business'}`,
    AccountId: account.id,
    Type: account.customer ? 'Existing Customer - Upgrade' : 'New Customer',
    LeadSource: dice.pick(SOURCES),
    NextStep: last.stage.closed ? null : dice.pick(STEPS),
    ...forecastOf(last),
    IsClosed: last.stage.closed ? 1 : 0,
    IsWon: last.stage.won ? 1 : 0,
    ForecastCategoryName: CATEGORY_NAMES[last.stage.category],
    FiscalYear: year,
    FiscalQuarter: Math.ceil(month / 3),
    LastStageChangeDate: versions.length > 1 ? last.at : null,
    OwnerId: account.ownerId,
    ...audited(first.at, account.ownerId, last.at),
  });
}

function forecastOf({ stage, amount, closeDate }: Version): Row {
  return {
    StageName: stage.name,
    Amount: amount,
    CloseDate: closeDate,
    Probability: stage.probability,
    ForecastCategory: stage.category,
    ExpectedRevenue: (amount * stage.probability) / 100,
  };
}

function seedHistory(work: Work, OpportunityId: string, by: string, versions: readonly Version[]): void {
  const made = (at: number): Row => ({ CreatedDate: at, CreatedById: by, SystemModstamp: at });
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1];
    const previous: Row = { PrevAmount: before?.amount ?? null, PrevCloseDate: before?.closeDate ?? null };
    work.rows.insert(work, 'OpportunityHistory', { OpportunityId, ...forecastOf(version), ...previous, ...made(version.at) });
    const field = (Field: string, DataType: string, OldValue: string | null, NewValue: string | null) =>
      work.rows.insert(work, 'OpportunityFieldHistory', {
        OpportunityId,
        Field,
        DataType,
        OldValue,
        NewValue,
        CreatedDate: version.at,
        CreatedById: by,
      });
    if (!before) {
      field('created', 'Text', null, null);
      continue;
    }
    field('StageName', 'DynamicEnum', before.stage.name, version.stage.name);
    if (before.amount !== version.amount) field('Amount', 'Currency', String(before.amount), String(version.amount));
    if (before.closeDate !== version.closeDate) field('CloseDate', 'DateOnly', before.closeDate, version.closeDate);
  }
}
