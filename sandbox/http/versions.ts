// API versions: which are listed, which are still served, which are gone.

const NEWEST = 68;
const OLDEST_LISTED = 50;
/** Versions before this one are retired. Those between are deprecated and still answer. */
const OLDEST_SERVED = 31;

export function versionList(): object[] {
  return Array.from({ length: NEWEST - OLDEST_LISTED + 1 }, (_, index) => {
    const version = OLDEST_LISTED + index;
    return { label: releaseOf(version), url: `/services/data/v${version}.0`, version: `${version}.0` };
  });
}

/** Three releases a year; v66.0 was Spring '26. The winter release bears the coming year. */
function releaseOf(version: number): string {
  const season = ['Spring', 'Summer', 'Winter'][version % 3] ?? '';
  const year = 26 + Math.floor((version - 66) / 3) + (season === 'Winter' ? 1 : 0);
  return `${season} '${year}`;
}

export function standingOf(version: number): 'served' | 'gone' | 'unknown' {
  if (version > NEWEST || version < 1) return 'unknown';
  return version < OLDEST_SERVED ? 'gone' : 'served';
}
