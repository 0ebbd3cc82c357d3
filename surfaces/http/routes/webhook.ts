// A push of the forge: that it came is all that counts. What to do follows from what the remote says.
import type { App, Surface } from '../surface.ts';
import { refuseBy } from '../problems.ts';
import { verifyPush } from '../webhook.ts';

const MAX_PUSH = 5 << 20;

/** Without a secret there is no such address. */
export async function webhookRoutes(app: App, { controller, log }: Surface, secret: string): Promise<void> {
  await app.register(async (raw) => {
    // What is signed are the bytes as they came.
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    raw.post('/webhooks/git', { config: { access: 'signed' }, bodyLimit: MAX_PUSH, schema: { hide: true } }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const push = verifyPush(request.headers, body, secret, controller.followed.site.deps.clock.now());
      if (!push.ok) {
        log.warn({ event: 'webhook-refused', code: push.problems[0]?.code, from: request.ip }, 'a webhook was refused');
        return refuseBy(401, push.problems, { 'www-authenticate': 'Signature realm="loopctl"' });
      }
      if (push.value.kind !== 'push') return reply.code(204).send();
      log.info({ event: 'webhook', ...push.value }, 'a push was announced');
      controller.sync();
      return reply.code(202).send();
    });
  });
}
