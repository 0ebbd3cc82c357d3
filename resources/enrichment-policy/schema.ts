// What is looked up elsewhere about a record: whom is asked, in which order, for which fields, and how old an answer may be.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, count, duration, reference, share, slug, text } from '../words.ts';

const PROVIDER_TYPES = ['pdl', 'csv', 'webhook'] as const;

const variable = () => z.string().regex(/^[A-Z][A-Z0-9_]*$/, { error: 'the name of an environment variable, like ENRICHMENT_URL' });

const provider = z.strictObject({
  name: slug().describe('What fields and explanations call it.'),
  type: z
    .enum(PROVIDER_TYPES)
    .describe('pdl: People Data Labs, with the key of PDL_API_KEY. csv: a table of this repository. webhook: a service of your own.'),
  about: z
    .enum(['company', 'person'])
    .optional()
    .describe('Whom its rows are about (csv, webhook): companies are found by domain, people by mail address. Default: company.'),
  path: text(255)
    .regex(/^(?![/\\])(?!.*(?:^|[/\\])\.\.(?:[/\\]|$))[^\0]+\.csv$/, { error: 'a path below the configuration that ends in .csv' })
    .optional()
    .describe('The table (csv), from the folder of loopctl.yaml.'),
  columns: z
    .record(text(80), text(120))
    .optional()
    .describe('Columns that are called otherwise (csv): `{domain: Website, industry: Branche}`. Others have the name of the value.'),
  url_env: variable().optional().describe('The variable that holds its address (webhook).'),
  secret_env: variable().optional().describe('The variable that holds the secret that requests are signed with (webhook).'),
  min_likelihood: z.int().min(1).max(10).optional().describe('How sure it must be, 1 to 10 (pdl). Default: 6.'),
});

export const EnrichmentPolicy = defineSchema(
  'EnrichmentPolicy',
  z.strictObject({
    object: z.enum(['Lead', 'Contact', 'Account']).describe('Whose records are enriched; one policy an object.'),
    providers: z.array(provider).min(1).describe('Who is asked.'),
    fields: z
      .record(
        text(80),
        z.strictObject({
          from: z.array(slug()).min(1).describe('Providers in the order in which they are asked; the first that knows it gives it.'),
          value: text(80).optional().describe("What it is called at the provider. Default: the field's name."),
          max_age: duration().default('90d').describe('An older answer is none, and is asked for again.'),
          overwrite: z.boolean().default(false).describe('Whether it takes the place of what the record holds.'),
        }),
      )
      .refine((fields) => Object.keys(fields).length > 0, { error: 'names at least one field' })
      .describe("By the FieldMap's names: `{industry: {from: [house, pdl]}}`."),
    write: z
      .record(
        text(80),
        z.strictObject({
          source_field: apiName().optional().describe('The field that gets the name of the provider.'),
          date_field: apiName().optional().describe('The field that gets the date of the answer.'),
        }),
      )
      .default({})
      .describe('Fields that are written on the record, and where their source and date go. Others serve the decision alone.'),
    timeout: duration().default('5s').describe('How long one call may take.'),
    wait: duration()
      .default('10s')
      .describe('How long a live record waits before it is decided on without, and again when the answer is there.'),
    concurrency: count(1).default(4).describe('Calls at once, to each provider.'),
    retry: z
      .strictObject({
        first: duration().default('30s').describe('When a provider that did not answer is asked again; twice as long each further time.'),
        most: duration().default('30m').describe('But never longer than this.'),
      })
      .prefault({})
      .describe('Of a provider that does not answer.'),
    give_up_after: duration().default('24h').describe('A question that has found no answer for so long is left.'),
    ask_again_after: duration().default('7d').describe('A question that was left is asked once more after this time.'),
    pause: z
      .strictObject({
        after: count(1).default(5).describe('So many calls in a row that were not answered.'),
        for: duration().default('1m').describe('How long it is left in peace then.'),
      })
      .prefault({})
      .describe('A provider that does not answer at all is not asked for a while.'),
    on_missing: z
      .enum(['leave', 'review'])
      .default('leave')
      .describe('What happens with a record of which nobody knows anything: it is decided on as it is, or a person is asked besides.'),
    on_ambiguous: z
      .strictObject({
        agent: reference('Prompt').optional().describe('Asked which company it is, where rules can not tell.'),
        confidence: share().default(0.85).describe('How sure the agent must be, 0 to 1; less goes to people.'),
        review: z.boolean().default(true).describe('Whether a person is asked where the agent is not sure or there is none.'),
      })
      .prefault({})
      .describe('Several companies that it may be, and neither domain nor name and place tell which: never a guess.'),
  }),
);

export type EnrichmentPolicySpec = z.output<typeof EnrichmentPolicy.schema>;
export type ProviderSpec = EnrichmentPolicySpec['providers'][number];
