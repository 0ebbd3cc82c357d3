// How experiments do, counted now from the ledger.
import { experimentReports } from '../../../controller/experiments/report.ts';
import { experimentsShape } from '../experiment-shapes.ts';
import { problemResponse } from '../problems.ts';
import { type App, type Surface, whereOf } from '../surface.ts';

export function experimentRoutes(app: App, surface: Surface): void {
  app.get(
    '/api/experiments',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'How experiments do',
        description: 'Records and conversions of both sides, what each decided, how often they agreed, and what the stop rule says.',
        tags: ['loops'],
        response: { 200: experimentsShape, default: problemResponse },
      },
    },
    async () => {
      const { project, environment } = whereOf(surface);
      const [scope] = await surface.store.scopes(project, environment);
      const now = surface.controller.followed.site.deps.clock.now();
      return { experiments: [...(await experimentReports(surface.store, scope, { now }))] };
    },
  );
}
