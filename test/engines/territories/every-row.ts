// The plain way to a territory: every row is asked. What the index says is compared with it.
import type { Place } from '../../../engines/territories/place.ts';
import { hasPostal } from '../../../engines/territories/postal.ts';
import { type Hit, resolveHits, type TerritoryAnswer } from '../../../engines/territories/resolve.ts';
import { compared, holds } from '../../../engines/territories/row.ts';
import type { Territories } from '../../../engines/territories/territories.ts';

export function askingEveryRow({ rows, parentOf, normalName }: Territories, place: Place): TerritoryAnswer {
  const seen = compared(place, normalName);
  const hits = rows
    .filter((row) => holds(row, seen))
    .flatMap((row): readonly Hit[] =>
      row.level === 'postal' ? (row.postal ?? []).filter((item) => hasPostal(item, seen.postal)).map((item) => ({ row, item })) : [{ row }],
    );
  return resolveHits(hits, parentOf);
}
