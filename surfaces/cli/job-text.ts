// A job in one line: what it goes through, how far it is.
import { counted, safe, thousands } from '../../plans/show.ts';
import type { JobRow } from '../../ports/jobs.ts';

export function jobText(job: JobRow): string {
  const { loop, object, query, status, counts, error } = job;
  const which = 'open' in query ? `the open ${object} records` : `${object} records where ${safe(query.where)}`;
  return `${loop} on ${which}: ${status}, ${countsText(counts)}${error === undefined ? '' : `; ${safe(error)}`}`;
}

export function countsText({ seen, changed, unchanged, failed }: JobRow['counts']): string {
  const tail = failed === 0 ? '' : `, ${thousands(failed)} to be tried again`;
  return `${counted(seen, 'record')} seen, ${thousands(changed)} decided anew, ${thousands(unchanged)} unchanged${tail}`;
}
