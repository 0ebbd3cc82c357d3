import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkProjects } from './checks.ts';
import { Project, type ProjectSpec } from './schema.ts';

export const project: Kind<ProjectSpec> = {
  ...Project,
  names: KEBAB,
  summary:
    'The project file, `loopctl.yaml`: which branch is the truth, which orgs it is applied to, and how far a change may go on its own.',
  becomes: 'Nothing.',
  whenRemoved: 'An error: a configuration has exactly one.',
  example: `apiVersion: loopctl/v1
kind: Project
metadata: {name: acme-revenue}
spec:
  timezone: America/New_York
  source: {branch: main, poll: 30s}
  environments:
    - name: sandbox
      org: {sandbox: true}
      sync: automatic
      drift: {check: 5m, grace: 2m, policy: alert, kinds: {Queue: revert}}
      limits: {max_delete: 5, max_change_pct: 30}
      loops: [qualify, route]
      events: {poll: 15s}
    - name: production
      env_prefix: PROD_
      org: {sandbox: false}
      sync: approval
      approvals: [{when: "deletes > 0 or account_moves > 100", by: [sales-leadership], count: 1}]
      windows: [{allow: "Mon-Thu 08:00-17:00"}]
      limits: {max_delete: 0, max_change_pct: 10}
  groups: {sales-leadership: [vp.sales@acme.example]}
  notifications: [{type: slack, on: [drift, held, failed]}]
`,
  targets: new Set(['runtime']),
  check: checkProjects,
  runtime: ({ spec }) => ({ timezone: spec.timezone }),
};
