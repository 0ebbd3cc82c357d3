// The whole way of a question that only a person can answer: a table of companies, a controller that runs, and somebody at another machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess, startLoopctl } from './command.ts';

const POLICY = `apiVersion: loopctl/v1
kind: EnrichmentPolicy
metadata: {name: leads}
spec:
  object: Lead
  providers: [{name: house, type: csv, path: data/companies.csv}]
  fields: {industry: {from: [house]}, employee_count: {from: [house]}}
`;
const COMPANIES = `domain,company,country,industry,employee_count
,Bayside,US,Software,2400
,Bayside,US,Retail,12
bayside-bank.example,Bayside Bank,US,Financial Services,900
`;
const LEAD = { LastName: 'Quill', Company: 'Bayside', Email: 'quill@gmail.com', Title: 'VP of Sales', Country: 'US' };

async function started() {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  mkdirSync(join(place.root, 'data'));
  writeFileSync(join(place.root, 'data', 'companies.csv'), COMPANIES);
  writeFileSync(join(place.root, 'qualify', 'enrichment.yaml'), POLICY);
  place.edit('loopctl.yaml', 'events: {poll: 15s}', 'events: {poll: 1s}');
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  expect(run('apply', '--yes').code).toBe(0);
  const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
  const server = String(controller.ready['url']);
  const tokenOf = (role: string) => run('token', 'create', '--name', role, '--role', role, '-o', 'json').json<{ token: string }>().token;
  const there = (role: string) => {
    const as = { ...env, LOOPCTL_SERVER: server, LOOPCTL_TOKEN: tokenOf(role) };
    return (...args: readonly string[]) => loopctl(args, { env: as });
  };
  const until = async (probe: () => Promise<boolean>) => {
    while (!(await probe())) await new Promise((wake) => void setTimeout(wake, 100));
  };
  const score = async (id: string) => (await org.query(`SELECT Score__c FROM Lead WHERE Id = '${id}'`))[0]?.['Score__c'];
  return { org, run, there, until, score };
}

interface Listed {
  readonly reviews: readonly {
    readonly id: string;
    readonly question: { readonly options: readonly { readonly id: string; readonly label: string }[] };
  }[];
}

test('a lead that may be of two companies waits for a person, who answers from a laptop, and is scored by what was said', async () => {
  const { org, run, there, until, score } = await started();
  const id = await org.create('Lead', LEAD);
  await until(async () => typeof (await score(id)) === 'number');
  const before = await score(id);
  const manager = there('manager');
  const { reviews } = manager('review', 'list', '-o', 'json').json<Listed>();
  const [review] = reviews;
  expect(reviews).toHaveLength(1);
  expect(run('review', 'list', '-o', 'json').json<Listed>()).toEqual({ reviews });
  expect(manager('review', 'show', String(review?.id)).stdout).toMatch(
    /Which company.*\n.*Options:\n.*industry Software; employee_count 2400/s,
  );
  const option = review?.question.options.find(({ label }) => label.includes('2400'))?.id ?? '';
  const answer = ['review', 'approve', String(review?.id), '--option', option, '--reason', 'asked them'];
  const rep = there('rep')(...answer);
  expect([rep.code, rep.stderr]).toMatchObject([1, expect.stringMatching(/manager/)]);
  const unknown = manager('review', 'approve', String(review?.id), '--option', 'house:9', '--reason', 'x');
  expect([unknown.code, unknown.stderr]).toMatchObject([1, expect.stringMatching(/none of the options.*house:/s)]);
  expect(manager(...answer)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Answered: house:.*, by token:manager/) });
  await until(async () => (await score(id)) !== before);
  expect(Number(await score(id))).toBeGreaterThan(Number(before));
  expect(run('explain', id).stdout).toMatch(/review: company: house:.*, .*manager.* said so: asked them/);
  const again = manager(...answer);
  expect([again.code, again.stderr]).toMatchObject([1, expect.stringMatching(/was answered by .*manager/)]);
  expect(run('review', 'list').stdout).toBe('Nothing waits for people.\n');
  expect(run('review', 'list', '--all').stdout).toMatch(/answered/);
  // Who asks for a score is told what is kept, of whichever records.
  const dry = run('score', '--query', "LastName = 'Quill'", '-o', 'json').json<{ score: number; subject: object }>();
  expect(dry).toMatchObject({ score: await score(id), subject: { id }, enrichment: { pending: [] } });
  const broken = run('score', '--query', "LastName = 'x') OR (LastName != ''");
  expect([broken.code, broken.stderr]).toMatchObject([1, expect.stringMatching(/parentheses/)]);
  // Whichever of its two forms an id has.
  expect(run('explain', id.slice(0, 15)).stdout).toBe(run('explain', id).stdout);
  const nothing = run('score', '--query', "LastName = 'Nobody'");
  expect([nothing.code, nothing.stderr]).toMatchObject([0, expect.stringMatching(/no such record/)]);
});
