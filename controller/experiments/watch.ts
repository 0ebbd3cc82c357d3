// Experiments are looked at with the loops: a candidate that is too bad acts no more, and people hear once that it is so, and once that there is
// enough to tell.
import type { NewMessage } from '../../ports/divergences.ts';
import type { ExperimentStanding, Scope, Store } from '../../ports/store.ts';
import type { Listener } from '../follow/events.ts';
import { addressed, type Channels } from '../follow/messages.ts';
import type { Identity } from '../follow/run.ts';
import { type ExperimentReport, experimentReports } from './report.ts';

export interface Told {
  readonly store: Store;
  readonly channels: Channels;
  readonly listener: Listener;
}

export async function lookAtExperiments({ store, channels, listener }: Told, identity: Identity, scope: Scope, now: Date): Promise<void> {
  const reports = await experimentReports(store, scope, { now });
  const { experiments: before = {} } = await store.standing(scope.project, scope.environment);
  if (reports.length === 0 && Object.keys(before).length === 0) return;
  const judged = reports.map((report) => ({ report, ...standingOf(report, before[report.name]) }));
  const messages = judged.flatMap(({ report, isNews }): readonly NewMessage[] => {
    if (!isNews) return [];
    // The same whenever it is told: a process that dies before it is written down tells it once all the same.
    const key = `experiment ${scope.project} ${scope.environment} ${report.name} ${report.run} ${report.state}`;
    const text = experimentWords(scope.environment, report);
    return addressed(identity.spec, channels, { key, topic: 'drift', environment: scope.environment, text, at: report.at });
  });
  if (messages.length > 0) await store.messages.add(messages);
  const experiments = Object.fromEntries(judged.map(({ report, now: standing }) => [report.name, standing]));
  await store.updateStanding(scope, { experiments: judged.length === 0 ? undefined : experiments });
  listener({
    type: 'experiments',
    environment: scope.environment,
    reports,
    news: judged.filter(({ isNews }) => isNews).map(({ report }) => report.name),
  });
}

function standingOf(
  { run, state, because, since, at }: ExperimentReport,
  before: ExperimentStanding | undefined,
): { readonly now: ExperimentStanding; readonly isNews: boolean } {
  const known = before?.run === run ? before : undefined;
  const isNews = (state === 'stopped' || state === 'enough') && (known?.state !== state || known.told === undefined);
  const first = known?.since ?? since;
  const told = isNews ? at : state === 'stopped' || state === 'enough' ? known?.told : undefined;
  return { now: { run, state, because, ...(first !== undefined && { since: first }), at, ...(told !== undefined && { told }) }, isNews };
}

function experimentWords(environment: string, { name, state, because, control }: ExperimentReport): string {
  const what = state === 'stopped' ? `is stopped: ${control} decides on all records again` : 'has enough to tell';
  return `*${environment}*: the experiment ${name} ${what}; ${because}. More: loopctl experiment show ${name}`;
}

export function experimentLine({ name, state, because }: ExperimentReport): string {
  return `experiment ${name}: ${state}, ${because}`;
}
