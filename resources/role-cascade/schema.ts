// Who gets what belongs to a territory whose seat is open: the first that is there.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { id, reference, span, wordOrReference } from '../words.ts';

const CASCADE_WORDS = ['primary', 'interim', 'overlay', 'manager', 'parent'] as const;

export const RoleCascade = defineSchema(
  'RoleCascade',
  z.strictObject({
    role: id().describe('The role that is looked for.'),
    territories: z
      .array(reference('Territory'))
      .min(1)
      .optional()
      .describe('Takes the place of the cascade that a rule names, for exactly these.'),
    steps: z
      .array(wordOrReference(CASCADE_WORDS, ['Pool', 'Queue']))
      .min(1)
      .describe(
        'primary: a live seat of the role here. interim: who stands in. overlay, manager: those roles here, the manager by reports_to first. ' +
          'parent: the nearest territory above with a live seat. pool/NAME, queue/NAME.',
      ),
    roles: z
      .strictObject({
        manager: id().default('Manager').describe('The role that counts as manager.'),
        overlay: id().default('Overlay').describe('The role that counts as overlay.'),
      })
      .prefault({})
      .describe('Which roles of the roster the steps mean.'),
    effective: span().optional().describe('The days on which it holds.'),
  }),
);

export type RoleCascadeSpec = z.output<typeof RoleCascade.schema>;
