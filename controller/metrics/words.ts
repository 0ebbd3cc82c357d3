// Drift of grades as people read it: in a chat, in the log.
import type { ModelDrift } from './drift.ts';

export function gradesLine(drift: ModelDrift): string {
  const { model, verdict, psi, n, limits } = drift;
  if (psi === undefined)
    return `grades of ${model}: too few records to tell (${n.window} lately, ${n.reference} before; ${limits.min_n} are needed)`;
  return `grades of ${model}: ${verdict}, PSI ${psi.toFixed(3)} over ${n.window} records against ${n.reference}${movedText(drift)}`;
}

/** The factors that moved most, where one did. */
function movedText({ factors, limits }: ModelDrift): string {
  const moved = factors.filter(({ psi }) => psi >= limits.watch).slice(0, 3);
  return moved.length === 0 ? '' : `; moved: ${moved.map(({ id, psi }) => `${id} ${psi.toFixed(2)}`).join(', ')}`;
}

export function driftedWords(environment: string, drift: ModelDrift): string {
  const { grades, limits, window, reference } = drift;
  const rows = grades.map((row) => {
    const converted =
      row.reference.converted + row.window.converted === 0 ? '' : `, converted ${rate(row.reference.rate)} → ${rate(row.window.rate)}`;
    return `• ${row.grade}: ${percent(row.reference.share)} → ${percent(row.window.share)} of the records${converted}`;
  });
  return [
    `*${environment}*: ${gradesLine(drift)} (above ${limits.act} people are told)`,
    ...rows,
    `${day(window.from)} to ${day(window.to)}, against ${day(reference.from)} to ${day(reference.to)}. More: loopctl loop metrics qualify`,
  ].join('\n');
}

export function steadyWords(environment: string, drift: ModelDrift): string {
  return `*${environment}*: ${gradesLine(drift)}. The grades are as they were.`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function rate(value: number | null): string {
  return value === null ? 'none' : percent(value);
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
