import { linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { declared, record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { adoptQueue } from './adopted.ts';
import { checkQueues } from './checks.ts';
import { queueImport } from './imported.ts';
import { memberKey } from './members.ts';
import { Queue, type QueueSpec } from './schema.ts';

export const queue: Kind<QueueSpec> = {
  ...Queue,
  names: KEBAB,
  summary: 'Where records wait that nobody owns yet. A queue has an owner and a time within which somebody takes them.',
  becomes:
    '`Group` of type Queue, a `QueueSobject` an object, a `GroupMember` a member. The DeveloperName is the name with every run of other characters as `_`.',
  whenRemoved: 'Deleted; held while it owns records.',
  example: `apiVersion: loopctl/v1
kind: Queue
metadata: {name: triage}
spec: {label: Lead Triage, objects: [Lead, Case], members: [mgr.west@acme.example], owner: revops, sla: 4h}
`,
  targets: new Set(['crm', 'runtime']),
  check: checkQueues,
  materialise,
  adopt: adoptQueue,
  import: queueImport,
  runtime: ({ ref, spec: { label, objects, owner, sla } }, resolved) => ({
    label,
    developer_name: resolved.crmName(ref.kind, ref.name),
    objects,
    owner,
    sla,
  }),
};

function* materialise(resource: Resource<QueueSpec>, resolved: Resolved): Generator<DesiredObject> {
  const { label, objects, members, email, email_members } = resource.spec;
  const name = resolved.crmName('Queue', resource.ref.name);
  const group = linkTo('Group', name);
  yield record(
    resource,
    'Group',
    name,
    declared({ Name: label, DeveloperName: name, Type: 'Queue', Email: email, DoesSendEmailToMembers: email_members }),
  );
  for (const object of objects) yield record(resource, 'QueueSobject', `${name}/${object}`, { QueueId: group, SobjectType: object });
  for (const member of members) {
    const user = memberKey(member, resolved);
    yield record(
      resource,
      'GroupMember',
      `${name}/${user}`,
      { GroupId: group, UserOrGroupId: linkTo('User', user) },
      { tier: 'assignment' },
    );
  }
}
