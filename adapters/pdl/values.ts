// What People Data Labs calls the values that the product knows, as its schemas of companies and people document them
// (docs.peopledatalabs.com/docs/company-schema, docs.peopledatalabs.com/docs/fields). Words stay as they come: small letters, their names of
// industries and sizes. A field that a plan does not include is absent, null, or only true or false.
import type { Value, Values } from '../../resources/enrichment-policy/found.ts';
import { type CompanyValue, COMPANY_VALUES, PERSON_VALUES, type PersonValue } from '../../resources/enrichment-policy/values.ts';

export type Json = Readonly<Record<string, unknown>>;
type Read = (of: Json) => Value | undefined;

const COMPANY: Readonly<Record<CompanyValue, Read>> = {
  company: (of) => text(of['display_name']) ?? text(of['name']),
  website: (of) => text(of['website']),
  industry: (of) => text(of['industry']),
  employee_count: (of) => number(of['employee_count']),
  company_size: (of) => text(of['size']),
  company_type: (of) => text(of['type']),
  technologies: (of) => texts(rows(of['technologies_used']).map((row) => row['name'])),
  keywords: (of) => texts(of['tags']),
  founded: (of) => number(of['founded']),
  revenue_range: (of) => text(of['inferred_revenue']),
  ticker: (of) => text(of['ticker']),
  funding_stage: (of) => text(of['latest_funding_stage']),
  funding_raised: (of) => number(of['total_funding_raised']),
  last_funding_amount: (of) => number(lastRound(of)?.['funding_raised']),
  last_funding_date: (of) => text(of['last_funding_date']),
  company_linkedin_url: (of) => text(of['linkedin_url']),
  company_twitter_url: (of) => text(of['twitter_url']),
  company_facebook_url: (of) => text(of['facebook_url']),
  billing_street: (of) => text(row(of['location'])['street_address']),
  billing_city: (of) => text(row(of['location'])['locality']),
  billing_state: (of) => text(row(of['location'])['region']),
  billing_postal: (of) => text(row(of['location'])['postal_code']),
  billing_country: (of) => text(row(of['location'])['country']),
};

const PERSON: Readonly<Record<PersonValue, Read>> = {
  linkedin_url: (of) => text(of['linkedin_url']),
  twitter_url: (of) => text(of['twitter_url']),
  facebook_url: (of) => text(of['facebook_url']),
  github_url: (of) => text(of['github_url']),
  title: (of) => text(of['job_title']),
  job_role: (of) => text(of['job_title_role']),
  seniority: (of) => texts(of['job_title_levels']),
  city: (of) => text(of['location_locality']),
  state: (of) => text(of['location_region']),
  country: (of) => text(of['location_country']),
};

export function companyValues(of: Json): Values {
  return valuesBy(COMPANY_VALUES, COMPANY, of);
}

export function personValues(of: Json): Values {
  return valuesBy(PERSON_VALUES, PERSON, of);
}

function valuesBy<Name extends string>(names: readonly Name[], table: Readonly<Record<Name, Read>>, of: Json): Values {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = table[name](of);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The round of the last funding: of that day, else the newest. */
function lastRound(of: Json): Json | undefined {
  const rounds = rows(of['funding_details']);
  const dated = rounds.filter((round) => text(round['funding_round_date']) !== undefined);
  const newest = dated.toSorted((a, b) => String(b['funding_round_date']).localeCompare(String(a['funding_round_date'])))[0];
  return dated.find((round) => round['funding_round_date'] === of['last_funding_date']) ?? newest;
}

/** A text of a sensible length; true and false, which stand for fields of another plan, are none. */
export function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' || trimmed.length > LONGEST ? undefined : trimmed;
}

const LONGEST = 1_000;
const MOST = 1_000;

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function texts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = [...new Set(value.flatMap((one) => text(one) ?? []))].slice(0, MOST);
  return found.length === 0 ? undefined : found;
}

export function rows(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((one): one is Json => typeof one === 'object' && one !== null) : [];
}

function row(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
