// A write that is sent again under its key is not done again: the first answer is given once more.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { refuse } from './problems.ts';
import type { App, Surface } from './surface.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that this request holds while it works. */
    repeatKey: string | null;
  }
}

const BUSY = 'The first request with this Idempotency-Key has no answer yet. If it never gets one, look what it did and take a new key.';
const KEY = /^[\x21-\x7e]{1,200}$/;

export function idempotency(app: App, { store, controller }: Surface): void {
  app.decorateRequest('repeatKey', null);
  app.addHook('preHandler', async (request, reply) => {
    const given = request.headers['idempotency-key'];
    if (given === undefined || request.method !== 'POST' || request.caller === null) return;
    if (typeof given !== 'string' || !KEY.test(given)) refuse(400, 'bad-key', 'Idempotency-Key has 1 to 200 visible characters.');
    // One caller's keys are nobody else's.
    const key = `${request.caller.token} ${given}`;
    const { clock } = controller.followed.site.deps;
    const state = await store.repeats.begin(key, fingerprintOf(request), clock.now().toISOString());
    if (state.kind === 'differs') refuse(422, 'key-reused', 'This Idempotency-Key was used for another request. Take a new one for each.');
    if (state.kind === 'busy') refuse(409, 'key-busy', BUSY);
    if (state.kind === 'new') request.repeatKey = key;
    else await reply.code(state.status).header('idempotency-replayed', 'true').type('application/json; charset=utf-8').send(state.body);
  });
  app.addHook('onSend', async ({ repeatKey }, reply, payload) => {
    if (repeatKey === null) return;
    const { statusCode } = reply;
    if (statusCode < 300 && (typeof payload === 'string' || payload === undefined))
      await store.repeats.end(repeatKey, statusCode, payload ?? '');
    // Nothing was done: it may be tried again. Where that is not known, the key stays taken.
    else if (statusCode < 500 || reply.hasHeader('retry-after')) await store.repeats.release(repeatKey);
  });
}

function fingerprintOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body]))
    .digest('hex');
}
