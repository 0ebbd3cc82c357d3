// What can be learned of a company and of a person, by the product's names. A provider whose answers have a form of their own gives these;
// a table or a web service gives whatever it names.

export const COMPANY_VALUES = [
  'company',
  'website',
  'industry',
  'employee_count',
  'company_size',
  'company_type',
  'technologies',
  'keywords',
  'founded',
  'revenue_range',
  'ticker',
  'funding_stage',
  'funding_raised',
  'last_funding_amount',
  'last_funding_date',
  'company_linkedin_url',
  'company_twitter_url',
  'company_facebook_url',
  'billing_street',
  'billing_city',
  'billing_state',
  'billing_postal',
  'billing_country',
] as const;

export const PERSON_VALUES = [
  'linkedin_url',
  'twitter_url',
  'facebook_url',
  'github_url',
  'title',
  'job_role',
  'seniority',
  'city',
  'state',
  'country',
] as const;

export type CompanyValue = (typeof COMPANY_VALUES)[number];
export type PersonValue = (typeof PERSON_VALUES)[number];

/** Whom a provider is asked about. */
export type About = 'company' | 'person';

const ABOUT: ReadonlyMap<string, About> = new Map([
  ...COMPANY_VALUES.map((name) => [name, 'company'] as const),
  ...PERSON_VALUES.map((name) => [name, 'person'] as const),
]);

/** Nothing for a name that is not among them. */
export function aboutOf(value: string): About | undefined {
  return ABOUT.get(value);
}

export const ALL_VALUES: readonly string[] = [...COMPANY_VALUES, ...PERSON_VALUES];

/** Values that are numbers, and values that are lists, wherever they are only text: in a table. */
export const NUMBERS: ReadonlySet<string> = new Set<CompanyValue>(['employee_count', 'founded', 'funding_raised', 'last_funding_amount']);
export const LISTS: ReadonlySet<string> = new Set<CompanyValue>(['technologies', 'keywords']);
