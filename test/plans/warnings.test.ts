// What a plan tells without holding anything for it.
import { expect, test } from 'vitest';
import { renderHtml } from '../../plans/render/html.ts';
import { publicPlan } from '../../plans/render/json.ts';
import { renderMarkdown } from '../../plans/render/markdown.ts';
import { renderText } from '../../plans/render/text.ts';
import { readPlan, planText } from '../../plans/seal.ts';
import { plan } from './planning.ts';

const SEAT = 'UserTerritory2Association/FY27/west/kim@acme.example';
const seat = { [SEAT]: { UserId: '-> User/kim@acme.example', Territory2Id: '-> Territory2/FY27/west', $label: 'seat ae-west', $line: 7 } };
const member = { 'GroupMember/smb/kim@acme.example': { GroupId: '-> Group/smb', UserOrGroupId: '-> User/kim@acme.example' } };
const standing = { 'Territory2/FY27/west': { Name: 'West' }, 'Group/smb': { Name: 'SMB' }, ...seat, ...member };
const kim = (active: boolean) => ({ 'User/kim@acme.example': { IsActive: active } });

test('somebody who became inactive and is named is told of, with every place, though nothing is to be done', () => {
  const told = plan({ standing, live: kim(false) });
  expect([told.steps, told.holds]).toEqual([[], []]);
  expect(told.warnings).toMatchObject([{ code: 'inactive-user' }]);
  expect(told.warnings?.[0]?.message).toMatch(
    /^kim@acme\.example is inactive .*seat ae-west \(design\/UserTerritory2Association\.yaml:7\), Queue\/smb/,
  );
  expect(plan({ standing, live: kim(true) }).warnings).toBeUndefined();
  expect(readPlan(planText(told)).ok).toBe(true);
});

test('somebody who is newly named and inactive is held, and not told twice', () => {
  const world = { standing: { 'Territory2/FY27/west': { Name: 'West' } }, declared: seat, live: kim(false) };
  expect(plan(world).holds.map(({ code }) => code)).toEqual(['inactive-user']);
  expect(plan(world).warnings).toBeUndefined();
});

const twice = {
  declared: { 'Territory2/FY27/gulf': { Name: 'Gulf', $line: 3 } },
  inventory: { 'Territory2/FY27/southeast': { Name: 'Southeast' } },
  live: { 'Territory2/FY27/southeast': { Name: 'Southeast' } },
  options: { renames: [['Territory2/FY27/deep_south', 'Territory2/FY27/gulf']] as const },
};

test('a name of before that was never here, while another territory goes', () => {
  const told = plan(twice);
  expect(told.steps.map(({ action, id }) => `${action} ${id}`)).toEqual([
    'create Territory2/FY27/gulf',
    'delete Territory2/FY27/southeast',
  ]);
  expect(told.warnings).toMatchObject([{ code: 'moved-from-unknown', ref: { kind: 'Territory', name: 'FY27/gulf' } }]);
  for (const part of ['design/Territory2.yaml:3', 'was Territory2/FY27/deep_south', 'Territory2/FY27/southeast goes', 'loopctl/moved-from'])
    expect(told.warnings?.[0]?.message).toContain(part);
  const { inventory: _, live: __, ...anew } = twice;
  expect(plan(anew).warnings, 'an environment that is made for the first time').toBeUndefined();
});

test('every rendering tells them', () => {
  const told = plan(twice);
  for (const text of [renderText(told, { color: false }), renderMarkdown(told), renderHtml(told)]) {
    expect(text).toContain('Warnings');
    expect(text).toMatch(/Territory2\/FY27\/deep\\?_south/);
  }
  expect(renderText(told, { color: false })).toMatch(/Warnings: 1\.\n$/);
  expect(publicPlan(told)['warnings']).toEqual(told.warnings);
});
