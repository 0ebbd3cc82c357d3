// The OpenAPI document, made from the schemas by which requests are read and answers written.
import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { ROLES } from '../../ports/tokens.ts';
import type { App } from './surface.ts';

const DESCRIPTION = `What a controller knows and does. Requests carry a token: \`Authorization: Bearer lctl_…\`, made with \`loopctl token create\`.
Roles, each with the rights of those after it: ${ROLES.join(', ')}. What is refused is told as RFC 9457 problem details.
Writes take an \`Idempotency-Key\`: sent again under it, they are not done again.`;

/** Before any route is added. */
export async function openApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'loopctl controller', version, description: DESCRIPTION },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'lctl_<id>_<secret>' } } },
    },
    transform: (document) => {
      const made = jsonSchemaTransform(document);
      const access = document.route.config?.access;
      if (access === undefined || made.schema === undefined) return made;
      const described = [made.schema.description, `Role: ${access}.`].filter((part) => part !== undefined).join(' ');
      return { ...made, schema: { ...made.schema, description: described, security: [{ token: [] }] } };
    },
  });
}

export function serveOpenApi(app: App): void {
  app.get('/openapi.json', { config: { access: 'rep' }, schema: { hide: true } }, async () => app.swagger());
}
