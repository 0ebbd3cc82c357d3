// Who is out of office: all-day Events that show so. The days of such an event are no moments: it stands at midnight UTC of its first day,
// whatever the zone of its owner, and its length is in whole days.
// What is read is asked by the start, with the longest absence that is looked back for, and the end is reckoned from the length: whether
// `EndDateTime` names the last day or the one after it is not the same in all versions of the API.
import type { OutOfOffice } from '../../ports/records.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';

const DAY = 86_400_000;
/** An absence that began longer ago is said in git. */
const LONGEST_DAYS = 370;

export async function outOfOffice(session: Session, from: string, to: string): Promise<readonly OutOfOffice[]> {
  const earliest = new Date(Date.parse(`${from}T00:00:00Z`) - LONGEST_DAYS * DAY).toISOString();
  const soql =
    'SELECT Owner.Username, Subject, StartDateTime, DurationInMinutes FROM Event ' +
    "WHERE IsAllDayEvent = true AND ShowAs = 'OutOfOffice' " +
    `AND StartDateTime >= ${earliest} AND StartDateTime <= ${to}T00:00:00.000Z AND EndDateTime >= ${from}T00:00:00.000Z`;
  const found: OutOfOffice[] = [];
  for (const { Owner, Subject, StartDateTime, DurationInMinutes } of await query(session, soql)) {
    const username = (Owner as { readonly Username?: unknown } | null | undefined)?.Username;
    const begins = Date.parse(String(StartDateTime));
    // A public calendar is nobody.
    if (typeof username !== 'string' || Number.isNaN(begins)) continue;
    const start = Math.floor(begins / DAY) * DAY;
    const days = Math.max(1, Math.ceil(Number(DurationInMinutes ?? 0) / (24 * 60)));
    const until = dayOf(start + days * DAY);
    if (until <= from) continue;
    found.push({ username, from: dayOf(start), until, ...(typeof Subject === 'string' && { subject: Subject }) });
  }
  return found;
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
