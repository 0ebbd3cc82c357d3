// The few SOAP operations that have no other way: convertLead above all, and the Metadata API for custom fields.
import type { Caller } from '../access/caller.ts';
import { normalizeId } from '../ids.ts';
import type { Org } from '../org.ts';
import { Refusal, type Trouble } from '../refusal.ts';
import { beginWork } from '../rows/begin.ts';
import { type Converted, convertLead } from '../rows/convert.ts';
import type { Work } from '../rows/work.ts';
import { metadataResult } from './metadata.ts';
import { type SoapCall, type Xml, answerEnvelope, faultEnvelope, readEnvelope, textOf } from './envelope.ts';

const PARTNER = 'urn:partner.soap.sforce.com';
const METADATA = 'http://soap.sforce.com/2006/04/metadata';

export interface SoapAnswer {
  readonly status: number;
  readonly body: string;
}

/** `admit` turns the session id into a caller, or refuses. */
export function soap(org: Org, path: string, text: string, admit: (token: string) => Caller): SoapAnswer {
  const call = readEnvelope(text);
  if (!call) return fault('INVALID_SOAP_HEADER', 'no SOAP envelope with an operation in its body');
  try {
    if (path.startsWith('/services/Soap/m/')) return metadata(org, admit(call.sessionId), call);
    if (!path.startsWith('/services/Soap/u/'))
      return fault('UNKNOWN_EXCEPTION', 'only the partner and metadata endpoints of SOAP are served by this double');
    if (call.operation === 'login') return fault('UNSUPPORTED_API_VERSION', 'SOAP login() is not available: use OAuth');
    return partner(org, admit(call.sessionId), call);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const [first] = cause.troubles;
    return fault(first?.code ?? 'UNKNOWN_EXCEPTION', first?.message ?? '');
  }
}

function fault(code: string, message: string): SoapAnswer {
  return { status: 500, body: faultEnvelope(code, message) };
}

// ---- partner ----

function partner(org: Org, caller: Caller, call: SoapCall): SoapAnswer {
  const answer = (result: Xml) => ({ status: 200, body: answerEnvelope(PARTNER, call.operation, result) });
  switch (call.operation) {
    case 'convertLead':
      return answer(conversions(beginWork(org, caller), call));
    case 'getServerTimestamp':
      return answer({ timestamp: new Date(org.clock.now()).toISOString() });
    case 'getUserInfo':
      return answer(userInfo(org, caller));
    default:
      return fault(
        'UNKNOWN_EXCEPTION',
        `the SOAP operation ${call.operation} is not served by this double: convertLead, getUserInfo and getServerTimestamp are`,
      );
  }
}

function conversions(work: Work, call: SoapCall): Xml {
  const given = call.arguments['leadConverts'];
  const wishes = (Array.isArray(given) ? given : [given]) as Record<string, unknown>[];
  return wishes.map((wish) => conversion(work, wish ?? {}));
}

function conversion(work: Work, wish: Record<string, unknown>): Xml {
  const text = (name: string) => textOf(wish[name]);
  const id = (name: string) => {
    const given = text(name);
    return given === undefined ? undefined : (normalizeId(given) ?? given);
  };
  const leadId = id('leadId') ?? '';
  const optional = Object.fromEntries(
    [
      ...['accountId', 'contactId', 'opportunityId', 'ownerId'].map((name) => [name, id(name)] as const),
      ['opportunityName', text('opportunityName')] as const,
    ].filter(([, value]) => value !== undefined),
  );
  try {
    const done = convertLead(work, {
      ...optional,
      leadId,
      convertedStatus: text('convertedStatus') ?? '',
      doNotCreateOpportunity: text('doNotCreateOpportunity') === 'true',
      overwriteLeadSource: text('overwriteLeadSource') === 'true',
    });
    return converted(done);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { accountId: null, contactId: null, errors: cause.troubles.map(errorOut), leadId, opportunityId: null, success: false };
  }
}

function converted({ accountId, contactId, leadId, opportunityId }: Converted): Xml {
  return { accountId, contactId, leadId, opportunityId, success: true };
}

function errorOut({ code, message, fields }: Trouble): Xml {
  return { fields: [...(fields ?? [])], message, statusCode: code };
}

function userInfo(org: Org, caller: Caller): Xml {
  const user = org.store.one('SELECT * FROM "User" WHERE "Id" = ?', caller.userId) ?? {};
  const text = (name: string) => (user[name] === null || user[name] === undefined ? null : String(user[name]));
  return {
    organizationId: org.organizationId,
    organizationName: String(org.store.one('SELECT "Name" FROM "Organization"')?.['Name']),
    profileId: caller.profileId,
    roleId: caller.roleId,
    userEmail: text('Email'),
    userFullName: text('Name'),
    userId: caller.userId,
    userLanguage: text('LanguageLocaleKey'),
    userLocale: text('LocaleSidKey'),
    userName: caller.username,
    userTimeZone: caller.timeZone,
    userType: 'Standard',
  };
}

// ---- metadata ----

function metadata(org: Org, caller: Caller, call: SoapCall): SoapAnswer {
  const result = metadataResult(beginWork(org, caller), call);
  if (result !== undefined) return { status: 200, body: answerEnvelope(METADATA, call.operation, result) };
  return fault(
    'UNKNOWN_EXCEPTION',
    `the Metadata API operation ${call.operation} is not served by this double: it writes and deploys custom fields`,
  );
}
