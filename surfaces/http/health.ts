// Whether the process lives, and whether it answers from something that was reconciled. Both say little: they are open everywhere.
import type { App, Surface } from './surface.ts';

type NotReady = 'stopping' | 'no-configuration' | 'broken-configuration' | 'org-not-reached' | 'no-snapshot';

export function healthRoutes(app: App, surface: Surface): void {
  const open = { config: { access: 'always' }, schema: { hide: true } } as const;
  app.get('/healthz', open, async () => ({ status: 'ok' }));
  app.get('/readyz', open, async (_request, reply) => {
    const waiting = await notReady(surface);
    return reply.code(waiting === undefined ? 200 : 503).send(waiting === undefined ? { ready: true } : { ready: false, waiting });
  });
}

/** What is missing before the first answer. A commit that is broken, or an org that is away, is not: the last snapshot goes on answering. */
async function notReady({ controller, store, state }: Surface): Promise<NotReady | undefined> {
  if (state.stopping) return 'stopping';
  const { identity } = controller.followed;
  if (identity === undefined) return 'no-configuration';
  const { project, environment } = identity;
  const [scope] = await store.scopes(project, environment.name);
  if (scope !== undefined) return undefined;
  // What is wrong in a file has a place there.
  if (controller.followed.problems.some(({ severity, at }) => severity === 'error' && at !== undefined)) return 'broken-configuration';
  return (await store.standing(project, environment.name)).org === undefined ? 'org-not-reached' : 'no-snapshot';
}
