// Who answered a campaign, and what was done with whom: what loops count as engagement.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Connection } from 'jsforce';
import { expect, onTestFinished, test } from 'vitest';
import { type Caller, openOrg, type Row } from './org.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const today = '2026-11-21';
const lead = (org: Caller, LastName: string) => org.create('Lead', { LastName, Company: 'Acme' });

async function one(org: Caller, soql: string): Promise<Row> {
  const { attributes: _, ...row } = (await org.query(soql))[0] ?? {};
  return row;
}

const counts = (org: Caller, id: string) =>
  one(org, `SELECT NumberOfLeads, NumberOfConvertedLeads, NumberOfContacts, NumberOfResponses FROM Campaign WHERE Id = '${id}'`);
const asCounts = (leads: number, converted: number, contacts: number, responses: number) => ({
  NumberOfLeads: leads,
  NumberOfConvertedLeads: converted,
  NumberOfContacts: contacts,
  NumberOfResponses: responses,
});

test('a member who answers has the day of the first answer, and keeps it whatever comes after', async () => {
  const org = await openOrg({ clock: () => NOW });
  const CampaignId = await org.create('Campaign', { Name: 'Spring webinar', Type: 'Webinar' });
  const LeadId = await lead(org, 'Quill');
  const id = await org.create('CampaignMember', { CampaignId, LeadId });
  const look = () =>
    one(
      org,
      `SELECT Status, HasResponded, FirstRespondedDate, LeadOrContactId, Type, Campaign.Type FROM CampaignMember WHERE Id = '${id}'`,
    );
  const always = { LeadOrContactId: LeadId, Type: 'Lead', Campaign: { Type: 'Webinar' } };
  expect(await look()).toMatchObject({ ...always, Status: 'Sent', HasResponded: false, FirstRespondedDate: null });
  await org.update('CampaignMember', id, { Status: 'Responded' });
  expect(await look()).toMatchObject({ ...always, Status: 'Responded', HasResponded: true, FirstRespondedDate: today });
  await org.control('POST', 'clock', { advance: 'P3D' });
  await org.update('CampaignMember', id, { Status: 'Sent' });
  expect(await look()).toMatchObject({ HasResponded: false, FirstRespondedDate: today });
  await org.update('CampaignMember', id, { Status: 'Responded' });
  expect(await look()).toMatchObject({ HasResponded: true, FirstRespondedDate: today });
  for (const field of ['FirstRespondedDate', 'LeadOrContactId', 'Type'])
    expect((await org.update('CampaignMember', id, { [field]: null })).body[0]?.errorCode).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
});

test('a campaign counts its members; a lead that is converted stays a lead of it and is a contact too', async () => {
  const org = await openOrg();
  const CampaignId = await org.create('Campaign', { Name: 'Booth' });
  expect(await counts(org, CampaignId)).toEqual(asCounts(0, 0, 0, 0));
  const leads = [await lead(org, 'a'), await lead(org, 'b'), await lead(org, 'c')];
  const members = await org.createAll(
    'CampaignMember',
    leads.map((LeadId) => ({ CampaignId, LeadId })),
  );
  const ContactId = await org.create('Contact', { LastName: 'd' });
  await org.create('CampaignMember', { CampaignId, ContactId, Status: 'Responded' });
  expect(await counts(org, CampaignId)).toEqual(asCounts(3, 0, 1, 1));
  await org.update('CampaignMember', members[0] ?? '', { Status: 'Responded' });
  expect(await counts(org, CampaignId)).toEqual(asCounts(3, 0, 1, 2));
  await org.call('DELETE', `sobjects/CampaignMember/${members[2]}`);
  expect(await counts(org, CampaignId)).toEqual(asCounts(2, 0, 1, 2));
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.token, version: '64.0', logLevel: 'NONE' });
  await connection.soap.convertLead({ leadId: leads[0], convertedStatus: 'Closed - Converted' } as never);
  expect(await counts(org, CampaignId)).toEqual(asCounts(2, 1, 2, 2));
  const [converted] = await org.query(`SELECT LeadId, ContactId, LeadOrContactId, Type FROM CampaignMember WHERE Id = '${members[0]}'`);
  expect([converted?.['LeadId'], converted?.['Type']]).toEqual([leads[0], 'Contact']);
  expect(converted?.['LeadOrContactId']).toBe(converted?.['ContactId']);
  // With the lead goes its membership.
  await org.call('DELETE', `sobjects/Lead/${leads[1]}`);
  expect(await counts(org, CampaignId)).toEqual(asCounts(1, 1, 2, 2));
});

test('a file that knew no counts gets them with the next member', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-org-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'org.db');
  const before = await openOrg({ data });
  const CampaignId = await before.create('Campaign', { Name: 'Old' });
  await before.create('CampaignMember', { CampaignId, LeadId: await lead(before, 'a'), Status: 'Responded' });
  await before.close();
  const file = new Database(data);
  file.exec('UPDATE "Campaign" SET "NumberOfLeads" = NULL, "NumberOfResponses" = NULL');
  file.close();
  const org = await openOrg({ data });
  await org.create('CampaignMember', { CampaignId, LeadId: await lead(org, 'b') });
  expect(await counts(org, CampaignId)).toEqual(asCounts(2, 0, 0, 1));
});

test('a task knows of whom it is, when it was done, and of which sort it was made', async () => {
  const org = await openOrg({ clock: () => NOW });
  const WhoId = await lead(org, 'Quill');
  const id = await org.create('Task', { Subject: 'Call', WhoId, TaskSubtype: 'Call', Type: 'Meeting', ActivityDate: '2026-11-20' });
  const look = () => one(org, `SELECT Who.Type, TaskSubtype, Type, IsClosed, CompletedDateTime FROM Task WHERE Id = '${id}'`);
  const always = { Who: { Type: 'Lead' }, TaskSubtype: 'Call', Type: 'Meeting' };
  expect(await look()).toMatchObject({ ...always, IsClosed: false, CompletedDateTime: null });
  await org.update('Task', id, { Status: 'Completed' });
  expect(await look()).toMatchObject({ ...always, IsClosed: true, CompletedDateTime: '2026-11-21T12:00:00.000+0000' });
  await org.update('Task', id, { Status: 'In Progress' });
  expect(await look()).toMatchObject({ IsClosed: false, CompletedDateTime: null });
  expect((await org.update('Task', id, { TaskSubtype: 'Email' })).body[0]?.errorCode).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
  expect(await org.query(`SELECT Id FROM Task WHERE WhoId IN ('${WhoId.slice(0, 15)}') AND Who.Type = 'Lead'`)).toHaveLength(1);
});

test('changes of members and tasks can be polled in their order', async () => {
  const org = await openOrg({ clock: () => NOW });
  const CampaignId = await org.create('Campaign', { Name: 'Spring webinar' });
  const first = await org.create('CampaignMember', { CampaignId, LeadId: await lead(org, 'a') });
  await org.control('POST', 'clock', { advance: 'PT5M' });
  const second = await org.create('CampaignMember', { CampaignId, LeadId: await lead(org, 'b') });
  const order = async (object: string) =>
    (await org.query(`SELECT Id, SystemModstamp, IsDeleted FROM ${object} ORDER BY SystemModstamp, Id`)).map(({ Id }) => Id);
  expect(await order('CampaignMember')).toEqual([first, second]);
  await org.control('POST', 'clock', { advance: 'PT5M' });
  await org.update('CampaignMember', first, { Status: 'Responded' });
  expect(await order('CampaignMember')).toEqual([second, first]);
});
