// What follows from a clock: word to people, a task for whoever is meant, the record to somebody else.
import { developerName } from '../../resources/naming.ts';
import type { SLAPolicySpec } from '../../resources/sla-policy/schema.ts';
import type { Seat } from '../../engines/cascade/roster.ts';
import type { Calendar } from '../../engines/calendars/calendar.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { Decide, Wanted } from '../decide.ts';
import { taskOf } from '../tasks.ts';
import type { Happened } from './move.ts';
import { sentence, type Told } from './words.ts';
import type { Policy, Watched } from './world.ts';

export interface About {
  readonly here: Watched;
  readonly policy: Policy;
  readonly object: string;
  readonly record: string;
  /** Whose record it is: an id or a username, and the username. */
  readonly owner: string;
  readonly username: string | undefined;
  readonly calendar: Calendar;
  readonly told: Told;
  readonly decision: string;
  readonly name: string | undefined;
  readonly due: string | null;
  readonly now: number;
  /** Ids of the org by address. */
  idOf(address: string): string | undefined;
}

export interface Consequences {
  readonly effects: readonly Wanted[];
  /** Whom the record is given to is Route's to say. */
  readonly next: readonly Next[];
  readonly trace: readonly TraceEntry[];
}

type Next = NonNullable<Decide['rings']>[number];
type Escalation = SLAPolicySpec['escalations'][number];

export function consequencesOf(happened: readonly Happened[], about: About): Consequences {
  const { policy, object, record } = about;
  const effects: Wanted[] = [];
  const next: Next[] = [];
  const trace: TraceEntry[] = [];
  for (const one of happened) {
    if (one.what === 'escalated') {
      const escalation = policy.spec.escalations.find(({ id, after }) => (id ?? after) === one.mark);
      if (escalation === undefined) continue;
      const { wanted, because } = escalated(escalation, one, about);
      effects.push(...wanted);
      trace.push({ rule: `${policy.name} ${one.mark}`, result: 'escalated', because });
    }
    const { reassign } = policy.spec;
    if (one.what === 'reassigned' && reassign !== undefined) {
      const { to, reason_code } = reassign;
      const from = about.username;
      next.push({
        loop: 'route',
        object,
        record,
        reassign: { reason_code, because: sentence(one, about.told), ...(from !== undefined && { from }), ...(to !== 'route' && { to }) },
      });
    }
  }
  return { effects, next, trace };
}

function escalated(
  escalation: Escalation,
  happened: Happened,
  about: About,
): { readonly wanted: readonly Wanted[]; readonly because: string } {
  const { policy, object, record, told, name, decision, due, now } = about;
  const text = sentence(happened, told);
  const notice: readonly Wanted[] = escalation.notify
    ? [{ kind: 'notify', topic: 'sla', text: `${text} More: loopctl explain ${record}` }]
    : [];
  if (escalation.task === undefined) return { wanted: notice, because: 'people are told' };
  const whose = meant(escalation.to, about);
  if (whose === undefined) return { wanted: notice, because: `there is no ${escalation.to} to give a task to` };
  const words = {
    ...(name !== undefined && { name }),
    object,
    owner: told.owner,
    policy: policy.name,
    rule: policy.name,
    reason: text,
    decision,
    due: due ?? '',
  };
  const task = taskOf(escalation.task, { object, record, owner: whose.id, words, calendar: about.calendar, now });
  return { wanted: [...notice, task], because: `a task for ${whose.name}` };
}

function meant(to: string, { here, owner, username, idOf }: About): { readonly id: string; readonly name: string } | undefined {
  const ofUser = (user: string | undefined, seat?: Seat) => {
    const id = user === undefined ? undefined : idOf(`User/${user.toLowerCase()}`);
    return id === undefined || user === undefined ? undefined : { id, name: seat?.name ?? user };
  };
  const { seats } = here.roster;
  switch (to) {
    case 'owner':
      return owner.includes('@') ? ofUser(owner) : { id: owner, name: username ?? owner };
    case 'manager': {
      const boss = managerOf(here, seatOf(here, username));
      return ofUser(boss?.user, boss);
    }
    default: {
      const name = to.slice(to.indexOf('/') + 1);
      if (to.startsWith('seat/')) return ofUser(seats.get(name)?.user, seats.get(name));
      const id = idOf(`Group/${developerName(name)}`);
      return id === undefined ? undefined : { id, name: to };
    }
  }
}

/** Whom the seat reports to; else the nearest seat that counts as manager, in its territories and above them. */
function managerOf({ roster, parentOf, managers }: Watched, seat: Seat | undefined): Seat | undefined {
  const boss = roster.seats.get(seat?.reports_to ?? '');
  if (boss?.user !== undefined || seat === undefined) return boss;
  const passed = new Set<string>();
  for (const start of seat.territories)
    for (let at: string | null = start; at !== null && !passed.has(at); at = parentOf.get(at) ?? null) {
      passed.add(at);
      const found = roster.inTerritory
        .get(at)
        ?.find(({ role, user, seat: name }) => managers.has(role) && user !== undefined && name !== seat.seat);
      if (found !== undefined) return found;
    }
  return undefined;
}

/** The first of a person's seats. */
export function seatOf({ roster }: Watched, username: string | undefined): Seat | undefined {
  return username === undefined ? undefined : roster.ofUser.get(username.toLowerCase())?.[0];
}
