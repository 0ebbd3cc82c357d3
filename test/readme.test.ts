// The README's quick tour, run as it stands there: the same commands, and what they print.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loopctl, startLoopctl, temporary } from './cli/command.ts';
import { callerOn } from './sandbox/org.ts';

const ROOT = join(import.meta.dirname, '..');

test('the quick tour prints what the README says', async () => {
  const folder = temporary('tour');
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true });
  const edit = (file: string, from: string, to: string) => {
    const path = join(folder, 'config', file);
    expect(readFileSync(path, 'utf8')).toContain(from);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  const org = await startLoopctl(['org', 'start', '--port', '0', '--quiet'], { cwd: folder });
  expect(loopctl(['apply', '--yes'], { cwd: folder }).code).toBe(0);

  const steps = tour();
  expect(steps.length).toBeGreaterThan(6);
  for (const { command, prints } of steps) {
    if (command === 'plan' && prints.some((line) => line.includes('Bay Area')))
      edit('design/territories/ams.yaml', 'label: SF Bay', 'label: Bay Area');
    if (command === 'plan' && prints.some((line) => line.includes('1 to delete')))
      edit('design/capacity_config.yaml', 'active_scenario: fy27-base', 'active_scenario: fy27-growth');
    if (command === 'drift') {
      const admin = callerOn(String(org.ready.url), String(org.ready.token));
      const [row] = await admin.query<{ Id: string }>("SELECT Id FROM Territory2 WHERE Name = 'Bay Area'");
      await admin.update('Territory2', row?.Id ?? '', { Name: 'By hand' });
    }
    const { stdout, stderr } = loopctl(command.split(' '), { cwd: folder });
    for (const line of prints) expect(stdout, `${command}: ${stderr}`).toMatch(pattern(line.trim()));
  }
});

/** Commands of the console blocks, each with the lines that stand below it. */
function tour(): readonly { readonly command: string; readonly prints: readonly string[] }[] {
  const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```console\n([^]*?)```/g)].map((match) => match[1] ?? '');
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
