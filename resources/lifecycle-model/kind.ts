import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkLifecycleModels } from './checks.ts';
import { LifecycleModel, type LifecycleModelSpec } from './schema.ts';

export const lifecycleModel: Kind<LifecycleModelSpec> = {
  ...LifecycleModel,
  names: KEBAB,
  summary:
    'How far a record has come. It goes forward by itself to the last stage that lets it in, and back only by a reject or a recycling, with a reason. One model an object.',
  becomes: 'Nothing: the lifecycle loop reads it, and writes the stage into the fields of `writeback`.',
  whenRemoved: 'Records are followed no more.',
  example: `apiVersion: loopctl/v1
kind: LifecycleModel
metadata: {name: demand, owner: revops}
spec:
  objects: [Lead]
  reject_field: disqualified_because
  stages:
    - {id: nurture}                                  # no entry: only by reject or recycle
    - {id: subscriber, entry: email exists}
    - {id: lead, entry: company exists and email exists}
    - id: mql
      entry: mql and not excluded
      owner: SDR
      sla: 4h
      reject:
        - {reason: bad fit, to: nurture, after: 180d}      # people write it into reject_field
        - {reason: no interest, to: nurture, after: 60d}
        - {reason: excluded, when: excluded, to: lead}
      recycle: {to: nurture, after: 30d, hold: 60d}
    - {id: sql, entry: converted, owner: AE, sla: +2bd}
    - {id: opportunity, entry: opportunity.exists, owner: AE}
    - {id: customer, entry: opportunity.won, owner: CSM}
    - {id: evangelist, entry: opportunity.won and gives_references}
  writeback: {stage: Lifecycle_Stage__c, since: Lifecycle_Since__c, reason: Lifecycle_Reason__c}
`,
  targets: new Set(['runtime']),
  fields: ({ objects, writeback }) => objects.flatMap((object) => Object.values(writeback).map((field) => `${object}.${field}`)),
  check: checkLifecycleModels,
};
