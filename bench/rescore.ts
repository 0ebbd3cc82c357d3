// All leads decided on again because the model changed. From a local source alone: rows in SQLite, through the loop, nothing kept. And end to
// end: a job of the command line on the embedded org, with the calls it makes beside the fewest that the work takes, a call for 2,000
// records to read and ten for 10,000 to write in bulk. node bin/with-node.js bench/rescore.ts [leads] [local]
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'yaml';
import { compileRow } from '../controller/loops/world.ts';
import { runLoop } from '../controller/loops/run.ts';
import type { FactValue, LoopDescriptor } from '../loops/loop.ts';
import type { Request } from '../loops/requests.ts';
import { qualify } from '../loops/qualify/loop.ts';
import { runProgram, startOrgProcess } from './program.ts';
import { leads, NOW } from './score/records.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const CONFIG = join(import.meta.dirname, '..', 'config');
const MODEL = join('qualify', 'scoring_model.yaml');

await local();
if (process.argv[3] !== 'local') await endToEnd();
process.exit(0);

async function local(): Promise<void> {
  const spec = (file: string, kind: string) => {
    const text = readFileSync(join(CONFIG, file), 'utf8');
    const found = text.split(/^---$/m).map((one) => parse(one) as { kind: string; spec: { object?: string } });
    return found.find((one) => one.kind === kind && (one.spec.object === undefined || one.spec.object === 'Lead'))?.spec;
  };
  const map = spec(join('qualify', 'fields.yaml'), 'FieldMap') ?? spec(join('deploy', 'fields.yaml'), 'FieldMap');
  const { ScoringModel } = await import('../resources/scoring-model/schema.ts');
  const { FieldMap } = await import('../resources/field-map/schema.ts');
  const resources = {
    'ScoringModel/inbound': ScoringModel.schema.parse(spec(MODEL, 'ScoringModel')),
    'FieldMap/lead': FieldMap.schema.parse(map),
  };
  const fields = resources['FieldMap/lead'].fields;
  const rows = leads(COUNT).map((record) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [typeof field === 'string' ? field : field.field, record[name] ?? null]),
    ),
  );
  const db = new Database(':memory:');
  db.exec('CREATE TABLE lead (id TEXT PRIMARY KEY, fields TEXT NOT NULL)');
  const add = db.prepare('INSERT INTO lead VALUES (?, ?)');
  db.transaction(() => rows.forEach((row, at) => add.run(idOf(at), JSON.stringify(row))))();
  const compiled = compileRow({ id: 's', commit: null, plan: '', at: '', content: { resources }, bindings: {} });
  const loop = qualify as unknown as LoopDescriptor;
  const world = compiled.worldOf(loop);
  const grades = new Map<string, number>();
  const started = performance.now();
  const read = db.prepare('SELECT id, fields FROM lead WHERE id > ? ORDER BY id LIMIT 2000');
  for (let after = ''; ; ) {
    const page = read.all(after) as readonly { readonly id: string; readonly fields: string }[];
    for (const { id, fields: text } of page) {
      const record: FactValue = { value: JSON.parse(text) as unknown, source: 'org', at: '' };
      const answer = (request: Request): FactValue =>
        request.kind === 'crm'
          ? record
          : request.kind === 'state'
            ? { value: Object.fromEntries(request.keys.map((key) => [key, { version: 0, value: null }])), source: 'ledger', at: '' }
            : { value: null, missing: 'nobody is there to ask', source: request.kind, at: '' };
      const run = { loop, world, event: { object: 'Lead', id, live: true, batch: true }, turn: id, now: NOW };
      const label = await runLoop<string>(run, answer, ({ end }) => ({
        kind: 'taken',
        value: end.kind === 'decide' ? end.label : end.kind,
      }));
      grades.set(label, (grades.get(label) ?? 0) + 1);
    }
    after = page.at(-1)?.id ?? '';
    if (page.length < 2_000) break;
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `local: ${COUNT} leads from SQLite through the loop, nothing kept: ${seconds.toFixed(2)} s, ${((seconds / COUNT) * 1e6).toFixed(1)} µs each`,
  );
  console.log(
    `  ${[...grades]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([grade, n]) => `${grade} ${n}`)
      .join(', ')}`,
  );
}

function idOf(at: number): string {
  return `00Q${String(at).padStart(12, '0')}AAA`;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly mutating: boolean;
}

async function endToEnd(): Promise<void> {
  const org = await startOrgProcess('demo');
  const root = mkdtempSync(join(tmpdir(), 'loopctl-bench-rescore-'));
  cpSync(CONFIG, root, { recursive: true });
  edit(root, 'loopctl.yaml', 'loops: [qualify, route]', 'loops: [qualify]');
  const env = {
    SALESFORCE_INSTANCE_URL: org.url,
    SALESFORCE_ACCESS_TOKEN: org.token,
    LOOPCTL_DATA: mkdtempSync(join(tmpdir(), 'loopctl-bench-data-')),
  };
  const command = async (...args: readonly string[]) => runProgram('clone', [...args, '-o', 'json', '--quiet', '--config', root], env);
  const control = async (method: string) => {
    const answer = await fetch(`${org.url}/__control/calls`, { method, headers: { authorization: `Bearer ${org.control}` } });
    return ((await answer.json().catch(() => ({ calls: [] }))) as { readonly calls: readonly Asked[] }).calls;
  };
  await fill(org);
  // They were there before the organisation stood: nobody notices them by themselves.
  const first = await command('apply', '--yes');
  if (first.code !== 0) throw new Error(first.stdout.slice(0, 2_000));
  const measured = async (what: string) => {
    await control('DELETE');
    const run = await command('loop', 'run', 'qualify', '--all', '--object', 'Lead');
    const { jobs } = JSON.parse(run.stdout) as {
      readonly jobs: readonly { readonly counts: { readonly seen: number; readonly changed: number } }[];
    };
    const { seen = 0, changed = 0 } = jobs[0]?.counts ?? {};
    const calls = await control('GET');
    const kind = (name: string, is: (path: string) => boolean) => `${calls.filter(({ path }) => is(path)).length} ${name}`;
    const bulk = Math.ceil(changed / 10_000) * 6;
    const told = [
      kind('queries', (path) => path.includes('/query')),
      kind('of bulk jobs', (path) => path.includes('/jobs/ingest')),
      kind('collections', (path) => path.includes('/composite/')),
    ];
    const floor = Math.ceil(seen / 2_000) + (changed >= 2_000 ? bulk : Math.ceil(changed / 200));
    console.log(
      `${what}: ${seen} seen, ${changed} changed in ${run.seconds.toFixed(1)} s, ${run.mebibytes.toFixed(0)} MiB; ${calls.length} calls, floor ${floor}`,
    );
    console.log(`  ${told.join(', ')}`);
  };
  await measured('all of them for the first time');
  edit(root, MODEL, '"in:director", points: 10', '"in:director", points: 9');
  const second = await command('apply', '--yes');
  if (second.code !== 3) throw new Error(second.stdout.slice(0, 2_000));
  await measured('directors a point less');
  await measured('nothing different');
  org.stop();
}

function edit(root: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(root, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
  writeFileSync(join(root, file), text.replace(from, to));
}

/** Leads by the org's own bulk job. */
async function fill(org: { readonly url: string; readonly token: string }): Promise<void> {
  const call = async (method: string, path: string, body: string, type: string) => {
    const headers = { authorization: `Bearer ${org.token}`, 'content-type': type };
    const answer = await fetch(`${org.url}/services/data/v64.0/jobs/ingest${path}`, { method, headers, ...(method !== 'GET' && { body }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === ''
      ? {}
      : (JSON.parse(text) as { readonly id?: string; readonly state?: string; readonly numberRecordsFailed?: number });
  };
  const lines = leads(COUNT).map((lead, at) =>
    [`Lead ${at}`, `Company ${at}`, lead['title'] ?? '', lead['industry'] ?? '', lead['employee_count'] ?? '', lead['email'] ?? '']
      .map(quoted)
      .join(','),
  );
  for (let from = 0; from < lines.length; from += 50_000) {
    const { id = '' } = await call(
      'POST',
      '',
      JSON.stringify({ object: 'Lead', operation: 'insert', contentType: 'CSV', lineEnding: 'LF' }),
      'application/json',
    );
    const table = ['LastName,Company,Title,Industry,NumberOfEmployees,Email', ...lines.slice(from, from + 50_000)].join('\n');
    await call('PUT', `/${id}/batches`, table, 'text/csv');
    await call('PATCH', `/${id}`, '{"state":"UploadComplete"}', 'application/json');
    for (;;) {
      const { state, numberRecordsFailed } = await call('GET', `/${id}`, '', 'application/json');
      if (state === 'JobComplete' && numberRecordsFailed === 0) break;
      if (state !== 'UploadComplete' && state !== 'InProgress') throw new Error(`leads: ${state}, ${numberRecordsFailed} failed`);
      await new Promise((wake) => setTimeout(wake, 500));
    }
  }
}

function quoted(value: unknown): string {
  return `"${String(value).replaceAll('"', '""')}"`;
}
