// Where made-up companies are. A person's territory, as text, says from which of these their records come.
import type { Dice } from './random.ts';

export interface Place {
  readonly country: string;
  readonly state: string | null;
  readonly city: string;
  readonly postal: string;
}

/** `country|state|city|postal code`, by the last part of a territory's path. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  'new-england': ['US|MA|Boston|02110', 'US|MA|Cambridge|02142', 'US|CT|Hartford|06103', 'US|NH|Nashua|03060'],
  'ny-metro': ['US|NY|New York|10001', 'US|NY|Brooklyn|11201', 'US|NJ|Jersey City|07302', 'US|NJ|Newark|07102'],
  'mid-atlantic': ['US|PA|Philadelphia|19103', 'US|VA|Reston|20190', 'US|DC|Washington|20005', 'US|MD|Baltimore|21202'],
  southeast: ['US|GA|Atlanta|30303', 'US|FL|Miami|33131', 'US|NC|Raleigh|27601', 'US|TN|Nashville|37203'],
  'great-lakes': ['US|IL|Chicago|60606', 'US|OH|Columbus|43215', 'US|MI|Detroit|48226', 'US|MN|Minneapolis|55402'],
  plains: ['US|MO|St. Louis|63101', 'US|KS|Overland Park|66210', 'US|IA|Des Moines|50309'],
  texas: ['US|TX|Austin|78701', 'US|TX|Dallas|75201', 'US|TX|Houston|77002', 'US|OK|Tulsa|74103'],
  'sf-bay': [
    'US|CA|San Francisco|94105',
    'US|CA|Oakland|94612',
    'US|CA|San Jose|95113',
    'US|CA|Palo Alto|94301',
    'US|CA|Mountain View|94041',
  ],
  valley: ['US|CA|Sacramento|95814', 'US|CA|Fresno|93721', 'US|CA|Stockton|95202'],
  norcal: ['US|CA|Santa Rosa|95401', 'US|CA|Redding|96001'],
  socal: ['US|CA|Los Angeles|90017', 'US|CA|San Diego|92101', 'US|CA|Irvine|92618', 'US|CA|Santa Monica|90401'],
  pnw: ['US|WA|Seattle|98101', 'US|OR|Portland|97204', 'US|ID|Boise|83702'],
  mountain: ['US|CO|Denver|80202', 'US|UT|Salt Lake City|84101', 'US|AZ|Phoenix|85004', 'US|NV|Las Vegas|89101'],
  canada: ['CA|ON|Toronto|M5H 2N2', 'CA|BC|Vancouver|V6B 1A1', 'CA|QC|Montreal|H3B 1A7'],
  latam: ['MX||Mexico City|06500', 'BR||São Paulo|01310-100', 'CO||Bogotá|110111'],
  london: ['GB||London|EC2A 4NE', 'GB||London|SE1 9GF', 'GB||London|W1F 9TA'],
  uki: ['GB||Manchester|M1 4BT', 'GB||Edinburgh|EH2 2AD', 'IE||Dublin|D02 X285'],
  dach: ['DE||Berlin|10117', 'DE||Munich|80331', 'AT||Vienna|1010', 'CH||Zürich|8001'],
  france: ['FR||Paris|75002', 'FR||Lyon|69002', 'FR||Lille|59800'],
  benelux: ['NL||Amsterdam|1012 JS', 'NL||Utrecht|3511 CE', 'NL||Rotterdam|3011 AA'],
  nordics: ['SE||Stockholm|111 22', 'DK||Copenhagen|1050', 'NO||Oslo|0150', 'FI||Helsinki|00100'],
  south: ['ES||Madrid|28013', 'IT||Milan|20121', 'PT||Lisbon|1100-148'],
  anz: ['AU||Sydney|2000', 'AU||Melbourne|3000', 'NZ||Auckland|1010'],
  japan: ['JP||Tokyo|100-0005', 'JP||Osaka|530-0001'],
  asean: ['SG||Singapore|049315', 'MY||Kuala Lumpur|50088', 'TH||Bangkok|10500'],
};

/** Wider words, and what lies in them. */
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  east: ['new-england', 'ny-metro', 'mid-atlantic', 'southeast'],
  central: ['great-lakes', 'plains', 'texas'],
  west: ['sf-bay', 'valley', 'socal', 'pnw', 'mountain'],
  north: ['benelux', 'nordics'],
  strategic: ['ny-metro', 'great-lakes', 'texas'],
  emea: ['london', 'uki', 'dach', 'france', 'benelux', 'nordics'],
  apac: ['anz', 'japan', 'asean'],
  ams: ['new-england', 'ny-metro', 'mid-atlantic', 'great-lakes', 'texas', 'sf-bay', 'socal', 'pnw'],
};

/** A place in the territory: the last part of its path that says where, else the Americas. */
export function placeIn(dice: Dice, territory: string | undefined): Place {
  const words = (territory ?? '')
    .toLowerCase()
    .split(/[/\s]+/)
    .reverse();
  const area = words.map((word) => (word in AREAS ? word : REGIONS[word] && dice.pick(REGIONS[word]))).find((found) => found !== undefined);
  const [country = '', state = '', city = '', postal = ''] = dice.pick(AREAS[area ?? dice.pick(REGIONS['ams'] ?? [])] ?? []).split('|');
  return { country, state: state === '' ? null : state, city, postal };
}

const ZONES: Readonly<Record<string, string>> = {
  emea: 'Europe/London',
  apac: 'Asia/Singapore',
  west: 'America/Los_Angeles',
  central: 'America/Chicago',
};

export function timeZoneOf(territory: string | undefined): string {
  const words = (territory ?? '').toLowerCase().split(/[/\s]+/);
  return words.map((word) => ZONES[word]).find((zone) => zone !== undefined) ?? 'America/New_York';
}
