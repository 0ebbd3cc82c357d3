// For tests of clocks and schedules: the clock of the controller set ahead, by whoever has the control token.
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { refuse } from '../problems.ts';
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

/** ISO 8601, without years and months, whose length depends on when. */
export function isoMilliseconds(text: string): number | undefined {
  const found = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (found === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000);
}

function isSame(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
