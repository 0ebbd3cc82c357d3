// Outbound messages: the SOAP that a workflow of the org posts. It comes from outside, so nothing in it is believed before it was looked at:
// its size, that it declares no entities, that each record and each notification has an id. It bears no signature; who sent it is for the
// address that it was posted to, and for the id of the organisation, to say.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { RecordChange } from '../../ports/changes.ts';
import type { Checked, Problem } from '../../resources/core.ts';

export interface OutboundMessage {
  readonly organizationId: string;
  readonly object: string;
  /** Texts as they were sent; `null` where the org says that a field is empty. Most empty fields are left out. */
  readonly records: readonly { readonly id: string; readonly fields: Readonly<Record<string, string | null>> }[];
  /** One a record, in the same order; the same again when a message is repeated. */
  readonly notificationIds: readonly string[];
}

/** A message has a hundred notifications at most. */
const LARGEST = 4 * 1024 * 1024;
const MOST = 100;
const RECORD_ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const NAME = /^[A-Za-z]\w*$/;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  // Entities are read here, the five of XML and characters by number: nothing a message declares is ever expanded.
  processEntities: false,
});

/** Everything that is wrong with the text, at once. */
export function parseOutbound(xml: string): Checked<OutboundMessage> {
  if (Buffer.byteLength(xml) > LARGEST) return refused(`it is larger than ${LARGEST} bytes`);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return refused('it declares a document type or entities');
  const notifications = notificationsIn(xml);
  if (typeof notifications === 'string') return refused(notifications);
  const organizationId = textIn(notifications, 'OrganizationId') ?? '';
  const entries = listIn(notifications, 'Notification');
  const wrong: string[] = [];
  if (!/^00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/.test(organizationId)) wrong.push('OrganizationId is no id of an organisation');
  if (entries.length === 0) wrong.push('it has no Notification');
  if (entries.length > MOST) wrong.push(`it has ${entries.length} notifications; ${MOST} are the most`);
  const read = entries.map(readNotification);
  for (const [index, entry] of read.entries()) if (typeof entry === 'string') wrong.push(`Notification ${index + 1}: ${entry}`);
  const good = read.filter((entry) => typeof entry !== 'string');
  const objects = new Set(good.map(({ object }) => object));
  if (objects.size > 1) wrong.push(`it mixes objects: ${[...objects].join(', ')}`);
  if (wrong.length > 0) return refused(...wrong);
  return {
    ok: true,
    value: {
      organizationId,
      object: good[0]?.object ?? '',
      records: good.map(({ id, fields }) => ({ id, fields })),
      notificationIds: good.map(({ notification }) => notification),
    },
  };
}

/** What the org waits for: without it, it sends the message again for a day. */
export function ackOutbound(): string {
  return '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>';
}

/**
 * The changes that a message tells of; `received` where it does not say when. A message does not tell a new record from one that was changed
 * but by its dates: it has `CreatedDate` and `LastModifiedDate` among its fields, and they are the same.
 */
export function outboundChanges({ object, records }: OutboundMessage, received: string): RecordChange[] {
  return records.map(({ id, fields }) => {
    const { CreatedDate: created, LastModifiedDate: modified, SystemModstamp: stamp, LastModifiedById: by } = fields;
    const at = momentOf(stamp) ?? momentOf(modified) ?? received;
    const isNew = typeof created === 'string' && momentOf(created) === momentOf(modified);
    return { object, id, kind: isNew ? 'created' : 'updated', at, source: 'outbound', ...(typeof by === 'string' && { by }) };
  });
}

function momentOf(text: string | null | undefined): string | undefined {
  const moment = typeof text === 'string' ? new Date(text) : undefined;
  return moment === undefined || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

function refused(...reasons: readonly string[]): Checked<never> {
  const problem = (reason: string): Problem => ({
    severity: 'error',
    code: 'bad-outbound-message',
    message: `This is no outbound message of Salesforce: ${reason}.`,
    hint: 'Post nothing but outbound messages of a Salesforce org to this address.',
  });
  return { ok: false, problems: reasons.map(problem) };
}

// ---- reading ----

type Element = Readonly<Record<string, unknown>>;

/** The element of that name, or why there is none. */
function notificationsIn(xml: string): Element | string {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) return `line ${valid.err.line}: ${valid.err.msg.replace(/\.$/, '')}`;
  let tree: unknown;
  try {
    tree = parser.parse(xml);
  } catch {
    return 'it can not be read as XML';
  }
  const found = elementIn(elementIn(elementIn(tree, 'Envelope'), 'Body'), 'notifications');
  return found ?? 'there is no Envelope with a Body with notifications';
}

interface ReadNotification {
  readonly notification: string;
  readonly object: string;
  readonly id: string;
  readonly fields: Record<string, string | null>;
}

function readNotification(entry: unknown): ReadNotification | string {
  const notification = textIn(entry, 'Id') ?? '';
  const record = elementIn(entry, 'sObject');
  if (!RECORD_ID.test(notification)) return 'it has no Id';
  if (!record) return 'it has no sObject';
  const type = record['@type'];
  const object = typeof type === 'string' ? decoded(type).replace(/^.*:/, '') : '';
  if (!NAME.test(object)) return 'its sObject does not say of which type it is';
  const id = textIn(record, 'Id') ?? '';
  if (!RECORD_ID.test(id)) return 'its sObject has no Id';
  const names = Object.keys(record).filter((name) => NAME.test(name) && name !== 'Id');
  return { notification, object, id, fields: Object.fromEntries(names.map((name) => [name, textIn(record, name)])) };
}

function elementIn(value: unknown, name: string): Element | undefined {
  const inner = (typeof value === 'object' && value !== null ? (value as Element)[name] : undefined) ?? undefined;
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Element) : undefined;
}

function listIn(value: Element, name: string): readonly unknown[] {
  const inner = value[name];
  return inner === undefined ? [] : Array.isArray(inner) ? inner : [inner];
}

/** The text of an element; `null` where it is not there, or says that it is empty. */
function textIn(value: unknown, name: string): string | null {
  const inner = typeof value === 'object' && value !== null ? (value as Element)[name] : undefined;
  const first: unknown = Array.isArray(inner) ? inner[0] : inner;
  if (typeof first === 'string') return decoded(first);
  const element = typeof first === 'object' && first !== null ? (first as Element) : {};
  const text = element['#text'];
  return typeof text === 'string' && element['@nil'] !== 'true' ? decoded(text) : null;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Each entity once: what comes out of one is text. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    },
  );
}
