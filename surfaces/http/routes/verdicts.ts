// What people say of a plan, with the identity of their token. The gate decides what it counts for.
import { z } from 'zod';
import { approvalPolicyOf } from '../../../controller/policy.ts';
import { giveVerdict, heldInstead, weightOf } from '../../../controller/verdict.ts';
import { problemResponse, refuseBy } from '../problems.ts';
import { planId, verdictShape } from '../shapes.ts';
import { type App, callerOf, identityOf, type Surface } from '../surface.ts';

const body = z.strictObject({
  reason: z.string().trim().min(1, { error: 'a reason is needed' }).max(2_000).describe('Why; kept with who said it'),
  note: z.string().max(2_000).optional().describe('Who asked for it, say'),
});

const STATUS: Readonly<Record<string, number>> = { 'unknown-plan': 404, 'already-applied': 409 };

export function verdictRoutes(app: App, surface: Surface): void {
  for (const verdict of ['approve', 'reject'] as const) {
    app.post(
      `/api/plans/:id/${verdict}`,
      {
        config: { access: 'leadership' },
        schema: {
          summary: verdict === 'approve' ? 'Let a held plan through' : 'Keep a plan from being applied',
          description: 'Recorded with the identity of the token. Whether it is enough is for `approvals` of the environment to say.',
          tags: ['plans'],
          params: z.object({ id: planId }),
          body,
          response: { 200: verdictShape, default: problemResponse },
        },
      },
      async (request) => {
        const { project, environment, spec } = identityOf(surface);
        const { clock } = surface.controller.followed.site.deps;
        const { reason, note } = request.body;
        const by = { clock, identity: callerOf(request).identity };
        const given = await giveVerdict(by, surface.store, { project, plan: request.params.id, verdict, reason, note: note ?? null });
        if (!given.ok) return refuseBy(STATUS[given.problems[0]?.code ?? ''] ?? 422, given.problems);
        const held = await heldInstead(surface.store, project, given.value.plan);
        surface.controller.sync();
        const told = { ...given.value, ...(held !== undefined && { held_instead: held }) };
        if (verdict === 'reject') return told;
        const policyOf = (name: string) => (name === environment.name ? approvalPolicyOf(environment, spec) : undefined);
        const weight = await weightOf(surface.store, project, given.value, policyOf);
        return { ...told, ...(weight !== undefined && { counts: weight.may, approvers: weight.by }) };
      },
    );
  }
}
