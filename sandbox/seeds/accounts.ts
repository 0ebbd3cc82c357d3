// Accounts, their contacts, and leads, in the territories of the people who own them.
import type { Row } from '../schema/field.ts';
import type { Work } from '../rows/work.ts';
import { companyMaker, mailOf, personName } from './companies.ts';
import type { SeededPerson } from './people.ts';
import { placeIn } from './places.ts';
import type { Dice } from './random.ts';

const DAY = 86_400_000;
const ACCOUNTS = 200;
const LEADS = 500;
const SOURCES = [
  'Demo Request',
  'Web',
  'Webinar',
  'Content Download',
  'Referral',
  'Contact Sales',
  'Free Trial',
  'Phone Inquiry',
  'Event',
  'List Import',
];

export interface SeededAccount {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly customer: boolean;
  readonly employees: number;
  readonly created: number;
  readonly contacts: readonly string[];
}

export interface SeededLead {
  readonly id: string;
  readonly ownerId: string;
  readonly created: number;
}

/** Made and last changed then, by the owner. */
export function audited(at: number, by: string, changed = at): Row {
  return { CreatedDate: at, LastModifiedDate: changed, SystemModstamp: changed, CreatedById: by, LastModifiedById: by };
}

export function seedAccounts(work: Work, dice: Dice, sellers: readonly SeededPerson[]): SeededAccount[] {
  const nextCompany = companyMaker(dice);
  return Array.from({ length: ACCOUNTS }, (_, index) => {
    const owner = sellers[index % sellers.length] as SeededPerson;
    const company = nextCompany();
    const place = placeIn(dice, owner.territory);
    const customer = dice.chance(0.35);
    const created = work.now - dice.between(60, 900) * DAY;
    const id = work.rows.insert(work, 'Account', {
      Name: company.name,
      Type: customer ? 'Customer - Direct' : dice.chance(0.08) ? 'Technology Partner' : 'Prospect',
      Industry: company.industry,
      NumberOfEmployees: company.employees,
      AnnualRevenue: company.employees * dice.between(90, 260) * 1000,
      Website: `https://${company.domain}`,
      Rating: dice.pick(['Hot', 'Warm', 'Cold']),
      BillingStreet: `${dice.between(1, 990)} Main Street`,
      BillingCity: place.city,
      BillingState: place.state,
      BillingPostalCode: place.postal,
      BillingCountry: place.country,
      OwnerId: owner.id,
      ...audited(created, owner.id),
    });
    const contacts = Array.from({ length: dice.between(1, 3) }, () => seedContact(work, dice, id, company.domain, owner.id, created));
    return { id, name: company.name, ownerId: owner.id, customer, employees: company.employees, created, contacts };
  });
}

function seedContact(work: Work, dice: Dice, AccountId: string, domain: string, OwnerId: string, created: number): string {
  const person = personName(dice);
  return work.rows.insert(work, 'Contact', {
    FirstName: person.first,
    LastName: person.last,
    Name: `${person.first} ${person.last}`,
    Title: person.title,
    Email: mailOf(person, domain),
    AccountId,
    OwnerId,
    ...audited(created, OwnerId),
  });
}

/** Some are old and worked, some wait with the administrator for somebody to take them, some became customers. */
export function seedLeads(
  work: Work,
  dice: Dice,
  sellers: readonly SeededPerson[],
  administrator: string,
  accounts: readonly SeededAccount[],
): SeededLead[] {
  const nextCompany = companyMaker(dice);
  return Array.from({ length: LEADS }, (_, index) => {
    const seller = sellers[index % sellers.length] as SeededPerson;
    const waiting = index % 12 === 0;
    const company = nextCompany();
    const person = personName(dice);
    const place = placeIn(dice, seller.territory);
    const age = waiting ? dice.between(0, 2) : dice.between(1, 180);
    const created = work.now - age * DAY - dice.between(0, 40_000) * 1000;
    const ownerId = waiting ? administrator : seller.id;
    const converted = !waiting && index % 25 === 7 ? dice.pick(accounts) : undefined;
    const free = dice.chance(0.12);
    const id = work.rows.insert(work, 'Lead', {
      FirstName: person.first,
      LastName: person.last,
      Name: `${person.first} ${person.last}`,
      Title: dice.chance(0.9) ? person.title : null,
      Company: company.name,
      Email: mailOf(person, free ? 'freemail.example' : company.domain),
      Website: dice.chance(0.7) ? `https://${company.domain}` : null,
      Industry: company.industry,
      NumberOfEmployees: dice.chance(0.85) ? company.employees : null,
      LeadSource: dice.pick(SOURCES),
      Rating: dice.pick(['Hot', 'Warm', 'Cold', null]),
      Status: converted
        ? 'Closed - Converted'
        : waiting
          ? 'Open - Not Contacted'
          : dice.pick(['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted']),
      City: place.city,
      State: place.state,
      PostalCode: place.postal,
      Country: place.country,
      HasOptedOutOfEmail: dice.chance(0.04) ? 1 : 0,
      IsUnreadByOwner: waiting ? 1 : 0,
      OwnerId: ownerId,
      ...conversion(converted, created, work.now),
      ...audited(created, waiting ? administrator : ownerId),
    });
    return { id, ownerId, created };
  });
}

function conversion(account: SeededAccount | undefined, created: number, now: number): Row {
  if (!account) return {};
  const day = new Date(Math.min(now, created + 9 * DAY)).toISOString().slice(0, 10);
  return { IsConverted: 1, ConvertedDate: day, ConvertedAccountId: account.id, ConvertedContactId: account.contacts[0] ?? null };
}
