// A sign that an account may buy, told by another system: it counts where its quotes stand on the pages that it names.
import { z } from 'zod';
import type { SignalIntake } from '../../../controller/generate/told.ts';
import { toldSignal } from '../../../engines/signals/told.ts';
import { idFault } from '../../../loops/subject.ts';
import { problemResponse, refuse } from '../problems.ts';
import { decisionShape } from '../shapes.ts';
import { type App, identityOf, type Surface } from '../surface.ts';
import { decisionIn } from './loops.ts';

const body = z.strictObject({
  account: z
    .string()
    .refine((id) => idFault(id) === undefined, { error: 'an id of 15 or 18 characters' })
    .describe('The id of the account in the org'),
  signal: toldSignal,
  dry: z.boolean().default(false).describe('What would come of it: nothing is kept, and nothing is handed on'),
});

export function signalRoutes(app: App, surface: Surface, signals: SignalIntake): void {
  app.post(
    '/api/loops/generate/signal',
    {
      config: { access: 'ops' },
      schema: {
        summary: 'Tell of a sign that an account may buy',
        description:
          'The pages are read at once. What can not be shown is in `dropped`, with the reason; the same event told again is counted in `known`.',
        tags: ['loops'],
        body,
        response: { 200: decisionShape, default: problemResponse },
      },
    },
    async (request) => {
      const { account, signal, dry } = request.body;
      const { environment } = identityOf(surface);
      const answer = await signals.take(account, signal, dry);
      if (answer.kind === 'not-acting') {
        const detail = `Generate does not act on ${environment.name}. Write "loops: [generate, …]" there, or ask with dry.`;
        return refuse(409, 'not-acting', detail);
      }
      return decisionIn(answer);
    },
  );
}
