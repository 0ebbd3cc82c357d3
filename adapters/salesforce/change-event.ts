// A change event as it comes over the wire, made into what the product calls a change. Events tell names and addresses as compounds
// (`Name.LastName`, `BillingAddress.City`); everybody else knows the fields behind them (`LastName`, `BillingCity`).

export interface ChangeEvent {
  readonly object: string;
  readonly ids: readonly string[];
  readonly changeType: 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';
  /** Empty for all but updates, and where the org could not say. */
  readonly changedFields: readonly string[];
  readonly replayId: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The id of a user; empty where the org does not say. */
  readonly by: string;
}

/** Some events say no more than that something has happened: then whoever wants to know looks. */
export interface Hole {
  readonly hole: string;
  readonly replayId?: number;
}

const TYPE = /^(GAP_)?(CREATE|UPDATE|DELETE|UNDELETE)$/;
const RECORD = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

export function readChangeEvent(message: unknown): ChangeEvent | Hole {
  const replayId = at(message, 'event', 'replayId');
  if (typeof replayId !== 'number') return { hole: 'the org sent an event without a replay id' };
  const header = at(message, 'payload', 'ChangeEventHeader');
  const [entity, type, ids, moment] = ['entityName', 'changeType', 'recordIds', 'commitTimestamp'].map((name) => at(header, name));
  // The org gives up telling one by one: too many changes in one transaction.
  if (type === 'GAP_OVERFLOW') return { hole: 'the org sent GAP_OVERFLOW: too many changes in one transaction', replayId };
  const found = TYPE.exec(String(type));
  // A wildcard (`00Q*`) stands for all records of an object.
  const named = isTexts(ids) && ids.length > 0 && ids.every((id) => RECORD.test(id));
  if (typeof entity !== 'string' || !found || !named || typeof moment !== 'number' || Number.isNaN(new Date(moment).getTime()))
    return { hole: `the org sent an event that names no records (${String(type)})`, replayId };
  const changed = at(header, 'changedFields');
  const by = at(header, 'commitUser');
  return {
    object: entity,
    ids,
    changeType: found[2] as ChangeEvent['changeType'],
    changedFields: isTexts(changed) ? changed.map(fieldName) : [],
    replayId,
    at: new Date(moment).toISOString(),
    by: typeof by === 'string' ? by : '',
  };
}

/** `Name.LastName` → `LastName`, `Address.City` → `City`, `BillingAddress.City` → `BillingCity`. */
function fieldName(path: string): string {
  const [compound = '', part] = path.split('.');
  if (part === undefined) return path;
  return compound === 'Name' ? part : `${compound.replace(/Address$/, '')}${part}`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) here = typeof here === 'object' && here !== null ? (here as Readonly<Record<string, unknown>>)[name] : undefined;
  return here;
}
