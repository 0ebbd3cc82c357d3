// What is wrong with a life that was lived; nothing, where all of it came to be, is written down, and was told once.
import type { Lived } from './life.ts';

export function wrongIn(lived: Lived): readonly string[] {
  const applied = new Set(lived.history.map(({ commit }) => commit));
  return [
    ...lived.errors,
    ...lived.late,
    ...lived.commits.flatMap((commit, hour) => (applied.has(commit) ? [] : [`the commit of hour ${hour} is not in the history`])),
    ...lived.history.flatMap(({ id, finishedAt }) => (finishedAt === undefined ? [`the apply ${id} has no end`] : [])),
    ...(lived.openBatches === 0 ? [] : [`${lived.openBatches} batches are open`]),
    ...(JSON.stringify(lived.picture) === JSON.stringify(lived.smooth) ? [] : ['the org is not what it would be without troubles']),
    ...byHand(lived),
    ...failures(lived),
  ];
}

/** A process that died between taking a message and noting its fate: it may have arrived, and is not sent again. */
const WHILE_TELLING = new Set(['after take', 'before settle']);

/** Each change by hand is told once: as drift, or as what was put back. */
function byHand({ told, byHand: changes, deaths }: Lived): readonly string[] {
  const wrong = changes.flatMap(({ value, putBackBy }) => {
    const found = told.filter(({ text }) => text.includes(`live "${value}"`)).map(({ text }) => text.split(' in ')[0]);
    const wanted = putBackBy === 'hand' ? 'Drift' : 'Put back';
    if (found.length === 0 && deaths.some((at) => WHILE_TELLING.has(at))) return [];
    return found.length === 1 && found[0] === wanted ? [] : [`"${value}" was told as: ${found.join(', ')}; wanted: ${wanted}`];
  });
  const drifts = changes.filter(({ putBackBy }) => putBackBy === 'hand').length;
  const gone = told.filter(({ text }) => text.startsWith('No longer drifting')).length;
  return gone <= drifts ? wrong : [...wrong, `${gone} ends of drift were told, of ${drifts}`];
}

/** A failure once while it lasts, and its end once. */
function failures({ told }: Lived): readonly string[] {
  return [...Map.groupBy(told, ({ hour }) => hour)].flatMap(([hour, some]) => {
    const failed = some.filter(({ text }) => text.startsWith('Failed')).map(({ text }) => text);
    const ended = some.filter(({ text }) => text.includes('is well again')).length;
    return [
      ...(new Set(failed).size === failed.length ? [] : [`hour ${hour}: a failure was told twice`]),
      ...(ended === (failed.length > 0 ? 1 : 0) ? [] : [`hour ${hour}: ${failed.length} failures, ${ended} ends of them`]),
    ];
  });
}
