// What the controller knows of the environment, from its store: nothing here asks the org.
import { z } from 'zod';
import { refText } from '../../../resources/core.ts';
import { historyOf, statusOf } from '../../../controller/status.ts';
import { publicPlan } from '../../../plans/render/json.ts';
import type { Drift, Plan } from '../../../plans/plan.ts';
import { explainResource } from '../declared.ts';
import { problemResponse, refuse } from '../problems.ts';
import { driftShape, historyShape, type ListedPlan, planListShape, planShape, planId, refWords, statusShape, whyShape } from '../shapes.ts';
import { type App, identityOf, type Surface, whereOf } from '../surface.ts';

const limit = z.coerce.number().int().min(1).max(500).default(20).describe('How many, newest first');
const listed = z.object({ limit });

export function stateRoutes(app: App, surface: Surface): void {
  const { store } = surface;
  app.get(
    '/api/status',
    {
      config: { access: 'rep' },
      schema: { summary: 'How the environment stands', tags: ['state'], response: { 200: statusShape, default: problemResponse } },
    },
    async () => {
      const { project, environment } = whereOf(surface);
      return statusOf(store, project, environment);
    },
  );
  app.get(
    '/api/history',
    {
      config: { access: 'manager' },
      schema: { summary: 'Past applies', tags: ['state'], querystring: listed, response: { 200: historyShape, default: problemResponse } },
    },
    async ({ query }) => {
      const { project, environment } = whereOf(surface);
      return { entries: await historyOf(store, project, environment, query.limit) };
    },
  );
  app.get(
    '/api/drift',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'What diverged in the org when the controller looked last',
        tags: ['state'],
        response: { 200: driftShape, default: problemResponse },
      },
    },
    async () => {
      const { project, environment } = whereOf(surface);
      const { org } = await store.standing(project, environment);
      return { ...(org !== undefined && { org }), drift: await divergencesOf(surface) };
    },
  );
  app.get(
    '/api/plans',
    {
      config: { access: 'manager' },
      schema: { summary: 'Plans', tags: ['plans'], querystring: listed, response: { 200: planListShape, default: problemResponse } },
    },
    async ({ query }) => ({ plans: await plansOf(surface, query.limit) }),
  );
  app.get(
    '/api/plans/:id',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'One plan',
        tags: ['plans'],
        params: z.object({ id: planId }),
        response: { 200: planShape, default: problemResponse },
      },
    },
    async ({ params }) => publicPlan(await planBy(surface, params.id)),
  );
  app.get(
    '/api/why',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'Why a resource is as it is',
        tags: ['state'],
        querystring: z.object({
          ref: refWords.describe('Kind and name, like `Territory/ams/west`'),
        }),
        response: { 200: whyShape, default: problemResponse },
      },
    },
    async ({ query }) => explainResource(surface, query.ref),
  );
}

export async function divergencesOf(surface: Surface): Promise<readonly Drift[]> {
  const { project, environment } = whereOf(surface);
  const [scope] = await surface.store.scopes(project, environment);
  if (scope === undefined) return [];
  const { suspendedResources = {} } = await surface.store.standing(project, environment);
  const known = await surface.store.divergences.of(scope);
  return known.map((one) => one.drift).filter(({ ref }) => !Object.hasOwn(suspendedResources, refText(ref)));
}

export async function planBy(surface: Surface, id: string): Promise<Plan> {
  const found = await surface.store.findPlan(identityOf(surface).project, id);
  return found?.plan ?? refuse(404, 'unknown-plan', `No plan here begins with ${id}, or several do.`);
}

export async function plansOf(surface: Surface, most: number): Promise<readonly ListedPlan[]> {
  const { project, environment } = whereOf(surface);
  const [plans, applies] = await Promise.all([
    surface.store.plans(project, environment, most),
    surface.store.applies(project, environment, most),
  ]);
  return plans.map(({ plan, createdAt }) => {
    const outcome = applies.find((apply) => apply.plan === plan.id)?.outcome;
    const { id, commit, dirty, summary, holds, drift, steps } = plan;
    return {
      id,
      commit,
      dirty,
      at: createdAt,
      summary,
      holds,
      drift: drift.length,
      steps: steps.length,
      ...(outcome !== undefined && { outcome }),
    };
  });
}
