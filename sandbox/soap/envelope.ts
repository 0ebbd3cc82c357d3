// SOAP messages: the operation and its arguments out of one, an answer or a fault into one.
import { XMLParser } from 'fast-xml-parser';

export interface SoapCall {
  readonly operation: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly sessionId: string;
}

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: true,
});

/** Nothing where the text is no envelope with an operation in it. */
export function readEnvelope(text: string): SoapCall | undefined {
  let tree: unknown;
  try {
    tree = parser.parse(text);
  } catch {
    return undefined;
  }
  const envelope = member(tree, 'Envelope');
  const body = member(envelope, 'Body');
  const session = member(member(envelope, 'Header'), 'SessionHeader');
  const [[operation, given] = ['', undefined]] = Object.entries(body);
  return operation === ''
    ? undefined
    : {
        operation,
        arguments: typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {},
        sessionId: textOf(member(session, 'sessionId', true)) ?? '',
      };
}

function member(value: unknown, name: string, leaf = false): Record<string, unknown> {
  const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  if (leaf) return { '#text': inner };
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
}

/** Text of an element; nothing where it is absent or empty. */
export function textOf(value: unknown): string | undefined {
  const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['#text'] : value;
  return typeof inner === 'string' && inner !== '' ? inner : undefined;
}

// ---- answers ----

export type Xml = string | number | boolean | null | readonly Xml[] | { readonly [name: string]: Xml | undefined };

export function answerEnvelope(namespace: string, operation: string, result: Xml): string {
  return envelope(`<${operation}Response xmlns="${namespace}">${element('result', result)}</${operation}Response>`);
}

export function faultEnvelope(code: string, message: string): string {
  return envelope(
    `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${escapeXml(`${code}: ${message}`)}</faultstring></soapenv:Fault>`,
    ' xmlns:sf="urn:fault.partner.soap.sforce.com"',
  );
}

function envelope(inner: string, more = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"${more}><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
}

function element(name: string, value: Xml | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: Xml) => element(name, item)).join('');
  if (value === null) return `<${name} xsi:nil="true"/>`;
  if (typeof value !== 'object') return `<${name}>${escapeXml(String(value))}</${name}>`;
  const inner = Object.entries(value as Record<string, Xml | undefined>).map(([key, item]) => element(key, item));
  return `<${name}>${inner.join('')}</${name}>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
