// Faults on order: which call is to fail, and how. Counted per fault; the oldest with times left wins.
import type { Trouble } from '../refusal.ts';
import { plainText } from '../text.ts';

export interface FaultAction {
  readonly status?: number;
  readonly errorCode?: string;
  readonly message?: string;
  readonly delayMs?: number;
  readonly drop?: 'before' | 'after';
  readonly rows?: readonly number[];
}

interface Match {
  readonly method?: string;
  readonly path?: RegExp;
  readonly mutating?: boolean;
  readonly nth: number;
  readonly times: number;
}

interface Ordered {
  readonly match: Match;
  readonly action: FaultAction;
  seen: number;
  used: number;
}

export interface CallFacts {
  readonly method: string;
  readonly path: string;
  readonly mutating: boolean;
}

export interface Faults {
  /** Takes an order as it came; says what is wrong with it, if anything is. */
  order(input: unknown): string | undefined;
  clear(): void;
  /** The fault that this call meets. Each call is asked about once. */
  meet(call: CallFacts): FaultAction | undefined;
}

export function createFaults(): Faults {
  let ordered: Ordered[] = [];
  return {
    order(input) {
      const read = readOrder(input);
      if (typeof read === 'string') return read;
      ordered.push({ ...read, seen: 0, used: 0 });
      return undefined;
    },
    clear: () => {
      ordered = [];
    },
    meet(call) {
      const matching = ordered.filter(({ match }) => fits(match, call));
      for (const fault of matching) fault.seen += 1;
      const found = matching.find(({ match, seen, used }) => seen >= match.nth && used < match.times);
      if (found) found.used += 1;
      return found?.action;
    },
  };
}

function fits(match: Match, call: CallFacts): boolean {
  return (
    (match.method === undefined || match.method === call.method) &&
    (match.path === undefined || match.path.test(call.path)) &&
    (match.mutating === undefined || match.mutating === call.mutating)
  );
}

/** A row that is to fail, by its index in the collection. */
export function rowFaultOf(action: FaultAction | undefined): (index: number) => Trouble | undefined {
  const rows = action?.rows;
  if (!rows) return () => undefined;
  const trouble = { code: action.errorCode ?? 'UNKNOWN_EXCEPTION', message: action.message ?? 'a fault on order', fields: [] };
  return (index) => (rows.includes(index) ? trouble : undefined);
}

const CODES: Readonly<Record<number, readonly [string, string]>> = {
  401: ['INVALID_SESSION_ID', 'Session expired or invalid'],
  403: ['REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
  404: ['NOT_FOUND', 'The requested resource does not exist'],
  500: ['UNKNOWN_EXCEPTION', 'An unexpected error occurred.'],
  503: ['SERVER_UNAVAILABLE', 'The server is temporarily unavailable'],
};

/** The refusal of a whole call that a fault asks for; nothing where it only delays, cuts, or picks rows. */
export function refusalOf(action: FaultAction): { readonly status: number; readonly trouble: Trouble } | undefined {
  if (action.rows || (action.status === undefined && action.errorCode === undefined)) return undefined;
  const status = action.status ?? 400;
  const [code, message] = CODES[status] ?? ['UNKNOWN_EXCEPTION', 'a fault on order'];
  return { status, trouble: { code: action.errorCode ?? code, message: action.message ?? message } };
}

// ---- reading an order ----

function readOrder(input: unknown): { match: Match; action: FaultAction } | string {
  const { match = {}, fault } = (typeof input === 'object' && input !== null ? input : {}) as {
    match?: Record<string, unknown>;
    fault?: FaultAction;
  };
  if (typeof fault !== 'object' || fault === null) return 'fault: an object is required';
  if (fault.drop !== undefined && fault.drop !== 'before' && fault.drop !== 'after') return 'fault.drop: "before" or "after"';
  if (fault.rows !== undefined && !(Array.isArray(fault.rows) && fault.rows.every(Number.isInteger)))
    return 'fault.rows: a list of indexes';
  for (const name of ['status', 'delayMs'] as const)
    if (fault[name] !== undefined && typeof fault[name] !== 'number') return `fault.${name}: a number`;
  if (!['status', 'errorCode', 'delayMs', 'drop', 'rows'].some((name) => name in fault)) return 'fault: says nothing that would happen';
  let path: RegExp | undefined;
  try {
    if (match['path'] !== undefined) path = new RegExp(plainText(match['path']));
  } catch {
    return `match.path: no regular expression: ${plainText(match['path'])}`;
  }
  return {
    action: fault,
    match: {
      ...(typeof match['method'] === 'string' && { method: match['method'].toUpperCase() }),
      ...(path && { path }),
      ...(typeof match['mutating'] === 'boolean' && { mutating: match['mutating'] }),
      nth: typeof match['nth'] === 'number' ? match['nth'] : 1,
      times: typeof match['times'] === 'number' ? match['times'] : Number.POSITIVE_INFINITY,
    },
  };
}
