// Lifecycle: how far a record has come. It is told by the reconciled LifecycleModel; every move from one stage to another is a decision.
import { z } from 'zod';
import type { LifecycleModelSpec } from '../../resources/lifecycle-model/schema.ts';
import { compileLifecycle, type Lifecycle } from '../../engines/lifecycle/model.ts';
import { fieldNames, type FieldNames } from '../facts.ts';
import type { LoopDescriptor, Snapshot } from '../loop.ts';
import { subject } from '../subject.ts';
import { orgFields } from './became.ts';
import { step } from './step.ts';

export interface LifecycleWorld {
  readonly byObject: ReadonlyMap<string, Followed>;
}

export interface Followed {
  /** Of the model. */
  readonly name: string;
  readonly lifecycle: Lifecycle;
  readonly fields: FieldNames;
  /** Fields of the org beside those of the map. */
  readonly more: readonly string[];
  readonly writeback: LifecycleModelSpec['writeback'];
}

const gives = z.looseObject({
  rule_matched: z.string().describe('What moved it: `mql.entry`, `mql.reject bad_fit`, `mql.recycle`; `none` where it stays.'),
  action: z.enum(['enter', 'advance', 'return', 'reject', 'recycle', 'stay']),
  from: z.string().nullable().describe('None: it was in no stage.'),
  stage: z.string().nullable().describe('Where it is now. None: no stage lets it in.'),
  reason: z.string().optional().describe('Of a reject or a recycling.'),
  since: z.string().optional().describe('When it came into its stage.'),
  stayed: z.number().optional().describe('Seconds that it was in the stage that it leaves.'),
  sla_due: z.string().optional().describe('When the SLA of its stage runs out.'),
  overdue: z.boolean().describe('The SLA of its stage has run out.'),
  stage_owner: z.string().optional().describe('Who answers for its stage: a role, `queue/NAME` or `pool/NAME`.'),
  look_again: z.string().optional().describe('When time alone may move it.'),
});

export const lifecycle: LoopDescriptor<LifecycleWorld> = {
  name: 'lifecycle',
  chain: 'demand',
  summary: 'Follows a record through the stages of the reconciled LifecycleModel.',
  archetypes: ['event'],
  parts: {
    config: ['LifecycleModel', 'FieldMap', 'MatchPolicy', 'ScoringModel'],
    logic: 'Forward to the last stage that lets the record in, back only by a reject or a recycling, with its reason. Deterministic.',
    inputs: [
      'fields of the record, through the FieldMap of its object',
      "Qualify's answer",
      'conversion and opportunities',
      'the stage it is in, and since when',
    ],
    outputs: ['stage', 'the move and its reason', 'when its SLA runs out', 'every condition that was looked at'],
    metrics: ['records by stage', 'time in stage', 'conversion from stage to stage', 'share over SLA', 'rejects by reason'],
    feedback: [
      'the stage with the most records over their SLA is the bottleneck; entries, SLAs and reasons are files, and a change of them is a commit',
    ],
  },
  contract: { takes: subject, gives },
  compile,
  watches: ({ byObject }) => new Map([...byObject].map(([object, { more }]) => [object, more])),
  step,
};

function compile(snapshot: Snapshot): LifecycleWorld {
  const { resources } = snapshot;
  const project = Object.entries(resources).find(([key]) => key.startsWith('Project/'))?.[1] as { readonly timezone: string } | undefined;
  const byObject = new Map<string, Followed>();
  for (const [key, content] of Object.entries(resources)) {
    if (!key.startsWith('LifecycleModel/')) continue;
    const spec = content as LifecycleModelSpec;
    const compiled = compileLifecycle(spec, project?.timezone ?? 'UTC');
    const isWritten = Object.keys(spec.writeback).length > 0;
    for (const object of spec.objects) {
      const fields = fieldNames(snapshot, object);
      if (fields === undefined) continue;
      const more = orgFields(object, compiled.reads, isWritten).filter((field) => !fields.fields.includes(field));
      byObject.set(object, { name: key.slice('LifecycleModel/'.length), lifecycle: compiled, fields, more, writeback: spec.writeback });
    }
  }
  return { byObject };
}
