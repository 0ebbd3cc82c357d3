// What comes over a connection and is no request that Node can read: told as problem details too, by hand, as there is no reply yet.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ConnectionError } from 'fastify';
import type { Socket } from 'node:net';

const WORDS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers-too-large', 'The headers are larger than 16 kB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'too-large', 'The chunks of the body carry more than is taken.'],
  HPE_INVALID_METHOD: [501, 'method', 'There is no such method.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'too-slow', 'The request did not come whole in time.'],
};
const ELSE = [400, 'bad-request', 'This is no HTTP request.'] as const;

/** Answers and ends the connection, unless nobody is there any more: https://nodejs.org/api/http.html#event-clienterror */
export function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, detail] = WORDS[error.code] ?? ELSE;
  const title = STATUS_CODES[status] ?? 'Error';
  const request = randomUUID();
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail, request });
  const headers = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${request}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
