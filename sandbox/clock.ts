// The org's idea of now. Everything that depends on time asks here, so that a test can move it; the offset is kept with the data.

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** The moment to the second, as it is stored in rows: Salesforce keeps no more. */
  stamp(): number;
  advance(milliseconds: number): void;
}

export interface ClockMemory {
  readonly read: () => number;
  readonly write: (offset: number) => void;
}

export function openClock(memory: ClockMemory, wall: () => number = Date.now): Clock {
  let offset = memory.read();
  const now = () => wall() + offset;
  return {
    now,
    stamp: () => Math.floor(now() / 1000) * 1000,
    advance: (milliseconds) => {
      offset += milliseconds;
      memory.write(offset);
    },
  };
}

const DURATION = /^(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Milliseconds of an ISO 8601 duration without months and years (`P1D`, `PT4H`, `P1DT30M`); nothing where it is none. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (!found || !/\d/.test(text)) return undefined;
  const [, sign, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  const total = (((Number(weeks) * 7 + Number(days)) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === undefined ? 1 : -1) * total * 1000;
}
