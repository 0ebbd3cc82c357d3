// The envelope of an outbound message, as Salesforce writes it for the fields that were chosen, and what counts as its acknowledgement.
import type { Org } from '../org.ts';
import type { Cell, Field, Row } from '../schema/field.ts';
import { fieldOf } from '../schema/schema.ts';
import { escapeXml, readEnvelope } from '../soap/envelope.ts';
import type { Notification, OutboundAction } from './queue.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound';
const SOBJECT = 'urn:sobject.enterprise.soap.sforce.com';
const API_VERSION = '64.0';

/** Nothing where none of the records is there any more. */
export function messageOf(org: Org, action: OutboundAction, notifications: readonly Notification[], origin: string): string | undefined {
  const told = notifications.flatMap((notification) => {
    const row = org.store.one(`SELECT * FROM "${action.object}" WHERE "Id" = ? AND "IsDeleted" = 0`, notification.record);
    return row ? [notificationXml(org, action, notification.id, row as Row)] : [];
  });
  if (told.length === 0) return undefined;
  const { organizationId } = org;
  const session = action.session === null ? '<SessionId xsi:nil="true"/>' : `<SessionId>${escapeXml(action.session)}</SessionId>`;
  const address = (kind: string) => escapeXml(`${origin}/services/Soap/${kind}/${API_VERSION}/${organizationId.slice(0, 15)}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="${SOAP}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="${OUTBOUND}">
   <OrganizationId>${organizationId}</OrganizationId>
   <ActionId>${action.id}</ActionId>
   ${session}
   <EnterpriseUrl>${address('c')}</EnterpriseUrl>
   <PartnerUrl>${address('u')}</PartnerUrl>
${told.join('\n')}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
}

function notificationXml(org: Org, action: OutboundAction, id: string, row: Row): string {
  const object = org.schema.object(action.object);
  const fields = ['Id', ...action.fields.filter((name) => name.toLowerCase() !== 'id')];
  const elements = fields.flatMap((name) => {
    const field = object && fieldOf(object, name);
    const text = field && textOf(field, row[field.name] ?? null);
    return field && text !== undefined ? [`     <sf:${field.name}>${escapeXml(text)}</sf:${field.name}>`] : [];
  });
  return `   <Notification>
    <Id>${id}</Id>
    <sObject xsi:type="sf:${action.object}" xmlns:sf="${SOBJECT}">
${elements.join('\n')}
    </sObject>
   </Notification>`;
}

/** Characters that no XML may hold, escaped or not. */
const NO_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** An empty field is left out. */
function textOf(field: Field, cell: Cell): string | undefined {
  if (cell === null) return undefined;
  if (field.type === 'boolean') return String(cell === 1);
  return field.type === 'datetime' ? new Date(Number(cell)).toISOString() : String(cell).replace(NO_XML, '');
}

/** `<Ack>true</Ack>` in an answer of that operation, and nothing else. */
export function isAcknowledged(status: number, body: string): boolean {
  const answer = status === 200 ? readEnvelope(body) : undefined;
  return answer?.operation === 'notificationsResponse' && answer.arguments['Ack'] === 'true';
}
