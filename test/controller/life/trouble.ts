// What goes wrong in an hour.

export const TROUBLES = [
  'none',
  'org-answers-503',
  'org-refuses-to-write',
  'rows-refused',
  'cut-before',
  'cut-after',
  'remote-away',
  'changed-by-hand',
  'queue-changed-by-hand',
  'killed',
  'changed-by-hand-and-killed',
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What the org is told to do; nothing where it has no part in it. `times`: how often. */
export function faultOf(trouble: Trouble, times: number): object | undefined {
  switch (trouble) {
    case 'org-answers-503':
      // Reads are tried five times in a run: several runs fail.
      return { match: { times: times * 10 }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'maintenance' } };
    case 'org-refuses-to-write':
      return { match: { mutating: true, times }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'maintenance' } };
    case 'rows-refused':
      return {
        match: { mutating: true, times },
        fault: { rows: [0], errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' },
      };
    case 'cut-before':
      return { match: { mutating: true, times }, fault: { drop: 'before' } };
    case 'cut-after':
      return { match: { mutating: true, times }, fault: { drop: 'after' } };
    default:
      return undefined;
  }
}
