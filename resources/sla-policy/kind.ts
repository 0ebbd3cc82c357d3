import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkSlaPolicies } from './checks.ts';
import { SLAPolicy, type SLAPolicySpec } from './schema.ts';

export const slaPolicy: Kind<SLAPolicySpec> = {
  ...SLAPolicy,
  names: KEBAB,
  summary:
    'How soon somebody is to act after a hand-off: a lead that came to them, an opportunity with another owner, a deal that is won. The clock runs in the business hours of the owner.',
  becomes: 'Nothing: the sla loop reads it; tasks and other owners when it runs.',
  whenRemoved: 'Its clocks stand still, and are forgotten with the next change of their record.',
  example: `apiVersion: loopctl/v1
kind: SLAPolicy
metadata: {name: first-touch, owner: sales-leadership}
spec:
  object: Lead
  start: assigned
  when: grade in A,B
  target: 15m
  calendar: new-york                       # where the owner's seat has no calendar
  pause: status == "On Hold"
  escalations:
    - {after: 10m, notify: true}
    - {after: 30m, task: {subject: "Nobody has called {name} yet", due: +0bd, priority: High}, to: manager}
  reassign: {after: 1h, to: pool/na-commercial, max_times: 2, reason_code: no_first_touch}
`,
  targets: new Set(['runtime']),
  fields: ({ object, owner, touch, escalations }) => [
    ...[owner, touch.field ?? undefined].flatMap((field) => (field === undefined || field.includes('.') ? [] : [`${object}.${field}`])),
    ...escalations.flatMap(({ task }) => (task?.key_field === undefined ? [] : [`Task.${task.key_field}`])),
  ],
  check: checkSlaPolicies,
};
