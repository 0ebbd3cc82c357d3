// What a refusal of Salesforce means: worth another try, an unknown outcome, or final. Judged by HTTP status first, then by code.
import { CallFailed, CrmUnavailable } from '../../ports/crm.ts';

const BUSY_ROWS = new Set(['UNABLE_TO_LOCK_ROW', 'TERRITORY_REALIGN_IN_PROGRESS', 'ALREADY_IN_PROCESS']);
const BUSY_STATUS = new Set([420, 429, 500, 502, 503, 504]);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** A row that somebody else holds just now. */
export function isBusyRow(code: string): boolean {
  return BUSY_ROWS.has(code);
}

/** The org could not answer now; whether it worked is not known where the call would have changed something. */
export function isTransient(failure: CallFailed): boolean {
  if (failure.status === undefined) return true;
  if (failure.status === 403) return failure.message.startsWith('ConcurrentRequests');
  return BUSY_STATUS.has(failure.status) || (failure.status === 400 && isBusyRow(failure.code));
}

/**
 * Turns whatever the client throws into `CallFailed`, or into `CrmUnavailable` where nothing else need be tried. `page`: what an answer
 * said that was no JSON.
 */
export function judge(error: unknown, status: number | undefined, instanceUrl: string, page?: string): CallFailed | CrmUnavailable {
  if (error instanceof CallFailed || error instanceof CrmUnavailable) return error;
  const cause = error as {
    errorCode?: string;
    name?: string;
    message?: string;
    code?: unknown;
    cause?: { code?: unknown; message?: string };
  };
  const network = [cause.cause?.code, cause.code].find((code) => typeof code === 'string');
  const host = hostOf(instanceUrl);
  if (status === undefined && network !== undefined && UNREACHABLE.has(network)) {
    return new CrmUnavailable(
      'unreachable',
      `The org at ${host} can not be reached (${network}). Check SALESFORCE_INSTANCE_URL and the network.`,
      { cause: error },
    );
  }
  if (status === undefined)
    return new CallFailed('NO_ANSWER', `No answer from the org at ${host}: ${silence(network, error)}.`, status, { cause: error });
  const code = cause.errorCode ?? cause.name ?? 'UNKNOWN';
  const message = page ?? (cause.message ?? String(error)).trim();
  if (status === 401) {
    return refusedToken(instanceUrl, `401 ${code}: ${message}`, { cause: error });
  }
  if (status === 403 && code === 'REQUEST_LIMIT_EXCEEDED' && !message.startsWith('ConcurrentRequests')) {
    return new CrmUnavailable(
      code,
      `The org’s daily API limit is used up (REQUEST_LIMIT_EXCEEDED: ${message}). It frees up over the next 24 hours.`,
      { cause: error },
    );
  }
  return new CallFailed(code, message, status, { cause: error });
}

const CUT = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

function silence(network: string | undefined, error: unknown): string {
  if (network !== undefined && CUT.has(network)) return 'the connection was cut';
  if ((error as Error).name === 'TimeoutError' || network?.endsWith('TIMEOUT') === true || network === 'ETIMEDOUT')
    return 'it did not come in time';
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const { message } = deepest as Partial<Error>;
  return message === undefined || message === '' ? 'the connection failed' : message.replace(/\.$/, '');
}

/** The code is the one that a session over an expired token goes by. */
export function refusedToken(instanceUrl: string, answer: string, options: ErrorOptions): CrmUnavailable {
  const message = `The org at ${hostOf(instanceUrl)} refused the access token (${answer}). Sign in again, and check SALESFORCE_ACCESS_TOKEN or the client’s credentials.`;
  return new CrmUnavailable('INVALID_SESSION_ID', message, options);
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
