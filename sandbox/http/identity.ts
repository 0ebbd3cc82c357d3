// Who bears a token: OpenID's userinfo, and the identity URL that token replies name.
import type { Org } from '../org.ts';
import { momentText } from '../soql/shape.ts';
import { type HttpRequest, type HttpResponse, formOf, json } from './message.ts';
import { userOfHeader, userOfToken } from './tokens.ts';

export function userinfo(org: Org, request: HttpRequest): HttpResponse {
  const user = bearerRow(org, request);
  if (!user) return { status: 403, headers: { 'Content-Type': 'text/html' }, body: 'Bad_OAuth_Token' };
  return json(200, {
    sub: `${request.origin}/id/${org.organizationId}/${String(user['Id'])}`,
    user_id: user['Id'],
    organization_id: org.organizationId,
    preferred_username: user['Username'],
    nickname: user['CommunityNickname'],
    name: user['Name'],
    given_name: user['FirstName'],
    family_name: user['LastName'],
    email: user['Email'],
    email_verified: true,
    zoneinfo: user['TimeZoneSidKey'],
    locale: user['LocaleSidKey'],
    language: user['LanguageLocaleKey'],
    user_type: 'STANDARD',
    active: true,
    updated_at: momentText(Number(user['SystemModstamp'])),
  });
}

export function identity(org: Org, request: HttpRequest): HttpResponse {
  const bearerOf = bearerRow(org, request);
  const [, , organization, userId] = request.path.split('/');
  if (!bearerOf) return { status: 403, headers: { 'Content-Type': 'text/html' }, body: 'Missing_OAuth_Token' };
  if (organization !== org.organizationId || userId !== bearerOf['Id'])
    return { status: 403, headers: { 'Content-Type': 'text/html' }, body: 'Bad_Id' };
  const data = `${request.origin}/services/data/v{version}`;
  return json(200, {
    id: `${request.origin}${request.path}`,
    asserted_user: true,
    user_id: bearerOf['Id'],
    organization_id: org.organizationId,
    username: bearerOf['Username'],
    nick_name: bearerOf['CommunityNickname'],
    display_name: bearerOf['Name'],
    email: bearerOf['Email'],
    email_verified: true,
    first_name: bearerOf['FirstName'],
    last_name: bearerOf['LastName'],
    timezone: bearerOf['TimeZoneSidKey'],
    photos: { picture: '', thumbnail: '' },
    addr_street: null,
    addr_city: null,
    addr_state: null,
    addr_country: null,
    addr_zip: null,
    mobile_phone: null,
    mobile_phone_verified: false,
    is_lightning_login_user: false,
    status: { created_date: null, body: null },
    urls: {
      enterprise: `${request.origin}/services/Soap/c/{version}/${org.organizationId.slice(0, 15)}`,
      partner: `${request.origin}/services/Soap/u/{version}/${org.organizationId.slice(0, 15)}`,
      rest: `${data}/`,
      sobjects: `${data}/sobjects/`,
      search: `${data}/search/`,
      query: `${data}/query/`,
      recent: `${data}/recent/`,
      tooling_rest: `${data}/tooling/`,
      profile: `${request.origin}/${String(bearerOf['Id'])}`,
    },
    active: true,
    user_type: 'STANDARD',
    language: bearerOf['LanguageLocaleKey'],
    locale: bearerOf['LocaleSidKey'],
    utcOffset: 0,
    last_modified_date: momentText(Number(bearerOf['LastModifiedDate'])),
  });
}

/** Some clients send the token in the query or in a form. */
function bearerRow(org: Org, request: HttpRequest): Record<string, unknown> | undefined {
  const inForm = formOf(request).get('oauth_token') ?? formOf(request).get('access_token');
  const userId = userOfHeader(org, request.headers['authorization']) ?? (inForm === null ? undefined : userOfToken(org, inForm));
  return userId === undefined ? undefined : org.store.one('SELECT * FROM "User" WHERE "Id" = ? AND "IsActive" = 1', userId);
}
