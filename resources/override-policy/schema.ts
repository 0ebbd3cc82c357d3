// How people overrule Route from within the CRM: a case on the record asks for another owner, a manager says yes or no in it.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, duration, text } from '../words.ts';

export const OverridePolicy = defineSchema(
  'OverridePolicy',
  z.strictObject({
    objects: z.array(apiName()).min(1).default(['Lead']).describe('Whose owners may be overruled; each has a RoutingRuleSet.'),
    record_field: apiName()
      .default('Loopctl_Record__c')
      .describe('The field of Case with the id of the record, or its address. A case without it is none of these.'),
    owner_field: apiName()
      .default('Loopctl_Owner__c')
      .describe('The field of Case with the username of who is to get it. Empty: whoever opened the case.'),
    status_field: apiName().default('Status').describe('The field of Case in which a manager says yes or no.'),
    approved: z.array(text(255)).min(1).default(['Approved']).describe('Its values that say yes.'),
    refused: z.array(text(255)).min(1).default(['Rejected']).describe('Its values that say no.'),
    approvers: z
      .array(text(80))
      .min(1)
      .optional()
      .describe('Who may say yes: groups of the project, or usernames. Without it, whoever may change the case.'),
    own: z.boolean().default(false).describe('Whether whoever opened a case, or gets the record, may say yes to it.'),
    expires: duration().default('7d').describe('A case that nobody has decided by then is too late; a new one is opened.'),
    decision_field: apiName().default('Loopctl_Decision__c').describe('The field of Case that gets the id of the decision.'),
    answer_field: apiName().default('Loopctl_Answer__c').describe('The field of Case that gets what became of it, in a sentence.'),
    notify: z.boolean().default(false).describe('People are told of each change, on the ways that the project names for `override`.'),
  }),
);

export type OverridePolicySpec = z.output<typeof OverridePolicy.schema>;

/** As loops read it: approvers by name. */
export interface OverrideRuntime extends Omit<OverridePolicySpec, 'approvers'> {
  /** Usernames, in lower case. */
  readonly approvers?: readonly string[];
}
