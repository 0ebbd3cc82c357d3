// What came back, where it is not what was asked for: a page of a proxy or of the login, half a text, nothing at all. Said with the org's name;
// a write that was answered so may have been executed.
import { CallFailed } from '../../ports/crm.ts';
import { hostOf } from './errors.ts';

/** The org took the call and its answer can not be understood. */
export const UNREADABLE = 'UNREADABLE_ANSWER';

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Refuses an answer that is no JSON. An empty one is right where a write has nothing to say. `value`: what the client made of it, which is the
 * text itself where it could not be parsed; only then is it looked at once more.
 */
export function checkAnswer(answer: Answer, value: unknown, instanceUrl: string, mayBeEmpty: boolean): void {
  const { statusCode, body } = answer;
  if (statusCode >= 300 && statusCode < 400) throw unreadable(instanceUrl, `a redirect (${statusCode})`, statusCode);
  if (statusCode >= 400 || (typeof value === 'object' && value !== null && /^\s*[[{]/.test(body))) return;
  if (body.trim() === '') {
    if (!mayBeEmpty) throw unreadable(instanceUrl, `nothing (${statusCode})`, statusCode);
    return;
  }
  if (!isJson(answer)) throw unreadable(instanceUrl, described(answer), statusCode);
}

/** The text of an answer that is a table; anything else that came with 200 is none. */
export function checkTable({ statusCode, headers, body }: Answer, instanceUrl: string): string {
  if (statusCode !== 200 || !/^text\/csv\b/i.test(headers['content-type'] ?? '')) {
    throw unreadable(instanceUrl, `no table (${statusCode}, ${headers['content-type'] ?? 'of no type'})`, statusCode);
  }
  return body;
}

/** The answer, if it has the shape that is asked for. */
export function shaped<T>(answer: T, isRight: (answer: T) => boolean, what: string, instanceUrl: string): T {
  if (typeof answer === 'object' && answer !== null && isRight(answer)) return answer;
  throw unreadable(instanceUrl, `JSON that is no ${what}`, 200);
}

/** What an error's answer says, where it is a page: its title, else its beginning. */
export function errorPage(answer: Answer): string | undefined {
  return isJson(answer) || answer.body.trim() === '' ? undefined : `${answer.statusCode} and ${described(answer)}`;
}

export function unreadable(instanceUrl: string, came: string, status: number): CallFailed {
  const message = `The org at ${hostOf(instanceUrl)} answered with ${came}. Check that SALESFORCE_INSTANCE_URL is the org’s own address, and what stands between.`;
  return new CallFailed(UNREADABLE, message, status);
}

function isJson({ body }: Answer): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function described({ headers, body }: Answer): string {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type.endsWith('json')) return 'JSON that breaks off or is none';
  const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? body.replace(/<[^>]*>/g, ' ');
  const words = title.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const said = words === '' ? '' : ` (“${words.slice(0, 80)}${words.length > 80 ? '…' : ''}”)`;
  return type === 'text/html' || /^\s*</.test(body) ? `a page${said}` : `${type === '' ? 'a text' : type}${said}`;
}
