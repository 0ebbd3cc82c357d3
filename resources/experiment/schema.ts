// A candidate beside what acts: in shadow it decides and does nothing, on a share of the records it acts in place of the other. Which of the two
// a record has is told by its id alone, so it is always the same one.
import { z } from 'zod';
import { defineSchema, references } from '../kind.ts';
import { count, date, duration, share } from '../words.ts';

/** What may be tried: kinds of which loops follow one an object. */
export const TRIED = ['ScoringModel', 'RoutingRuleSet'] as const;
export type Tried = (typeof TRIED)[number];

/** In lower case as everywhere, or as the kind is called. */
const WRITTEN = new RegExp(`^(${TRIED.flatMap((kind) => [kind.toLowerCase(), kind]).join('|')})/(.+)$`);

export const Experiment = defineSchema(
  'Experiment',
  z.strictObject({
    candidate: tried().describe('What is tried. It does nothing but what the experiment lets it.'),
    control: tried().describe('What acts.'),
    mode: z
      .enum(['shadow', 'share'])
      .default('shadow')
      .describe(
        'shadow: the candidate decides beside the control, and nothing comes of it. share: it acts in its place on a share of the records.',
      ),
    share: share().optional().describe('Of the records, 0 to 1, by a hash of the id: a record keeps its side. For `share` alone.'),
    metric: z
      .enum(['agreement', 'conversion'])
      .optional()
      .describe('What tells. Default: agreement in shadow, conversion on a share; nothing else can be measured there.'),
    stop: z
      .strictObject({
        after: duration().default('30d').describe('It goes on for so long at least, from its first decision.'),
        min_n: count(1).default(200).describe('Records that each side has at least, before anything is said of them.'),
        max_drop: share()
          .optional()
          .describe(
            'On a share: the candidate acts no more where it converts less by more than this, and chance would hardly do it (z > 1.96). Default 0.05.',
          ),
      })
      .prefault({})
      .describe('When there is enough to tell, and when it is too bad to go on.'),
    from: date().optional().describe('The first day, UTC. Default: at once.'),
    to: date().optional().describe('The last day, UTC. Default: until it is taken out of git.'),
  }),
);

export type ExperimentSpec = z.output<typeof Experiment.schema>;

/** As loops read it: the candidate stands in it, so that nobody takes it for what acts. */
export interface ExperimentRuntime {
  readonly kind: Tried;
  readonly object: string;
  /** Names. */
  readonly control: string;
  readonly candidate: string;
  /** What the candidate says. */
  readonly spec: unknown;
  readonly mode: ExperimentSpec['mode'];
  readonly share: number;
  readonly metric: 'agreement' | 'conversion';
  readonly stop: { readonly after: string; readonly min_n: number; readonly max_drop: number };
  readonly from?: string;
  readonly to?: string;
}

export const MAX_DROP = 0.05;

function tried() {
  return z
    .string()
    .regex(WRITTEN, { error: `one of ${TRIED.map((kind) => `${kind.toLowerCase()}/NAME`).join(', ')}` })
    .transform((written) => written.replace(WRITTEN, (_, kind: string, name: string) => `${kind.toLowerCase()}/${name}`))
    .register(references, { kinds: TRIED, alone: true });
}
