// What became of a record in the org: a lead that was converted, and the opportunities of a person or a company.
import type { FactValue, StepInput } from '../loop.ts';
import type { Request } from '../requests.ts';
import { RECORD, type RecordFacts } from '../facts.ts';

const DEAL = ['IsWon', 'IsClosed', 'StageName', 'Amount'];
const OF_LEAD = 'ConvertedOpportunity';
export const CONVERTED = 'IsConverted';

/** Fields of the org that are read with the record, beside those of its FieldMap. */
export function orgFields(object: string, reads: readonly string[], isWritten: boolean): readonly string[] {
  const asksDeal = reads.some(isDeal);
  if (object === 'Lead') {
    const deal = asksDeal ? [`${OF_LEAD}Id`, ...DEAL.map((field) => `${OF_LEAD}.${field}`)] : [];
    // What is converted can not be written to, whether a condition asks for it or not.
    return [...(isWritten || asksDeal || reads.includes('converted') ? [CONVERTED] : []), ...deal];
  }
  return object === 'Opportunity' && asksDeal ? DEAL : [];
}

const DEALS = 'opportunities';

/** The question for opportunities that hang on the record; nothing where its own fields tell. */
export function dealsRequest(object: string, record: string | undefined, reads: readonly string[]): Request | undefined {
  if (record === undefined || !reads.some(isDeal)) return undefined;
  const id = DEALS;
  if (object === 'Contact') {
    const fields = ['OpportunityId', ...DEAL.map((field) => `Opportunity.${field}`)];
    return { id, kind: 'children', object: 'OpportunityContactRole', by: 'ContactId', record, fields };
  }
  return object === 'Account' ? { id, kind: 'children', object: 'Opportunity', by: 'AccountId', record, fields: DEAL } : undefined;
}

function isDeal(path: string): boolean {
  return path === 'opportunity' || path.startsWith('opportunity.');
}

interface Became {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly source: RecordFacts['source'];
}

/** What is not known is left out: conditions see it as missing. */
export function became({ event, facts }: StepInput<unknown>, read: RecordFacts): Became {
  const record = (event.record ?? facts.get(RECORD)?.value ?? {}) as Readonly<Record<string, unknown>>;
  const own = { source: read.source };
  switch (event.object) {
    case 'Lead': {
      const converted = record[CONVERTED] ?? record['converted'];
      const deal = typeof record[`${OF_LEAD}Id`] === 'string' ? deals([record], `${OF_LEAD}.`) : undefined;
      return { ...own, facts: { ...(converted !== undefined && { converted }), ...(deal !== undefined && { opportunity: deal }) } };
    }
    case 'Opportunity':
      return { ...own, facts: { opportunity: deals([record], '') } };
    default: {
      const answer: FactValue | undefined = facts.get(DEALS);
      const rows = Array.isArray(answer?.value) ? (answer.value as readonly Readonly<Record<string, unknown>>[]) : [];
      if (answer === undefined || rows.length === 0) return { ...own, facts: {} };
      const prefix = event.object === 'Contact' ? 'Opportunity.' : '';
      return { source: { source: answer.source, at: answer.at }, facts: { opportunity: deals(rows, prefix) } };
    }
  }
}

/** Of several, `open` and `won` say whether any is; stages and amounts are lists, of which one has to hold. */
function deals(rows: readonly Readonly<Record<string, unknown>>[], prefix: string): Readonly<Record<string, unknown>> {
  const each = (field: string) => rows.map((row) => row[`${prefix}${field}`]).filter((value) => value !== undefined && value !== null);
  const one = (values: readonly unknown[]) => (values.length === 1 ? values[0] : values);
  const flag = (field: string, wanted: boolean) => {
    const values = each(field);
    return values.length === 0 ? {} : { [field === 'IsWon' ? 'won' : 'open']: values.includes(wanted) };
  };
  return { ...flag('IsClosed', false), ...flag('IsWon', true), stage: one(each('StageName')), amount: one(each('Amount')) };
}
