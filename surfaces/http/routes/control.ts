// For tests of clocks and schedules: the clock of the controller set ahead, by whoever has the control token.
import { z } from 'zod';
import { isoMilliseconds } from '../iso-duration.ts';
import { refuse } from '../problems.ts';
import { isSame } from '../same.ts';
import type { App } from '../surface.ts';

export interface Control {
  readonly token: string;
  advance(milliseconds: number): void;
}

/** Without a control token there is no such address. */
export function controlRoutes(app: App, { token, advance }: Control): void {
  app.post(
    '/__control/clock',
    {
      config: { access: 'signed' },
      schema: { hide: true, body: z.strictObject({ advance: z.string() }) },
      onRequest: async ({ headers }) => {
        if (!isSame(headers.authorization ?? '', `Bearer ${token}`))
          refuse(401, 'unauthorized', 'The control token is needed.', { 'www-authenticate': 'Bearer realm="control"' });
      },
    },
    async ({ body }) => {
      const milliseconds =
        isoMilliseconds(body.advance) ?? refuse(400, 'invalid', `advance: "${body.advance}" is no duration like P1D or PT4H30M.`);
      advance(milliseconds);
      return { advanced: body.advance };
    },
  );
}
