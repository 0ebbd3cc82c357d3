// What came of test packs, as people read it: a line a case, and under one that fails what was expected and what came.
import type { CaseResult } from '../../controller/packs/run.ts';
import { textOf } from '../../controller/packs/run.ts';
import { counted, safe } from '../../plans/show.ts';
import type { Terminal } from './terminal.ts';

export function packsText(results: readonly CaseResult[], uncovered: readonly string[], colors: Terminal['colors']): string {
  const lines: string[] = [];
  for (const [pack, cases] of Map.groupBy(results, ({ pack: name }) => name)) {
    lines.push(...(lines.length > 0 ? [''] : []), `RoutingTestPack/${pack}`);
    for (const one of cases) lines.push(...caseLines(one, colors));
  }
  const failed = results.filter(({ ok }) => !ok).length;
  const sum =
    failed === 0
      ? colors.green(`${counted(results.length, 'case')}, all as expected.`)
      : `${counted(results.length, 'case')}, ${failed} not as expected.`;
  const open = uncovered.length === 0 ? [] : [`No case expects ${uncovered.join(', ')}.`];
  return [...lines, '', sum, ...open].join('\n');
}

function caseLines({ ok, name, at, differences, got, why }: CaseResult, colors: Terminal['colors']): readonly string[] {
  if (ok) return [`  ${colors.green('ok')}    ${safe(name)}`];
  const key = Math.max(...differences.map((one) => one.key.length));
  return [
    `  ${colors.red('fails')} ${safe(name)} (${at.path}:${at.line})`,
    ...differences.map((one) => `          ${one.key.padEnd(key)}  ${safe(textOf(one.expected))} → ${safe(textOf(one.got))}`),
    ...(differences.some((one) => one.key === 'rule') || got.rule === undefined ? [] : [`          by ${got.rule}`]),
    `          ${safe(why)}`,
  ];
}
