// Names of Salesforce's own objects that a revenue organisation writes about. An org has more of them, so a name that is not here is not
// wrong; one that is nearly here most likely is.
import { nearest } from './suggest.ts';

const STANDARD: readonly string[] = [
  'Account',
  'Asset',
  'Campaign',
  'CampaignMember',
  'Case',
  'Contact',
  'Contract',
  'Event',
  'Lead',
  'Opportunity',
  'OpportunityLineItem',
  'Order',
  'OrderItem',
  'Product2',
  'Quote',
  'Task',
  'User',
];

/** What was most likely meant, where a name is that of no such object but nearly one's: `Leed`. */
export function meantObject(name: string): string | undefined {
  if (name.endsWith('__c') || STANDARD.some((known) => known.toLowerCase() === name.toLowerCase())) return undefined;
  return nearest(name, STANDARD);
}
