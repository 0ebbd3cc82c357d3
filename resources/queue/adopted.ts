// A queue that was changed by hand: what it is called, what may wait in it, who may take from it.
import {
  type Adoption,
  adopted,
  adoptFields,
  type Divergence,
  type Diverged,
  dropped,
  putBack,
  refused,
  requiredText,
  textOrNull,
  type Vocabulary,
  yesOrNo,
} from '../adopt.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { memberKey } from './members.ts';
import type { QueueSpec } from './schema.ts';

type QueueResource = Resource<QueueSpec>;

const VOCABULARY: Vocabulary = {
  Name: { path: ['spec', 'label'], read: requiredText },
  Email: { path: ['spec', 'email'], read: textOrNull },
  DoesSendEmailToMembers: { path: ['spec', 'email_members'], read: yesOrNo },
};

export function* adoptQueue(queue: QueueResource, found: readonly Divergence[], _: Diverged, resolved: Resolved): Generator<Adoption> {
  const gone = found.filter(({ field }) => field === '');
  if (gone.some(({ address }) => address.type === 'Group')) {
    yield dropped(queue, found);
    return;
  }
  yield* adoptFields(
    queue,
    found.filter(({ field }) => field !== ''),
    VOCABULARY,
  );
  yield* withoutObjects(
    queue,
    gone.filter(({ address }) => address.type === 'QueueSobject'),
  );
  for (const one of gone.filter(({ address }) => address.type === 'GroupMember')) yield withoutMember(queue, one, resolved);
}

function* withoutObjects(queue: QueueResource, gone: readonly Divergence[]): Generator<Adoption> {
  const objects = gone.map(({ address }) => address.key.slice(address.key.indexOf('/') + 1));
  if (queue.spec.objects.every((object) => objects.includes(object))) {
    yield refused(gone, queue, ['spec', 'objects'], {
      code: 'queue-for-nothing',
      message: 'nothing may wait in the queue any more in the org, and a queue is for something',
      hint: `${putBack(queue.ref)}, or delete the queue in the org.`,
    });
    return;
  }
  for (const [index, one] of gone.entries()) {
    const object = objects[index] ?? '';
    yield adopted(
      [one],
      [{ resource: queue, edit: { op: 'take', path: ['spec', 'objects'], item: object } }],
      `objects: without ${object}`,
    );
  }
}

function withoutMember(queue: QueueResource, gone: Divergence, resolved: Resolved): Adoption {
  const user = gone.address.key.slice(gone.address.key.indexOf('/') + 1);
  const written = queue.spec.members.find((member) => memberKey(member, resolved) === user) ?? user;
  return adopted(
    [gone],
    [{ resource: queue, edit: { op: 'take', path: ['spec', 'members'], item: written } }],
    `members: without ${written}`,
  );
}
