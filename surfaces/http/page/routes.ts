// The pages, for browsers: they show and change nothing.
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { anatomyOf } from '../../../controller/metrics/anatomy.ts';
import { freshened } from '../../../controller/metrics/fresh.ts';
import { statusOf } from '../../../controller/status.ts';
import { renderHtml } from '../../../plans/render/html.ts';
import { divergencesOf, planBy, plansOf } from '../routes/state.ts';
import { planId } from '../shapes.ts';
import type { App, Surface } from '../surface.ts';
import type { LoopsContent } from './loops.ts';
import { type PageContent, renderPage } from './page.ts';

const PLANS = 10;
const DECISIONS = 20;

export function pageRoutes(app: App, surface: Surface): void {
  const schema = { hide: true };
  app.get('/', { config: { access: 'page' }, schema }, async (_request, reply) => sendPage(reply, renderPage(await contentOf(surface))));
  app.get(
    '/plans/:id',
    { config: { access: 'page' }, schema: { ...schema, params: z.object({ id: planId }) } },
    async ({ params }, reply) => sendPage(reply, renderHtml(await planBy(surface, params.id))),
  );
}

async function contentOf(surface: Surface): Promise<PageContent> {
  const { controller, store, version } = surface;
  const { identity, site, problems } = controller.followed;
  const always = { upstream: site.upstream.name, version, problems, at: site.deps.clock.now().toISOString() };
  if (identity === undefined) return { ...always, drift: [], plans: [], decisions: [] };
  const { project, environment } = identity;
  const [status, drift, plans, decisions] = await Promise.all([
    statusOf(store, project, environment.name),
    divergencesOf(surface),
    plansOf(surface, PLANS),
    store.decisions.recent(project, environment.name, DECISIONS),
  ]);
  return { ...always, status, drift, plans, decisions, loops: await loopsOf(surface, environment.loops) };
}

/** As they were counted last, with what is open now. */
async function loopsOf({ store, measures, controller }: Surface, active: readonly string[]): Promise<LoopsContent> {
  const { identity } = controller.followed;
  const last = measures?.last();
  const loops = anatomyOf(active);
  if (last === undefined || identity === undefined) return { loops };
  const [scope] = await store.scopes(identity.project, identity.environment.name);
  const took = (loop: string) => measures?.took(loop);
  return { loops, ...(scope !== undefined && { measured: await freshened(store, scope, last, took) }) };
}

/** The page may use the styles that stand in it, by their hash, and load or run nothing. */
function sendPage(reply: FastifyReply, html: string): FastifyReply {
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, style = '']) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );
  const policy = ["default-src 'none'", `style-src ${styles.join(' ')}`, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];
  return reply.header('content-security-policy', policy.join('; ')).type('text/html; charset=utf-8').send(html);
}
