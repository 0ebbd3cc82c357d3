// A queue: where records wait that nobody owns yet. It has an owner and a time within which somebody takes them.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { onRemove } from '../territory-model/schema.ts';
import { apiName, duration, text, username } from '../words.ts';

export const Queue = defineSchema(
  'Queue',
  z.strictObject({
    label: text(40).describe('The name that people see; Salesforce takes 40 characters.'),
    objects: z.array(apiName()).min(1).describe('What may wait in it: Lead, Case, Opportunity__c.'),
    members: z.array(username()).describe('Who may take from it, by username.'),
    owner: text(120).describe('The team that answers for it.'),
    sla: duration().describe('How long a record may wait.'),
    email: username().nullable().optional().describe('Where Salesforce writes to when something comes in.'),
    email_members: z.boolean().optional().describe('Whether Salesforce writes to the members too.'),
    on_remove: onRemove,
  }),
);

export type QueueSpec = z.output<typeof Queue.schema>;
