// Slack over HTTP, by its real client, against a server that answers as Slack does when things go wrong.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { slack } from '../../adapters/slack/slack.ts';

async function webhook(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T000/B000/SECRET`;
}

test.each([
  [200, 'sent'],
  [429, 'again'],
  [500, 'again'],
  [503, 'again'],
  [403, 'failed'],
  [404, 'failed'],
] as const)('an answer of %s is %s', async (status, delivery) => {
  const url = await webhook((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(status === 200 ? 'ok' : 'no'));
  });
  const sent = await slack(url).send('drift');
  expect(sent.delivery).toBe(delivery);
  expect(JSON.stringify(sent)).not.toContain('SECRET');
});

test('nobody there: it certainly did not arrive; cut off in the middle: it may have', async () => {
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  const { port } = gone.address() as AddressInfo;
  await new Promise((closed) => gone.close(closed));
  expect((await slack(`http://127.0.0.1:${port}/services/SECRET`).send('drift')).delivery).toBe('again');
  const url = await webhook((request) => request.socket.destroy());
  expect((await slack(url).send('drift')).delivery).toBe('unknown');
});

test('marks of Slack in the text of others are text', async () => {
  const bodies: string[] = [];
  const url = await webhook((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => response.end('ok'));
  });
  await slack(url).send('<!channel> A & B');
  expect(JSON.parse(bodies.join(''))).toEqual({ text: '&lt;!channel&gt; A &amp; B' });
});
