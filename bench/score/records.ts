// Leads as they come in: titles of many spellings, an address each, some of it missing. The same ones every time.
import type { Facts } from '../../engines/field.ts';

export const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;

const RANKS = ['', 'Senior', 'Regional', 'Global', 'Associate', 'Interim', 'Group'];
const ROLES = [
  'VP',
  'Vice President',
  'CEO',
  'Director',
  'Head of',
  'Manager',
  'Analyst',
  'Founder',
  'Assistant to the CFO',
  'Engineer',
  'Student',
  'President',
];
const AREAS = ['Sales', 'Revenue Operations', 'Marketing', 'Information Technology', 'Finance', 'Customer Success', 'EMEA', 'Product'];
const INDUSTRIES = ['Computer Software', 'Retail', 'Banking', 'Farming', 'Hospital & Health Care', 'Internet', 'Logistics'];
const TECHNOLOGIES = ['Salesforce CRM', 'Marketing Automation', 'Cloud hosting', 'Enterprise Software', 'ERP', 'Data warehouse'];
const TYPES = ['Public company', 'Privately held', 'Nonprofit', 'Partnership'];
const SOURCES = ['Demo request', 'Webinar', 'Referral', 'Content download', 'Purchased list', 'Trade show', 'Web'];
const COUNTRIES = ['US', 'DE', 'GB', 'BR', 'CA', 'JP', 'ZA'];
const KINDS = ['company', 'company', 'free', 'hosted', 'disposable'];
const MAILBOXES = ['first.last', 'info', 'j.doe', 'sales', 'contact'];

export function leads(count: number): readonly Facts[] {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const one = <T>(of: readonly T[]): T => of[random(of.length)] as T;
  return Array.from({ length: count }, (_, at) => ({
    employee_count: random(10) === 0 ? null : random(5) === 0 ? random(20) : random(5000),
    industry: random(10) === 0 ? null : one(INDUSTRIES),
    email: random(20) === 0 ? null : `${one(MAILBOXES)}${at % 3 === 0 ? '' : at}@company${random(100_000)}.example`,
    email_kind: one(KINDS),
    title: random(12) === 0 ? null : `${one(RANKS)} ${one(ROLES)}, ${one(AREAS)} ${at}`.trim(),
    technologies: random(4) === 0 ? null : Array.from({ length: 1 + random(4) }, () => one(TECHNOLOGIES)),
    company_type: random(6) === 0 ? null : one(TYPES),
    linkedin_url: random(2) === 0 ? null : `https://www.linkedin.com/company/company-${at}`,
    lead_source: one(SOURCES),
    last_engaged_at: random(3) === 0 ? null : new Date(NOW - random(90) * DAY - random(DAY)).toISOString(),
    billing_country: random(8) === 0 ? null : one(COUNTRIES),
    opted_out_of_email: random(15) === 0,
  }));
}
