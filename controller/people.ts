// Who sits in the seats of an organisation: what a new embedded org is given as users.
import type { Organisation } from '../resources/resource.ts';
import { activeScenario } from '../resources/active.ts';
import { Project } from '../resources/project/schema.ts';

export interface Person {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly manager?: string;
  readonly territory?: string;
}

/** Everybody that any seat of the active scenario names, and whoever may approve, each once. */
export function peopleOf(organisation: Organisation): readonly Person[] {
  const rows = (activeScenario(organisation)?.roster ?? []).map(({ row }) => row);
  const userOf = new Map(rows.flatMap((row) => (typeof row.user === 'string' ? [[row.seat, row.user] as const] : [])));
  const people = new Map<string, Person>();
  for (const row of rows) {
    if (typeof row.user !== 'string' || people.has(row.user)) continue;
    const manager = typeof row.reports_to === 'string' ? userOf.get(row.reports_to) : undefined;
    const [territory] = [row.territory ?? []].flat();
    people.set(row.user, {
      username: row.user,
      name: row.name ?? nameIn(row.user),
      role: row.role ?? 'User',
      ...(manager !== undefined && manager !== row.user && { manager }),
      ...(territory !== undefined && { territory }),
    });
  }
  const groups = organisation.all(Project)[0]?.spec.groups ?? {};
  for (const username of Object.values(groups).flat()) {
    if (!people.has(username)) people.set(username, { username, name: nameIn(username), role: 'Operations' });
  }
  return [...people.values()];
}

/** `ae.east1@acme.example` → `Ae East1`. */
function nameIn(username: string): string {
  const words = (username.split('@')[0] ?? username).split(/[._-]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
