// GitHub's pull requests through its own client, on a double that is not ours; and which addresses are GitHub's at all.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { githubForges } from '../../adapters/github/forge.ts';
import { apiOf, repositoryOf } from '../../adapters/github/repository.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Checked } from '../../resources/core.ts';
import { github } from '../github.ts';

function forgeAt(api: string, remote: string, token: string | undefined = 'x'): Forge {
  const found = githubForges({ token, api, version: '0.0.0' })(remote);
  if ('none' in found) throw new Error(found.none);
  return found.forge;
}

const codes = (answer: Checked<unknown>) => (answer.ok ? [] : answer.problems.map(({ code }) => code));

test.each([
  ['https://github.com/acme/revenue.git', undefined, 'github.com/acme/revenue'],
  ['https://github.com/acme/revenue/', undefined, 'github.com/acme/revenue'],
  ['git@github.com:acme/revenue.git', undefined, 'github.com/acme/revenue'],
  ['github.com:acme/revenue', undefined, 'github.com/acme/revenue'],
  ['ssh://git@github.com/acme/revenue.git', undefined, 'github.com/acme/revenue'],
  ['ssh://git@ssh.github.com:443/acme/revenue.git', undefined, 'ssh.github.com/acme/revenue'],
  ['https://ghe.acme.example/acme/revenue.git', 'https://ghe.acme.example/api/v3/', 'ghe.acme.example/acme/revenue'],
  ['git@ghe.acme.example:acme/revenue.git', 'https://ghe.acme.example/api/v3', 'ghe.acme.example/acme/revenue'],
  ['https://acme.ghe.com/acme/revenue', 'https://api.acme.ghe.com', 'acme.ghe.com/acme/revenue'],
  // Another forge, GitHub where another one is set, and what only looks like it.
  ['https://gitlab.com/acme/revenue.git', undefined, undefined],
  ['https://github.com/acme/revenue.git', 'https://ghe.acme.example/api/v3', undefined],
  ['https://github.com.evil.example/acme/revenue.git', undefined, undefined],
  ['http://github.com/acme/revenue.git', undefined, undefined],
  ['https://github.com/acme/group/revenue.git', undefined, undefined],
  ['/srv/git/revenue.git', undefined, undefined],
  ['file:///srv/git/revenue.git', undefined, undefined],
])('%s, asked at %s: %s', (remote, api, wanted) => {
  const found = repositoryOf(remote, apiOf(api));
  expect(found && `${found.host}/${found.owner}/${found.name}`).toBe(wanted);
});

test('a pull request is opened, found by its branch, changed, marked and commented on', async () => {
  const hub = await github();
  const forge = forgeAt(hub.url, hub.remote, hub.token);
  expect(await forge.find('loopctl/a')).toEqual({ ok: true, value: undefined });
  const opened = await forge.open({ branch: 'loopctl/a', base: 'main', title: 'One', body: 'Why' });
  expect(opened).toMatchObject({ ok: true, value: { number: 1, state: 'open', title: 'One', body: 'Why', base: 'main' } });
  expect(await forge.open({ branch: 'loopctl/b', base: 'main', title: 'Other', body: '' })).toMatchObject({ ok: true });
  expect(await forge.update(1, { title: 'Two', body: 'Since' })).toMatchObject({ ok: true, value: { title: 'Two' } });
  expect(await forge.label(1, ['loopctl', 'tuning'])).toEqual({ ok: true, value: null });
  expect(await forge.comment(1, 'Made anew')).toEqual({ ok: true, value: null });
  expect(await forge.find('loopctl/a')).toMatchObject({
    ok: true,
    value: { number: 1, title: 'Two', body: 'Since', labels: ['loopctl', 'tuning'], state: 'open' },
  });
  expect(await hub.comments(1)).toEqual(['Made anew']);
  await hub.close(1);
  expect(await forge.find('loopctl/a')).toMatchObject({ ok: true, value: { number: 1, state: 'closed' } });
});

test('the open one is found, though another was opened and closed after it', async () => {
  const hub = await github();
  const forge = forgeAt(hub.url, hub.remote, hub.token);
  for (const title of ['first', 'second']) await forge.open({ branch: 'loopctl/a', base: 'main', title, body: '' });
  await hub.close(2);
  expect(await forge.find('loopctl/a')).toMatchObject({ ok: true, value: { number: 1, state: 'open' } });
});

test('a text that is longer than GitHub takes is cut, and says so', async () => {
  const hub = await github();
  await forgeAt(hub.url, hub.remote, hub.token).open({ branch: 'loopctl/a', base: 'main', title: 'Long', body: 'x'.repeat(70_000) });
  const [pull] = await hub.pulls();
  expect(pull?.body.length).toBeLessThan(65_536);
  expect(pull?.body).toMatch(/cut off/);
});

test('what is refused is told with a remedy: no such repository, a token that is not let in, nobody there', async () => {
  const hub = await github();
  expect(codes(await forgeAt(hub.url, hub.remote.replace('revenue', 'other'), hub.token).find('a'))).toEqual(['forge-missing']);
  expect(codes(await forgeAt(hub.url, hub.remote, hub.reader).open({ branch: 'loopctl/a', base: 'main', title: 'x', body: '' }))).toEqual([
    'forge-credential',
  ]);
  expect(codes(await forgeAt('http://127.0.0.1:1', 'http://127.0.0.1:1/acme/revenue').find('a'))).toEqual(['forge-unreachable']);
});

// The double has neither limits nor outages: a server that answers as GitHub documents it.
test.each([
  [403, { 'x-ratelimit-remaining': '0' }, 'forge-busy'],
  [429, {}, 'forge-busy'],
  [401, {}, 'forge-credential'],
  [403, {}, 'forge-credential'],
  [422, {}, 'forge-refused'],
  [502, {}, 'forge-unreachable'],
])('an answer %s %j is %s', async (status, headers, code) => {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"message": "no"}');
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(codes(await forgeAt(url, `${url}/acme/revenue`).open({ branch: 'loopctl/a', base: 'main', title: 'x', body: '' }))).toEqual([
    code,
  ]);
});

test('without a token, and at another forge, it is said why there is none', () => {
  const forges = githubForges({ token: '', api: undefined, version: '0.0.0' });
  expect(forges('git@github.com:acme/revenue.git')).toEqual({ none: 'GITHUB_TOKEN is not set' });
  expect(forges('git@gitlab.com:acme/revenue.git')).toMatchObject({ none: expect.stringContaining('no repository of api.github.com') });
});
