// The files for the Salesforce CLI, as far as they can be judged without an org: well-formed, in agreement with each other, and with what the
// product reads.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { outboundChanges, parseOutbound } from '../../adapters/salesforce/outbound.ts';
import { openOrg } from '../sandbox/org.ts';

const folder = join(import.meta.dirname, '../../packaging/salesforce');
const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => ['fields', 'types', 'members', 'outboundMessages'].includes(name),
});
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const xml = files.filter((file) => file.endsWith('.xml'));
const read = <Root>(file: string) => parser.parse(readFileSync(join(folder, file), 'utf8')) as Root;

interface Workflow {
  readonly Workflow: {
    readonly outboundMessages: readonly { fullName: string; fields: string[]; endpointUrl: string; integrationUser: string }[];
  };
}
interface Package {
  readonly Package: { readonly types: readonly { readonly name: string; readonly members: readonly string[] }[] };
}

const messages = read<Workflow>('force-app/main/default/workflows/Lead.workflow-meta.xml').Workflow.outboundMessages;

test('every file is well-formed and says of which namespace it is', () => {
  expect(xml.length).toBeGreaterThanOrEqual(8);
  for (const file of xml) {
    const text = readFileSync(join(folder, file), 'utf8');
    expect([file, XMLValidator.validate(text)]).toEqual([file, true]);
    expect(text).toContain('xmlns="http://soap.sforce.com/2006/04/metadata"');
  }
});

test('the manifests name what is in the folder, all of it', () => {
  const named = files
    .filter((file) => file.startsWith('manifest/'))
    .flatMap((file) => read<Package>(file).Package.types)
    .flatMap(({ name, members }) => members.map((member) => `${name}:${member}`));
  const there = xml.flatMap((file) => {
    const name = basename(file).replace(/\..*$/, '');
    if (file.endsWith('.flow-meta.xml')) return [`Flow:${name}`];
    if (file.endsWith('.platformEventChannelMember-meta.xml')) return [`PlatformEventChannelMember:${name}`];
    return file.endsWith('.workflow-meta.xml') ? messages.map(({ fullName }) => `WorkflowOutboundMessage:${name}.${fullName}`) : [];
  });
  expect(named.toSorted()).toEqual(there.toSorted());
});

test('the flow sends the message that is there, for the object that it belongs to', () => {
  const { Flow: flow } = read<{ Flow: { actionCalls: Record<string, unknown>; start: Record<string, unknown> } }>(
    'force-app/main/default/flows/loopctl_Lead.flow-meta.xml',
  );
  expect(flow.actionCalls).toMatchObject({ actionName: `Lead.${messages[0]?.fullName ?? ''}`, actionType: 'outboundMessage' });
  expect(flow.start).toMatchObject({
    object: 'Lead',
    recordTriggerType: 'CreateAndUpdate',
    connector: { targetReference: flow.actionCalls['name'] },
  });
});

test('what the CLI puts in while it deploys stands in the files to be replaced', () => {
  const { replacements } = JSON.parse(readFileSync(join(folder, 'sfdx-project.json'), 'utf8')) as {
    replacements: { filename: string; stringToReplace: string }[];
  };
  for (const { filename, stringToReplace } of replacements) expect(readFileSync(join(folder, filename), 'utf8')).toContain(stringToReplace);
  expect(replacements.map(({ stringToReplace }) => stringToReplace)).toEqual([messages[0]?.endpointUrl, messages[0]?.integrationUser]);
});

test('the fields of the message tell which lead, when and by whom', async () => {
  const org = await openOrg();
  const { promise: body, resolve: got } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      got(text);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await org.control('POST', 'outbound', { object: 'Lead', url: `http://127.0.0.1:${port}/`, fields: messages[0]?.fields });
  const id = await org.create('Lead', { LastName: 'Lovelace', Company: 'Acme' });
  const message = parseOutbound(await body);
  server.close();
  server.closeAllConnections();
  const [row] = await org.query('SELECT SystemModstamp, LastModifiedById FROM Lead');
  expect(message.ok && outboundChanges(message.value, 'unused')).toEqual([
    {
      object: 'Lead',
      id,
      kind: 'created',
      at: new Date(String(row?.['SystemModstamp'])).toISOString(),
      source: 'outbound',
      by: row?.['LastModifiedById'],
    },
  ]);
});
