// Which person is in which territory: what a filled, live seat means for the CRM.
import { addressText } from '../core.ts';
import type { Resolved, Seat } from '../resolved.ts';
import { territoryAddress } from '../territory/kind.ts';
import { roleText } from './role-text.ts';

/** Where the seat is written: the row of the scenario that said the last word on it. */
export function originOf({ declared }: Seat) {
  return () => declared.resource.at({ path: declared.path });
}

export interface Assignment {
  readonly type: 'UserTerritory2Association';
  readonly key: string;
  readonly user: string;
  /** `MODEL/DevName` */
  readonly territory: string;
  /** The territory's name. */
  readonly path: string;
  /** RoleInTerritory2; `null`: declared empty. */
  readonly role: string | null;
}

/** The assignments that a seat means on the day: none while nobody sits in it or it is not live. */
export function assignmentsOf(seat: Seat, resolved: Resolved): readonly Assignment[] {
  const user = seat.user?.toLowerCase();
  if (!seat.live || user === undefined) return [];
  return seat.territories.flatMap((path) =>
    (resolved.territories.get(path)?.models ?? []).map((model) => {
      const territory = territoryAddress(resolved, resolved.crmName('TerritoryModel', model.ref.name), path).key;
      return {
        type: 'UserTerritory2Association',
        key: `${territory}/${user}`,
        user,
        territory,
        path,
        role: roleText(model, seat.role),
      } as const;
    }),
  );
}

export function assignmentAddresses(seat: Seat, resolved: Resolved): readonly string[] {
  return assignmentsOf(seat, resolved).map(({ type, key }) => addressText({ type, key }));
}
