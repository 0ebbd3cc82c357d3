// Events as lines of the log.
import { feedbackWords } from '../feedback/words.ts';
import { refText } from '../../resources/core.ts';
import type { Log } from '../../ports/log.ts';
import { experimentLine } from '../experiments/watch.ts';
import { gradesLine } from '../metrics/words.ts';
import type { ControllerEvent, Listener } from './events.ts';
import { driftLine, problemLine } from './words.ts';

export function logListener(log: Log): Listener {
  let quiet = '';
  return (event) => {
    if (event.type === 'reconciled') {
      // A check that finds what the last one found says nothing new.
      const same = JSON.stringify([event.environment, event.outcome, event.commit, event.plan, event.problems]);
      if (event.done === 0 && same === quiet) return;
      quiet = same;
    }
    write(log, event);
  };
}

function write(log: Log, event: ControllerEvent): void {
  const run = event.run !== undefined && { run: event.run };
  switch (event.type) {
    case 'reconciled': {
      const { type, problems, holds, ...fields } = event;
      const told = { event: type, ...fields, problems: problems.map(problemLine), holds: holds.map(({ message }) => message) };
      const bad = problems.some(({ severity }) => severity === 'error');
      if (bad) log.error(told, `${event.outcome}: ${told.problems[0] ?? ''}`);
      else log.info(told, `reconciled: ${event.outcome}${event.steps === 0 ? '' : `, ${event.done} of ${event.steps} steps`}`);
      return;
    }
    case 'drift':
      for (const { drift } of event.news)
        log.warn({ event: 'drift', ...run, ...drift, ref: refText(drift.ref) }, `drift: ${driftLine(drift)}`);
      for (const { drift } of event.reverted)
        log.warn({ event: 'reverted', ...run, ...drift, ref: refText(drift.ref) }, `put back: ${driftLine(drift)}`);
      for (const { drift } of event.gone)
        log.info(
          { event: 'drift-gone', ...run, ref: refText(drift.ref), path: drift.path },
          `no longer drifting: ${refText(drift.ref)} ${drift.path}`,
        );
      return;
    case 'message': {
      const { type, ...fields } = event;
      if (event.error === undefined) log.info({ event: type, ...fields }, `message ${event.delivery}`);
      else log.warn({ event: type, ...fields }, `message ${event.delivery}: ${event.error}`);
      return;
    }
    case 'unaddressed':
      log.warn(
        { event: 'unaddressed', environment: event.environment, channels: event.channels },
        `no address is set for messages by ${event.channels.join(', ')}, which notifications of loopctl.yaml wants: they are not sent`,
      );
      return;
    case 'decided':
      log.info(
        { event: 'decided', loop: event.loop, decision: event.id, outcome: event.outcome, seconds: event.seconds },
        `${event.loop}: ${event.outcome}`,
      );
      return;
    case 'written':
      for (const one of event.refused)
        log.warn({ event: 'write-back', status: event.status, ...one }, `${one.record} was not written (${event.status}): ${one.error}`);
      return;
    case 'gone-through': {
      const { loop, object, counts } = event.job;
      const told = { event: 'gone-through', loop, object, status: event.status, ...counts, error: event.error };
      const text = `${loop} went through ${counts.seen} ${object} records: ${counts.changed} decided anew, ${counts.failed} to be tried again`;
      if (event.status === 'failed') log.warn(told, `${text}; ${event.error ?? 'it failed'}`);
      else log.info(told, text);
      return;
    }
    case 'outcomes':
      for (const [outcome, some] of Map.groupBy(event.outcomes, (one) => one.outcome))
        log.info({ event: 'outcomes', outcome, count: some.length }, `${some.length} ${outcome}`);
      return;
    case 'grades': {
      const { drift, environment, before } = event;
      const told = { event: 'grades', environment, model: drift.model, verdict: drift.verdict, psi: drift.psi, before };
      if (drift.verdict === 'act') log.warn(told, gradesLine(drift));
      else log.info(told, gradesLine(drift));
      return;
    }
    case 'experiments':
      for (const report of event.reports.filter(({ name }) => event.news.includes(name))) {
        const { name, run, state } = report;
        log[state === 'stopped' ? 'warn' : 'info'](
          { event: 'experiment', environment: event.environment, experiment: name, run, state },
          experimentLine(report),
        );
      }
      return;
    case 'feedback': {
      const { told } = event;
      const { problems: _, ...fields } = told;
      log[told.outcome === 'refused' ? 'warn' : 'info']({ event: 'feedback', ...fields }, feedbackWords(told));
      return;
    }
    case 'measured':
    case 'pools':
      return;
    case 'stopping':
      log.info({ event: 'stopping' }, 'stopping');
      return;
    default:
      event satisfies never;
  }
}
