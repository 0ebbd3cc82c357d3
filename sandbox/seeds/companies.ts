// Made-up companies and people. Domains end in `.example`, which nobody can own.
import type { Dice } from './random.ts';

const FIRST_WORDS = [
  'Alder',
  'Amber',
  'Anchor',
  'Apex',
  'Aspen',
  'Aurora',
  'Beacon',
  'Birch',
  'Bluewater',
  'Bright',
  'Canyon',
  'Cedar',
  'Cobalt',
  'Copper',
  'Coral',
  'Crescent',
  'Delta',
  'Ember',
  'Evergreen',
  'Falcon',
  'Fjord',
  'Garnet',
  'Granite',
  'Harbor',
  'Hazel',
  'Helix',
  'Horizon',
  'Indigo',
  'Ironwood',
  'Juniper',
  'Keystone',
  'Lantern',
  'Lark',
  'Linden',
  'Lumen',
  'Maple',
  'Meadow',
  'Meridian',
  'Mosaic',
  'North',
  'Oak',
  'Onyx',
  'Orchard',
  'Pacific',
  'Pioneer',
  'Prairie',
  'Quartz',
  'Redwood',
  'River',
  'Sable',
  'Sierra',
  'Silver',
  'Slate',
  'Summit',
  'Timber',
  'Topaz',
  'Tundra',
  'Vector',
  'Willow',
  'Zephyr',
];
const KINDS = [
  ['Software', 'Software'],
  ['Systems', 'Technology'],
  ['Analytics', 'Software'],
  ['Bank', 'Banking'],
  ['Capital', 'Finance'],
  ['Insurance', 'Insurance'],
  ['Health', 'Healthcare'],
  ['Foods', 'Retail'],
  ['Logistics', 'Transportation'],
  ['Freight', 'Transportation'],
  ['Energy', 'Energy'],
  ['Manufacturing', 'Manufacturing'],
  ['Robotics', 'Manufacturing'],
  ['Media', 'Media'],
  ['Telecom', 'Telecommunications'],
  ['Learning', 'Education'],
  ['Retail', 'Retail'],
  ['Labs', 'Biotechnology'],
] as const;
const GIVEN = [
  'Ada',
  'Amir',
  'Anna',
  'Ben',
  'Carla',
  'Chen',
  'Clara',
  'Daniel',
  'Elif',
  'Emma',
  'Felix',
  'Grace',
  'Hugo',
  'Ines',
  'Ivan',
  'Jonas',
  'Julia',
  'Kofi',
  'Lara',
  'Leo',
  'Lina',
  'Marco',
  'Maya',
  'Nils',
  'Nora',
  'Omar',
  'Paul',
  'Priya',
  'Rosa',
  'Sam',
  'Sara',
  'Tariq',
  'Theo',
  'Vera',
  'Yuki',
  'Zoe',
];
const FAMILY = [
  'Abbott',
  'Alvarez',
  'Andersen',
  'Bauer',
  'Bianchi',
  'Campbell',
  'Chen',
  'Costa',
  'Dubois',
  'Edwards',
  'Fischer',
  'Garcia',
  'Haddad',
  'Hansen',
  'Ito',
  'Jensen',
  'Kaya',
  'Kim',
  'Kowalski',
  'Larsen',
  'Martin',
  'Mensah',
  'Moreau',
  'Nakamura',
  'Novak',
  'OBrien',
  'Okafor',
  'Patel',
  'Quinn',
  'Rossi',
  'Santos',
  'Schmidt',
  'Silva',
  'Singh',
  'Sullivan',
  'Tanaka',
  'Vogel',
  'Weber',
  'Wong',
  'Young',
];
const TITLES = [
  'Chief Executive Officer',
  'Chief Revenue Officer',
  'VP of Sales',
  'VP Marketing',
  'Director of Revenue Operations',
  'Director of Sales',
  'Head of Operations',
  'Sales Operations Manager',
  'Marketing Manager',
  'IT Manager',
  'Business Analyst',
  'Account Manager',
  'Assistant to the CEO',
  'Procurement Specialist',
  'Student',
];

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly employees: number;
}

/** Companies one after the other, none twice. */
export function companyMaker(dice: Dice): () => Company {
  const made = new Set<string>();
  return () => {
    for (;;) {
      const [kind, industry] = dice.pick(KINDS);
      const name = `${dice.pick(FIRST_WORDS)} ${kind}`;
      if (made.has(name)) continue;
      made.add(name);
      return { name, industry, domain: `${name.toLowerCase().replaceAll(' ', '-')}.example`, employees: headCount(dice) };
    }
  };
}

/** Many small ones, a few large ones. */
function headCount(dice: Dice): number {
  const band = dice.next();
  if (band < 0.25) return dice.between(8, 99);
  if (band < 0.6) return dice.between(100, 499);
  return band < 0.8 ? dice.between(500, 999) : Math.round(1000 * 25 ** dice.next());
}

export interface PersonName {
  readonly first: string;
  readonly last: string;
  readonly title: string;
}

export function personName(dice: Dice): PersonName {
  return { first: dice.pick(GIVEN), last: dice.pick(FAMILY), title: dice.pick(TITLES) };
}

export function mailOf(person: PersonName, domain: string): string {
  return `${person.first}.${person.last}@${domain}`.toLowerCase();
}
