// A refusal is Salesforce's way of saying no: a code, a text, the fields. It is thrown, so that the savepoint of a row is rolled back
// wherever in the rules of an object it was found; each surface turns it into its own shape (errorCode, statusCode, CSV, SOAP fault).

export interface Trouble {
  readonly code: string;
  readonly message: string;
  /** Absent for queries and requests; present, and perhaps empty, where a row is refused. */
  readonly fields?: readonly string[];
}

export class Refusal extends Error {
  readonly troubles: readonly Trouble[];
  readonly status: number;

  constructor(troubles: readonly Trouble[], status = statusOf(troubles[0]?.code)) {
    super(troubles.map((trouble) => `${trouble.code}: ${trouble.message}`).join('; '));
    this.name = 'Refusal';
    this.troubles = troubles;
    this.status = status;
  }
}

/** A row can not be stored: fields are always named, if only by an empty list. */
export function refuseRow(code: string, message: string, fields: readonly string[] = []): never {
  throw new Refusal([{ code, message, fields }]);
}

/** A request can not be served. */
export function refuse(code: string, message: string, status?: number): never {
  throw new Refusal([{ code, message }], status);
}

export function notFound(): never {
  throw new Refusal([{ code: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
}

const STATUS: Readonly<Record<string, number>> = {
  INVALID_SESSION_ID: 401,
  REQUEST_LIMIT_EXCEEDED: 403,
  API_DISABLED_FOR_ORG: 403,
  INSUFFICIENT_ACCESS: 403,
  NOT_FOUND: 404,
  ENTITY_IS_DELETED: 404,
  METHOD_NOT_ALLOWED: 405,
  GONE: 410,
  PRECONDITION_FAILED: 412,
  UNSUPPORTED_MEDIA_TYPE: 415,
  SERVER_UNAVAILABLE: 503,
  UNKNOWN_EXCEPTION: 500,
};

function statusOf(code: string | undefined): number {
  return STATUS[code ?? ''] ?? 400;
}
