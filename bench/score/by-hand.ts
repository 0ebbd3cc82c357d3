// The starter's model as somebody would write it out for speed, for facts in ASCII of the types that they should have: the floor.
import type { Facts } from '../../engines/field.ts';

interface Lead {
  readonly employee_count: number | null;
  readonly industry: string | null;
  readonly email: string | null;
  readonly email_kind: string | null;
  readonly title: string | null;
  readonly technologies: readonly string[] | null;
  readonly company_type: string | null;
  readonly linkedin_url: string | null;
  readonly lead_source: string | null;
  readonly last_engaged_at: string | null;
  readonly billing_country: string | null;
  readonly opted_out_of_email: boolean;
}

const MONTH = 30 * 86_400_000;
const FIT = 85;
const SIGNALS = [/\bcrm\b/i, /\bmarketing\W+automation\b/i, /\benterprise\W+software\b/i];

export function byHand(facts: Facts, asOf: number): number {
  const lead = facts as unknown as Lead;
  let fit = size(lead.employee_count) + industry(lead.industry) + kind(lead.email_kind) + seniority(lead.title) + type(lead.company_type);
  if (lead.linkedin_url !== null && lead.linkedin_url !== '') fit += 5;
  if (lead.technologies === null) fit = Math.floor((fit * FIT) / (FIT - 10) + 0.5);
  else fit += Math.floor((10 * signals(lead.technologies)) / 3 + 0.5);
  let intent = source(lead.lead_source);
  if (intent > 0 && lead.last_engaged_at !== null) {
    const age = Math.max(0, asOf - Date.parse(lead.last_engaged_at));
    intent = Math.floor(intent * 0.5 ** (age / MONTH) + 0.5);
  }
  intent += country(lead.billing_country);
  if (lead.email?.includes('@')) intent += 10;
  let score = fit + intent;
  if (lead.opted_out_of_email) score -= 20;
  if (lead.title !== null && /\bstudent\b/i.test(lead.title)) score -= 25;
  if (lead.email !== null && /^(?:info|sales|contact|admin|office|hello)@/i.test(lead.email)) score -= 7;
  return score < 0 ? 0 : score > 135 ? 135 : score;
}

function size(count: number | null): number {
  if (count === null) return 0;
  return count >= 1000 ? 20 : count >= 100 ? 12 : count >= 20 ? 6 : count >= 1 ? 2 : 0;
}

function industry(text: string | null): number {
  if (text === null) return 0;
  if (/\b(?:software|saas|internet|technology)\b/i.test(text)) return 15;
  if (/\b(?:financial\W+services|finance|banking|insurance|fintech)\b/i.test(text)) return 12;
  return /\b(?:manufacturing|retail|telecommunications|healthcare|health\W+care)\b/i.test(text) ? 8 : 3;
}

function kind(text: string | null): number {
  return text === 'company' ? 15 : text === 'hosted' ? 8 : text === 'free' ? 3 : 0;
}

function seniority(text: string | null): number {
  if (text === null) return 0;
  if (/\b(?:assistant\W+to|office\W+of|intern|student)\b/i.test(text)) return 0;
  if (/\b(?:(?:regional|associate|assistant)\W+vice\W+president|rvp|avp|head\W+of|senior\W+director)\b/i.test(text)) return 12;
  if (/\b(?:ceo|cfo|cto|vp|president)\b/i.test(text)) return 15;
  if (/\b(?:cio|coo|cmo|cro|founder|co\W+founder|owner|svp|evp)\b/i.test(text)) return 15;
  if (/\bdirector\b/i.test(text)) return 10;
  return /\b(?:manager|lead|principal)\b/i.test(text) ? 6 : 2;
}

function signals(technologies: readonly string[]): number {
  let count = 0;
  for (const signal of SIGNALS) if (technologies.some((one) => signal.test(one))) count += 1;
  return count;
}

function type(text: string | null): number {
  if (text === null) return 0;
  if (/\b(?:public|private|privately\W+held)\b/i.test(text)) return 5;
  return /\b(?:nonprofit|non\W+profit|government|education)\b/i.test(text) ? 2 : 0;
}

function source(text: string | null): number {
  if (text === null) return 0;
  if (/\b(?:demo\W+request|contact\W+sales|free\W+trial)\b/i.test(text)) return 25;
  if (/\b(?:referral|partner|phone\W+inquiry)\b/i.test(text)) return 20;
  if (/\b(?:webinar|event)\b/i.test(text)) return 15;
  if (/\b(?:content\W+download|organic\W+search|paid\W+search|web)\b/i.test(text)) return 10;
  return /\b(?:list\W+import|purchased\W+list)\b/i.test(text) ? 2 : 5;
}

function country(text: string | null): number {
  if (text === null) return 0;
  if (/\b(?:us|ca)\b/i.test(text)) return 15;
  return /\b(?:gb|ie|de|at|ch|fr|nl|be|se|no|dk|fi|au|nz|jp|sg)\b/i.test(text) ? 10 : 3;
}
