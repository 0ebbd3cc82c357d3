// The README's quick tour, run as it stands there: the same commands, and what they print.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loopctl, startLoopctl, temporary } from './cli/command.ts';
import { callerOn, until } from './sandbox/org.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the quick tour prints what the README says', async () => {
  const folder = temporary('tour');
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true });
  const edit = (file: string, from: string, to: string) => {
    const path = join(folder, 'config', file);
    expect(readFileSync(path, 'utf8')).toContain(from);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  const [withController, without] = README.split('<!-- tour: from here on without the controller -->');
  writeFileSync(join(folder, 'lead.json'), /<!-- tour file: lead.json -->\n```json\n([^]*?)```/.exec(README)?.[1] ?? '');
  const org = await startLoopctl(['org', 'start', '--port', '0', '--quiet'], { cwd: folder });
  expect(loopctl(['apply', '--yes'], { cwd: folder }).code).toBe(0);
  const controller = await startLoopctl(['controller', '--port', '0'], { cwd: folder });
  const admin = callerOn(String(org.ready.url), String(org.ready.token));
  const inOrg = async (name: string) => (await admin.query<{ Id: string }>(`SELECT Id FROM Territory2 WHERE Name = '${name}'`))[0]?.Id;

  const steps = tour(withController ?? '');
  expect(steps.length).toBeGreaterThan(6);
  for (const step of steps) {
    if (step.command === 'history') {
      edit('design/territories/ams.yaml', 'label: SF Bay', 'label: Bay Area');
      await until(async () => loopctl(['history'], { cwd: folder }).stdout.includes('1 update\n'));
    }
    if (step.command === 'drift') await admin.update('Territory2', (await inOrg('Bay Area')) ?? '', { Name: 'By hand' });
    run(step, folder);
  }
  expect(await controller.stop()).toBe(0);
  edit('design/capacity_config.yaml', 'active_scenario: fy27-base', 'active_scenario: fy27-growth');
  for (const step of tour(without ?? '')) run(step, folder);
});

function run({ command, prints }: TourStep, cwd: string): void {
  const { stdout, stderr } = loopctl(command.split(' '), { cwd });
  for (const line of prints) expect(stdout, `${command}: ${stderr}`).toMatch(pattern(line.trim()));
}

interface TourStep {
  readonly command: string;
  readonly prints: readonly string[];
}

/** Commands of the console blocks, each with the lines that stand below it. */
function tour(text: string): readonly TourStep[] {
  const blocks = [...text.matchAll(/```console\n([^]*?)```/g)].map((match) => match[1] ?? '');
  const steps: { command: string; prints: string[] }[] = [];
  for (const line of blocks.join('').split('\n')) {
    const command = /^\$ npx loopctl (.*)$/.exec(line)?.[1];
    if (command !== undefined) steps.push({ command, prints: [] });
    else if (line.trim() !== '') steps.at(-1)?.prints.push(line);
  }
  return steps;
}

/** `…` stands for whatever differs from run to run. */
function pattern(line: string): RegExp {
  const pieces = line.split('…').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(pieces.join('.*'));
}
