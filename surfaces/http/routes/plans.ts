// Files in, plan out: for pull requests and laptops, which have no inventory of their own.
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { z } from 'zod';
import { publicPlan } from '../../../plans/render/json.ts';
import { planFiles } from '../../../controller/plan-files.ts';
import type { TextFile } from '../../../ports/source.ts';
import { problemResponse, refuse, refuseBy } from '../problems.ts';
import { planShape, refWords } from '../shapes.ts';
import { type App, identityOf, type Surface } from '../surface.ts';

const MAX_TREE = 32 << 20;
/** Planning is the processor's work: one at a time, and not many waiting. */
const MOST_WAITING = 8;

const path = z
  .string()
  .min(1)
  .max(1_000)
  .refine((text) => !text.startsWith('/') && text.split('/').every((part) => !['', '.', '..'].includes(part)), {
    error: 'a path below the folder of loopctl.yaml, with /',
  });

export const file = z.strictObject({ path, text: z.string() });

const treeBody = z.strictObject({
  files: z.array(file).min(1).max(50_000),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
    .nullable()
    .default(null)
    .describe('Which commit the files are of, as far as the sender knows'),
  dirty: z.boolean().default(false).describe('They differ from it'),
  targets: z.array(refWords).default([]).describe('Only these resources and what they need'),
  allow_missing: z.boolean().default(false).describe('Records that are not to be seen were really deleted'),
});

export function planRoutes(app: App, surface: Surface): void {
  const oneByOne = pLimit(1);
  app.post(
    '/api/plans',
    {
      config: { access: 'ops' },
      bodyLimit: MAX_TREE,
      schema: {
        summary: 'What these files would do',
        description:
          'Plans the files against the inventory of the controller and the org. Nothing is applied; the plan is kept, so that it can be approved.',
        tags: ['plans'],
        body: treeBody,
        response: { 200: planShape, default: problemResponse },
      },
    },
    async ({ body }) => {
      const identity = identityOf(surface);
      if (oneByOne.pendingCount >= MOST_WAITING) refuse(503, 'busy', 'Other plans are being made.', { 'retry-after': '5' });
      const { files, commit, dirty, targets } = body;
      const seen = new Set(files.map((file) => file.path));
      if (seen.size < files.length) refuse(422, 'file-twice', 'files: two of them have one path.');
      const made = await oneByOne(() =>
        planFiles(surface.controller.followed.site, identity, {
          tree: { commit, dirty, files: files.map(textFile), problems: [] },
          targets,
          allowMissing: body.allow_missing,
        }),
      );
      return made.ok ? publicPlan(made.value) : refuseBy(422, made.problems);
    },
  );
}

/** Its hash is git's, made here: what a sender says of it is not believed. */
export function textFile({ path: where, text }: { readonly path: string; readonly text: string }): TextFile {
  const bytes = Buffer.from(text);
  return { path: where, text, hash: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex') };
}
