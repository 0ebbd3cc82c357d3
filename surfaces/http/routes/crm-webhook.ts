// Messages of the org: records that have changed. They bear no signature and can send no header, so the key is in their address.
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App } from '../surface.ts';
import { refuse } from '../problems.ts';
import { isSame } from '../same.ts';

export interface CrmWebhook {
  /** The key in the address. */
  readonly key: string;
  /** Takes a message as it came; the answer that the org waits for, or why there is none. */
  receive(body: string): Promise<CrmAnswer>;
}

export type CrmAnswer =
  | { readonly kind: 'taken'; readonly answer: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** It is to be sent again later. */
  | { readonly kind: 'later'; readonly message: string };

const MAX_MESSAGE = 4 << 20;

export async function crmWebhookRoutes(app: App, { key, receive }: CrmWebhook): Promise<void> {
  await app.register(async (plain) => {
    const raw = plain.withTypeProvider<ZodTypeProvider>();
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    const schema = { hide: true, querystring: z.object({ key: z.string().default('') }) };
    raw.post('/webhooks/crm', { config: { access: 'signed' }, bodyLimit: MAX_MESSAGE, schema }, async (request, reply) => {
      if (!isSame(request.query.key, key)) return refuse(401, 'wrong-key', 'The key in the address is not the one of this controller.');
      const taken = await receive(typeof request.body === 'string' ? request.body : '');
      if (taken.kind === 'taken') return reply.code(200).type('text/xml; charset=utf-8').send(taken.answer);
      return taken.kind === 'refused'
        ? refuse(400, 'bad-message', taken.message)
        : refuse(503, 'not-ready', taken.message, { 'retry-after': '30' });
    });
  });
}
