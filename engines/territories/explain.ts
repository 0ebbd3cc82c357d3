// Why it is this territory: every row that holds, from the strongest, and by what the others lost.
import type { TraceEntry } from '../trace.ts';
import type { Place } from './place.ts';
import { hasPostal, type PostalItem } from './postal.ts';
import { lowest, mostSpecific, resolveHits, type TerritoryAnswer } from './resolve.ts';
import { type Compared, compared, LEVELS, type Row } from './row.ts';
import { allHits, type Territories } from './territories.ts';

export interface ExplainedTerritory {
  readonly answer: TerritoryAnswer;
  /** An entry for every row that holds. `rule` is the row: `rows[3] ams/west`. */
  readonly trace: readonly TraceEntry[];
}

export function explainTerritory(territories: Territories, place: Place): ExplainedTerritory {
  const seen = compared(place, territories.normalName);
  const hits = allHits(territories, place);
  const strongest = mostSpecific(hits);
  const left = new Set(lowest(strongest, territories.parentOf).map(({ row }) => row));
  const answer = resolveHits(hits, territories.parentOf);
  const rows = [...new Set(hits.map(({ row }) => row))].sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  const inFront = new Set(strongest.map(({ row }) => row));
  return {
    answer,
    trace: rows.map((row) => ({
      rule: `rows[${row.index}] ${row.territory}`,
      result: left.has(row) ? answer.status : 'passed over',
      because: `${criteriaText(row, seen)}${left.has(row) ? tieText(answer) : `; ${lostText(row, rows[0] as Row, inFront)}`}`,
    })),
  };
}

function rank({ level }: Row): number {
  return LEVELS.indexOf(level);
}

function lostText(row: Row, first: Row, inFront: ReadonlySet<Row>): string {
  if (row.level !== first.level) return `${first.level} goes before ${row.level}`;
  if (inFront.has(row)) return `a territory below ${row.territory} matches as well, and stands for it`;
  return row.band === undefined && [...inFront].some(({ band }) => band !== undefined)
    ? 'a row with a head count goes before one without'
    : 'a row with narrower postal codes goes before it';
}

function tieText(answer: TerritoryAnswer): string {
  return answer.status === 'ambiguous' ? `; nothing tells ${answer.candidates.join(' and ')} apart` : '';
}

function criteriaText(row: Row, { country, state, city, postal, employees, domain, name }: Compared): string {
  const parts: string[] = [];
  if (row.level === 'named') parts.push(`the account is named (${row.domains.has(domain) ? domain : name})`);
  const item = row.postal?.find((one) => hasPostal(one, postal));
  if (item !== undefined) parts.push(`postal code ${postal} is in ${postalText(item)}`);
  if (row.cities !== undefined) parts.push(`city is ${city}`);
  if (row.states !== undefined) parts.push(`state is ${state}`);
  if (row.countries !== undefined) parts.push(`country is ${country}`);
  if (row.band !== undefined) parts.push(`${employees} employees are ${bandText(row.band)}`);
  return parts.join(', ');
}

function postalText(item: PostalItem): string {
  switch (item.kind) {
    case 'code':
      return item.code;
    case 'prefix':
      return `${item.prefix}*`;
    case 'range':
      return [item.low, item.high].map((code) => String(code).padStart(item.length, '0')).join('-');
    default:
      return item satisfies never;
  }
}

function bandText({ min, max }: NonNullable<Row['band']>): string {
  return max === Infinity ? `at least ${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
}
