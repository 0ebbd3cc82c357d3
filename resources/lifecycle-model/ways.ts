// The ways back through a lifecycle: where they lead, which stages they reach, and whether one goes round in a circle at once.
import { whenOf } from '../conditions/condition.ts';
import { implies } from '../conditions/implies.ts';
import type { Path } from '../path.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { nearest } from '../suggest.ts';
import type { LifecycleModelSpec, LifecycleStage } from './schema.ts';

type Model = Resource<LifecycleModelSpec>;

interface Way {
  readonly from: string;
  readonly to: string;
  readonly sort: 'reject' | 'recycle';
  readonly path: Path;
}

export function checkWays(model: Model, report: Report): void {
  const { stages } = model.spec;
  const ways = stages.flatMap(waysOf);
  checkTargets(model, ways, report);
  checkReached(model, ways, report);
  checkCircles(model, ways, report);
  checkReturns(model, report);
}

function waysOf({ id, reject, recycle }: LifecycleStage, index: number): readonly Way[] {
  const path = ['spec', 'stages', index];
  return [
    ...reject.map(({ to }, place): Way => ({ from: id, to, sort: 'reject', path: [...path, 'reject', place, 'to'] })),
    ...(recycle === undefined ? [] : [{ from: id, to: recycle.to, sort: 'recycle' as const, path: [...path, 'recycle', 'to'] }]),
  ];
}

function checkTargets(model: Model, ways: readonly Way[], report: Report): void {
  const ids = model.spec.stages.map(({ id }) => id);
  for (const { from, to, sort, path } of ways) {
    const say = (code: string, message: string, hint?: string) =>
      report.error(model, { path, code, message: `stages[${from}].${sort}.to: ${message}`, hint });
    if (!ids.includes(to)) {
      const near = nearest(to, ids);
      say(
        'dangling-reference',
        `there is no stage "${to}"`,
        near === undefined ? `Stages are ${ids.join(', ')}.` : `Did you mean "${near}"?`,
      );
    } else if (to === from) say('circular-reference', 'it is there already');
    else if (sort === 'reject' && ids.indexOf(to) > ids.indexOf(from) && model.spec.stages[ids.indexOf(to)]?.entry !== undefined)
      say(
        'not-backwards',
        `${to} comes later, and a record gets there by its entry`,
        'Reject to an earlier stage, or to one without entry.',
      );
  }
}

/** Without an entry, only a way from another stage leads there. */
function checkReached(model: Model, ways: readonly Way[], report: Report): void {
  const entered = model.spec.stages.filter(({ entry }) => entry !== undefined).map(({ id }) => id);
  const reached = new Set(entered);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const { from, to } of ways) if (reached.has(from)) reached.add(to);
  }
  for (const [index, { id }] of model.spec.stages.entries()) {
    if (reached.has(id)) continue;
    report.error(model, {
      path: ['spec', 'stages', index, 'id'],
      code: 'unreachable',
      message: `stages[${id}] can not be reached: it has no entry, and no stage that is reached rejects or recycles to it`,
      hint: 'Write entry, or let another stage go back to it.',
    });
  }
}

/** Rejects apply at once: where they lead round, a record would never stand still. */
function checkCircles(model: Model, ways: readonly Way[], report: Report): void {
  const back = ways.filter(({ sort }) => sort === 'reject');
  const told = new Set<string>();
  for (const way of back) {
    const circle = circleOf(way, back);
    const name = [...(circle ?? [])].sort().join(' ');
    if (circle === undefined || told.has(name)) continue;
    told.add(name);
    report.error(model, {
      path: way.path,
      code: 'circular-reference',
      message: `stages: rejects go round in a circle: ${[...circle, way.from].join(' → ')}`,
      hint: 'Let one of them be a recycling, which waits its time.',
    });
  }
}

/** The stages on the shortest way back to where it came from. */
function circleOf(way: Way, ways: readonly Way[]): readonly string[] | undefined {
  if (way.from === way.to) return undefined;
  const paths: (readonly string[])[] = [[way.from, way.to]];
  const seen = new Set([way.to]);
  for (const path of paths) {
    for (const { from, to } of ways) {
      if (from !== path.at(-1)) continue;
      if (to === way.from) return path;
      if (!seen.has(to)) paths.push([...path, to]);
      seen.add(to);
    }
  }
  return undefined;
}

/** A record that was recycled still has what let it in: without a time to stay away it would be back at once. */
function checkReturns(model: Model, report: Report): void {
  const { stages } = model.spec;
  for (const [index, { id, entry, recycle }] of stages.entries()) {
    if (recycle === undefined || recycle.hold !== undefined || entry === undefined) continue;
    const target = stages.findIndex((other) => other.id === recycle.to);
    if (target < 0 || target >= index || isOver(entry, recycle.when)) continue;
    report.error(model, {
      path: ['spec', 'stages', index, 'recycle'],
      of: 'key',
      code: 'circular-reference',
      message: `stages[${id}].recycle: a record goes back to ${recycle.to} and is let in again at once, since what let it in still holds`,
      hint: 'Say how long it stays away: "hold: 60d".',
    });
  }
}

/** Recycled only where the entry holds no more. */
function isOver(entry: string, when: string | undefined): boolean {
  return when !== undefined && implies(whenOf(when).expression, { kind: 'not', part: whenOf(entry).expression });
}
