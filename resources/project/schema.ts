// The project: which branch is the truth, which orgs it is applied to, and how far a change may go on its own.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { count, duration, id, percent, slug, text, username, when } from '../words.ts';

const driftPolicy = z.enum(['alert', 'revert', 'ignore']);

const environment = z.strictObject({
  name: slug().describe('What `--env` calls it. The first environment is the default.'),
  env_prefix: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*_$/, { error: 'capitals that end in an underscore, like PROD_' })
    .optional()
    .describe('Credentials come from variables with this in front: `PROD_` reads `PROD_SALESFORCE_INSTANCE_URL`.'),
  org: z
    .strictObject({
      sandbox: z.boolean().optional().describe('Whether the org must be a sandbox. An org that is not what is said here is refused.'),
      id: z
        .string()
        .regex(/^00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/, { error: 'the id of an org: 15 or 18 characters that begin with 00D' })
        .optional()
        .describe('The id of the one org that this environment is. Any other is refused.'),
    })
    .prefault({})
    .describe('Which org this environment may be.'),
  username_suffix: text(80).optional().describe('Put behind every username that is declared, as sandboxes do: `.uat`.'),
  sync: z
    .enum(['automatic', 'approval', 'manual'])
    .default('manual')
    .describe('What the controller does with a new commit: applies it, waits for an approval of its plan, or leaves it to people.'),
  adoption: z.enum(['hold', 'allow']).default('hold').describe('A record that exists and differs: held, or overwritten.'),
  drift: z
    .strictObject({
      check: duration().default('5m').describe('How often the org is compared with what was applied.'),
      grace: duration().default('0s').describe('How long a difference must last before the controller tells of it or reverts it.'),
      policy: driftPolicy.default('alert').describe('What happens with a field that somebody changed in the org.'),
      kinds: z.record(z.string(), driftPolicy).default({}).describe('The same for one kind: `{Queue: revert}`.'),
    })
    .prefault({})
    .describe('What happens when the org is changed behind the back of git.'),
  approvals: z
    .array(
      z.strictObject({
        when: when()
          .optional()
          .describe('On the plan: `creates`, `updates`, `deletes`, `account_moves`, `owner_changes`. Without it, always.'),
        by: z.array(text(80)).min(1).describe('Groups of this project, or usernames.'),
        count: count(1).default(1).describe('How many of them.'),
      }),
    )
    .default([])
    .describe('Which plans need an approval, and whose.'),
  windows: z
    .array(
      z
        .strictObject({
          allow: windowText().optional().describe('Applies happen in this time alone: `Mon-Thu 08:00-17:00`.'),
          deny: windowText().optional().describe('No apply in this time.'),
        })
        .refine(({ allow, deny }) => (allow === undefined) !== (deny === undefined), { error: 'a window has either allow or deny' }),
    )
    .default([])
    .describe("When an apply may run, in the project's time zone."),
  limits: z
    .strictObject({
      max_delete: count().default(5).describe('A plan that deletes more is held.'),
      max_change_pct: percent()
        .default(30)
        .describe('A plan that updates, replaces or deletes more of the managed records, in percent, is held. Counts from 10 records on.'),
    })
    .prefault({})
    .describe('A plan above a limit is held, never shortened.'),
  api: z
    .strictObject({
      reserve_pct: percent().default(20).describe("This much of the org's daily API calls is left to others."),
    })
    .prefault({})
    .describe('How much of the API budget may be used.'),
  loops: z.array(slug()).default([]).describe('The loops that act on this org. The others answer when they are asked.'),
  events: z
    .strictObject({
      poll: duration().optional().describe('Changed records are asked for this often.'),
      change_data_capture: z.boolean().default(false).describe('Changed records come by change data capture.'),
      outbound_message: z.boolean().default(false).describe('Changed records come as outbound messages.'),
    })
    .prefault({})
    .describe('How a new or changed record is noticed.'),
  forecasting: z.boolean().default(true).describe('False: quotas are not written to this org, though CapacityConfig says so.'),
});

export const Project = defineSchema(
  'Project',
  z.strictObject({
    timezone: z
      .string()
      .refine(isTimeZone, { error: 'a time zone like America/New_York' })
      .default('UTC')
      .describe('What "today" is for seats, windows and schedules.'),
    source: z
      .strictObject({
        branch: text(255).default('main').describe('The branch that is the truth.'),
        path: text(255).default('.').describe('Where the configuration lies in the repository.'),
        poll: duration().default('30s').describe('How often the branch is asked for.'),
        ignore: z.array(text(255)).default([]).describe('YAML files below the root that are no resources: `docs/**`.'),
      })
      .prefault({})
      .describe('Where the configuration comes from.'),
    environments: z.array(environment).min(1).describe('The orgs that this configuration is applied to.'),
    proposals: z
      .strictObject({
        author: z
          .string()
          .regex(/^[^<>\n]+ <[^<>@\s]+@[^<>\s]+>$/, { error: 'a name and a mail address: loopctl <loopctl@acme.example>' })
          .optional()
          .describe('Who makes the commits of proposals: `loopctl <loopctl@acme.example>`. Default: whom git names.'),
        labels: z.array(text(50)).default(['loopctl']).describe('What their pull requests are marked with.'),
      })
      .prefault({})
      .describe('How changes of the configuration are proposed.'),
    retention: z
      .strictObject({
        plans: duration().default('30d').describe('Plans that nobody applied, and what was said of them.'),
        journal: duration().default('90d').describe('The journal of calls to the org. What was applied, and the history, stay.'),
      })
      .prefault({})
      .describe('How long the store remembers.'),
    groups: z.record(id(), z.array(username())).default({}).describe('Who may approve: usernames by group.'),
    notifications: z
      .array(
        z.strictObject({
          type: z.enum(['slack', 'webhook', 'email']).describe('How. Addresses come from the environment: SLACK_WEBHOOK_URL.'),
          on: z
            .array(z.enum(['applied', 'drift', 'held', 'failed', 'review', 'proposal', 'assigned', 'sla', 'override']))
            .min(1)
            .describe('What is told.'),
          environments: z.array(slug()).optional().describe('Of these environments alone.'),
          to: z.array(username()).optional().describe('Whom a mail goes to.'),
        }),
      )
      .default([])
      .describe('Who is told what.'),
  }),
);

export type ProjectSpec = z.output<typeof Project.schema>;
export type Environment = ProjectSpec['environments'][number];

function windowText() {
  const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
  const days = `${day}(?:-${day})?`;
  const form = new RegExp(`^${days}(?:,\\s*${days})*(?: ([01]\\d|2[0-3]):[0-5]\\d-(?:([01]\\d|2[0-3]):[0-5]\\d|24:00))?$`);
  return z
    .string()
    .regex(form, { error: 'days and times like Mon-Thu 08:00-17:00' })
    .refine((text) => !/ (\d\d:\d\d)-\1$/.test(text), {
      error: 'a window that ends when it begins is never open: leave the times out for whole days, or write 00:00-24:00',
    });
}

export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // Intl has no other way to say that it does not know a zone.
    return false;
  }
}
