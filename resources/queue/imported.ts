// The queues of an org. Who answers for one, and how long something may wait in it, Salesforce does not know.
import { addressText } from '../core.ts';
import { type Importing, type KindImport, kebab, keyOf, type LiveRecord, partsOf, textOf } from '../importing.ts';
import { developerName, KEBAB } from '../naming.ts';
import type { Declaration } from '../write.ts';

export const queueImport: KindImport = { types: ['Group', 'QueueSobject', 'GroupMember'], needs: [], read };

/** Somebody has to say who it is. */
const OWNER = 'nobody';
const SLA = '1d';

function* read(importing: Importing): Generator<Declaration> {
  const written: string[] = [];
  for (const record of importing.of('Group')) {
    if (importing.isDeclared(record.address)) continue;
    const declaration = declare(importing, record);
    if (declaration === undefined) continue;
    written.push(declaration.name);
    yield declaration;
  }
  if (written.length > 0) {
    const told =
      written.length > MOST_TOLD ? `${written.slice(0, MOST_TOLD).join(', ')} and ${written.length - MOST_TOLD} more` : written.join(', ');
    importing.note(
      'say-owner',
      `Salesforce does not know who answers for a queue and how fast: "owner: ${OWNER}" and "sla: ${SLA}" are only there to be replaced (${told}).`,
      'Write the team and the time into each queue.',
    );
  }
}

const MOST_TOLD = 10;

function declare(importing: Importing, { address, fields }: LiveRecord): Declaration | undefined {
  const name = kebab(address.key);
  if (!KEBAB.pattern.test(name) || developerName(name) !== address.key) {
    importing.leaveOut(address, 'bad-name', 'no name of a queue gives its DeveloperName again', 'Change the DeveloperName in the org.');
    return undefined;
  }
  const objects = importing
    .of('QueueSobject')
    .filter((one) => isOf(one, address.key))
    .map((one) => textOf(one.fields, 'SobjectType'));
  if (objects.length === 0) {
    importing.leaveOut(address, 'queue-for-nothing', 'nothing may wait in it', 'Give it an object in the org.');
    return undefined;
  }
  const email = textOf(fields, 'Email');
  return {
    kind: 'Queue',
    file: 'deploy/queues.yaml',
    name,
    spec: {
      label: textOf(fields, 'Name'),
      objects,
      members: [...membersOf(importing, address.key)],
      owner: OWNER,
      sla: SLA,
      ...(email !== '' && { email }),
      ...(fields['DoesSendEmailToMembers'] === true && { email_members: true }),
    },
  };
}

function* membersOf(importing: Importing, queue: string): Generator<string> {
  const suffix = (importing.declared?.environment.username_suffix ?? '').toLowerCase();
  for (const { address, fields } of importing.of('GroupMember')) {
    if (partsOf(address.key)[0] !== queue) continue;
    const user = partsOf(address.key)[1];
    const isUser = addressText({ type: 'User', key: user }) === linkOf(fields['UserOrGroupId']);
    if (!isUser)
      importing.leaveOut(
        address,
        'group-as-member',
        `${user} is no user, and members of a queue are users`,
        'The group stays a member in the org. Put its people in, if they shall be declared.',
      );
    else if (!importing.isActive(user))
      importing.leaveOut(address, 'inactive-user', 'the user is inactive', 'Take them out of the queue in the org.');
    else if (!user.endsWith(suffix))
      importing.leaveOut(address, 'bad-username', 'the username is none that can be declared in this environment (username_suffix)');
    else yield user.slice(0, user.length - suffix.length);
  }
}

function linkOf(value: LiveRecord['fields'][string] | undefined): string {
  return typeof value === 'object' && value !== null && 'link' in value ? value.link : '';
}

function isOf({ fields }: LiveRecord, queue: string): boolean {
  return keyOf(fields['QueueId']) === queue;
}
