// The people of the demo: users with a role hierarchy that follows who reports to whom.
import type { Work } from '../rows/work.ts';
import { seedUser } from './base.ts';
import { timeZoneOf } from './places.ts';

export interface DemoPerson {
  readonly username: string;
  readonly name: string;
  /** `AE`, `Manager`, `SDR` … */
  readonly role: string;
  readonly title?: string;
  /** The username of who they report to. */
  readonly manager?: string;
  /** A path such as `ams/west/norcal`: where their records come from. */
  readonly territory?: string;
}

export interface SeededPerson extends DemoPerson {
  readonly id: string;
}

/** For an org without a roster. */
export const SMALL_ROSTER: readonly DemoPerson[] = [
  { username: 'vp.sales@demo.example', name: 'Renata Alvarez', role: 'VP', title: 'VP of Sales' },
  { username: 'mgr.west@demo.example', name: 'Joanna Park', role: 'Manager', manager: 'vp.sales@demo.example', territory: 'ams/west' },
  { username: 'mgr.east@demo.example', name: 'Marcus Bell', role: 'Manager', manager: 'vp.sales@demo.example', territory: 'ams/east' },
  { username: 'mgr.emea@demo.example', name: 'Sven Lindqvist', role: 'Manager', manager: 'vp.sales@demo.example', territory: 'emea' },
  { username: 'ae.bay@demo.example', name: 'Andrew Straus', role: 'AE', manager: 'mgr.west@demo.example', territory: 'ams/west/sf-bay' },
  { username: 'ae.socal@demo.example', name: 'Hannah Weiss', role: 'AE', manager: 'mgr.west@demo.example', territory: 'ams/west/socal' },
  { username: 'ae.ny@demo.example', name: 'Aaron Feldman', role: 'AE', manager: 'mgr.east@demo.example', territory: 'ams/east/ny-metro' },
  {
    username: 'ae.boston@demo.example',
    name: 'Fiona Byrne',
    role: 'AE',
    manager: 'mgr.east@demo.example',
    territory: 'ams/east/new-england',
  },
  {
    username: 'ae.london@demo.example',
    name: 'James Whitmore',
    role: 'AE',
    manager: 'mgr.emea@demo.example',
    territory: 'emea/uki/london',
  },
  { username: 'ae.dach@demo.example', name: 'Lukas Brandt', role: 'AE', manager: 'mgr.emea@demo.example', territory: 'emea/dach' },
  { username: 'sdr.ams@demo.example', name: 'Priya Nair', role: 'SDR', manager: 'mgr.east@demo.example', territory: 'ams' },
  { username: 'csm.ams@demo.example', name: 'Olivia Grant', role: 'CSM', manager: 'mgr.east@demo.example', territory: 'ams' },
];

export function seedPeople(work: Work, ProfileId: string, people: readonly DemoPerson[]): SeededPerson[] {
  const roleOf = seedRoles(work, people);
  const seeded = people.map((person) => ({ ...person, id: seedPerson(work, ProfileId, person, roleOf(person)) }));
  const ids = new Map(seeded.map(({ username, id }) => [username, id]));
  for (const { id, manager } of seeded) {
    const above = manager === undefined ? undefined : ids.get(manager);
    if (above !== undefined) work.rows.patch(work, 'User', id, { ManagerId: above }, 'system');
  }
  return seeded;
}

function seedPerson(work: Work, ProfileId: string, person: DemoPerson, UserRoleId: string): string {
  const words = person.name.trim().split(/\s+/);
  const last = words.pop() ?? person.username;
  return seedUser(work, {
    Username: person.username,
    Email: person.username,
    FirstName: words.length === 0 ? null : words.join(' ').slice(0, 40),
    LastName: last.slice(0, 80),
    Alias: (person.username.split('@')[0] ?? '').replace(/\W/g, '').slice(0, 8),
    Title: (person.title ?? person.role).slice(0, 80),
    ProfileId,
    UserRoleId,
    TimeZoneSidKey: timeZoneOf(person.territory),
    ForecastEnabled: person.role === 'AE' || person.role === 'Manager' ? 1 : 0,
  });
}

/** One role at the top, one for each person with reports, one for each kind of work below them. */
function seedRoles(work: Work, people: readonly DemoPerson[]): (person: DemoPerson) => string {
  const known = new Map(people.map((person) => [person.username, person]));
  const leaders = new Set(people.map(({ manager }) => manager).filter((manager) => manager !== undefined && known.has(manager)));
  const roles = new Map<string, string>();
  const role = (key: string, name: string, ParentRoleId: string | null): string => {
    const there = roles.get(key);
    if (there !== undefined) return there;
    const DeveloperName = `${name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')}_${roles.size}`.slice(-80);
    const access = { OpportunityAccessForAccountOwner: 'Edit', CaseAccessForAccountOwner: 'Edit', ContactAccessForAccountOwner: 'Edit' };
    const id = work.rows.insert(work, 'UserRole', { Name: name.slice(0, 80), DeveloperName, ParentRoleId, ...access });
    roles.set(key, id);
    return id;
  };
  const top = role('', 'Company', null);
  const of = (person: DemoPerson, above: readonly string[] = []): string => {
    const manager = person.manager === undefined || above.includes(person.manager) ? undefined : known.get(person.manager);
    const parent = manager ? of(manager, [...above, person.username]) : top;
    return leaders.has(person.username)
      ? role(person.username, `${person.role} ${person.name}`, parent)
      : role(`${parent}/${person.role}`, manager ? `${person.role}, ${manager.name}` : person.role, parent);
  };
  return (person) => of(person);
}
