// The people in the territories of an org, as the seats of a scenario: one a person and role.
import { type Importing, type KindImport, type LiveRecord, partsOf } from '../importing.ts';
import { livingModels } from '../territory-model/imported.ts';
import { territoryPaths } from '../territory/imported.ts';
import type { Json } from '../edit/print.ts';
import type { Declaration } from '../write.ts';
import { roleWords } from './imported-roles.ts';

export const scenarioImport: KindImport = {
  types: ['UserTerritory2Association'],
  needs: ['Territory', 'TerritoryModel', 'TerritoryType'],
  read,
};

const NAME = 'current';
const USERNAME = /^[^@\s,]+@[^@\s,]+$/;

function* read(importing: Importing): Generator<Declaration> {
  const roster = [...seats(importing)];
  if (roster.length === 0) return;
  const active = importing.declared?.scenario?.resource.ref.name;
  const names = importing.declared?.organisation.names('Scenario') ?? new Set();
  const name = firstFree(NAME, (one) => names.has(one));
  const file = `design/scenarios/${name}.yaml`;
  if (active === undefined) {
    yield { kind: 'Scenario', name, file, spec: { title: 'As it is in the org', roster } };
    if (importing.declared?.capacity === undefined)
      yield { kind: 'CapacityConfig', name: 'capacity', file: 'design/capacity_config.yaml', spec: { active_scenario: name } };
    return;
  }
  importing.note(
    'scenario-not-active',
    `The seats that ${active} does not have are written into the scenario ${name}, which builds on it and is not active.`,
    `Move them into ${active}, or make ${name} the active one: active_scenario: ${name}`,
  );
  yield { kind: 'Scenario', name, file, spec: { title: `${active}, and who else is in the org`, base: active, roster } };
}

interface Sitting {
  readonly user: string;
  readonly role: string;
  readonly territories: readonly string[];
  /** Absent from the org since they may not sign in: Salesforce assigns them no more. */
  readonly isOpen: boolean;
}

function* seats(importing: Importing): Generator<{ readonly [key: string]: Json }> {
  const taken = new Set(importing.declared?.seats.keys());
  for (const { user, role, territories, isOpen } of sittings(importing)) {
    const seat = firstFree(seatName(user), (name) => taken.has(name));
    taken.add(seat);
    const territory = territories.length === 1 ? (territories[0] ?? '') : territories;
    yield { seat, role, territory, ...(isOpen ? { status: 'open' } : { user, status: 'active' }) };
  }
}

function sittings(importing: Importing): readonly Sitting[] {
  const paths = territoryPaths(importing);
  const living = new Set(livingModels(importing));
  const suffix = importing.declared?.environment.username_suffix ?? '';
  const found = new Map<string, { readonly user: string; readonly role: string; readonly territories: Set<string> }>();
  for (const record of importing.of('UserTerritory2Association')) {
    const { address, fields } = record;
    const [model, rest] = partsOf(address.key);
    const [name, key] = partsOf(rest);
    if (!living.has(model) || importing.isDeclared(address)) continue;
    const path = paths.get(name);
    const text = fields['RoleInTerritory2'];
    const role = roleWords(importing).get(typeof text === 'string' && text !== '' ? text : null);
    const user = key.endsWith(suffix.toLowerCase()) ? key.slice(0, key.length - suffix.length) : undefined;
    const why = reason(record, { path, role, user });
    if (why !== undefined) importing.leaveOut(address, ...why);
    else {
      const sitting = found.get(`${user} ${role}`) ?? { user: user ?? '', role: role ?? '', territories: new Set() };
      sitting.territories.add(path ?? '');
      found.set(`${user} ${role}`, sitting);
    }
  }
  return [...found.values()].map(({ user, role, territories }) => {
    const isOpen = !importing.isActive(`${user}${suffix}`.toLowerCase());
    if (isOpen)
      importing.note(
        'inactive-user',
        `${user} is inactive: the seat in ${[...territories].join(', ')} is written as open, and the assignment in the org stays undeclared.`,
        'Take the person out of the territory in the org.',
      );
    return { user, role, territories: [...territories], isOpen };
  });
}

function reason(
  { fields }: LiveRecord,
  { path, role, user }: { readonly path: string | undefined; readonly role: string | undefined; readonly user: string | undefined },
): readonly [code: string, why: string, hint?: string] | undefined {
  if (path === undefined) return ['territory-left-out', 'its territory is left out'];
  if (role === undefined)
    return [
      'no-such-role',
      `no declared role is called ${JSON.stringify(fields['RoleInTerritory2'] ?? null)}`,
      'Add it to the roles of the TerritoryModel.',
    ];
  if (user === undefined || !USERNAME.test(user))
    return ['bad-username', 'the username is none that can be declared in this environment (username_suffix)'];
  return undefined;
}

/** `ae.sfbay1@acme.example` → `ae-sfbay1` */
function seatName(user: string): string {
  const words = (user.split('@')[0] ?? user).split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.length === 0 ? 'seat' : words.join('-').toLowerCase();
}

function firstFree(name: string, isTaken: (name: string) => boolean): string {
  let candidate = name;
  for (let number = 2; isTaken(candidate); number += 1) candidate = `${name}-${number}`;
  return candidate;
}
