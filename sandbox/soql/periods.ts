// Date literals: a name becomes the days from … to, the end not included, as the caller's calendar has them.
// The week begins on Sunday and the fiscal year in January.

export interface Period {
  /** yyyy-MM-dd */
  readonly from: string;
  readonly to: string;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const NAMED = /^(YESTERDAY|TODAY|TOMORROW|LAST_90_DAYS|NEXT_90_DAYS|(LAST|THIS|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR))$/;
const COUNTED = /^(?:(LAST|NEXT)_N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S|N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO)$/;

export function isPeriod(name: string): boolean {
  return (NAMED.test(name) || COUNTED.test(name)) && !name.includes('FISCAL_WEEK');
}

/** `today` is yyyy-MM-dd in the caller's time zone; `count` is the number behind the colon. */
export function periodOf(name: string, count: number, today: string): Period {
  if (name === 'LAST_90_DAYS') return days(today, -90, 1);
  if (name === 'NEXT_90_DAYS') return days(today, 1, 91);
  if (name === 'YESTERDAY') return days(today, -1, 0);
  if (name === 'TODAY') return days(today, 0, 1);
  if (name === 'TOMORROW') return days(today, 1, 2);
  const counted = COUNTED.exec(name);
  if (counted) {
    const [, side, unit, agoUnit] = counted;
    if (agoUnit !== undefined) return units(today, agoUnit as Unit, -count, -count + 1);
    // "Last n days" run up to now; the other units stop before the current one.
    if (unit === 'DAY') return side === 'LAST' ? days(today, -count, 1) : days(today, 1, count + 1);
    return side === 'LAST' ? units(today, unit as Unit, -count, 0) : units(today, unit as Unit, 1, count + 1);
  }
  const [, , which, unit] = NAMED.exec(name) ?? [];
  const step = which === 'LAST' ? -1 : which === 'NEXT' ? 1 : 0;
  return units(today, unit as Unit, step, step + 1);
}

function days(today: string, from: number, to: number): Period {
  return { from: addDays(today, from), to: addDays(today, to) };
}

function units(today: string, unit: Unit, from: number, to: number): Period {
  if (unit === 'DAY') return days(today, from, to);
  if (unit === 'WEEK') {
    const start = addDays(today, -new Date(`${today}T00:00:00Z`).getUTCDay());
    return { from: addDays(start, from * 7), to: addDays(start, to * 7) };
  }
  const months = unit === 'MONTH' ? 1 : unit === 'QUARTER' ? 3 : 12;
  const [year = 0, month = 1] = today.split('-').map(Number);
  const first = Math.floor((month - 1) / months) * months;
  const at = (steps: number) => new Date(Date.UTC(year, first + steps * months, 1)).toISOString().slice(0, 10);
  return { from: at(from), to: at(to) };
}

function addDays(date: string, count: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
