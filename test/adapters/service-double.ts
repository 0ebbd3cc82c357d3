// A double of somebody else's service: a server on this machine that answers as it is told, and remembers what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ServiceDouble {
  readonly url: string;
  readonly asked: readonly Asked[];
}

export async function serviceDouble(answer: (asked: Asked, response: ServerResponse) => void): Promise<ServiceDouble> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '/', headers } = request;
      const one = { method, url: new URL(url, 'http://double'), headers, body: Buffer.concat(pieces).toString() };
      asked.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (_: Asked, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}
