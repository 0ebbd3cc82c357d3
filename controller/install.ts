// Fields that the loops write and that nobody declares: their declarations, so that they go the way of every other field, through git, plan,
// gate and inventory.
import { stringify } from 'yaml';
import { type Ref, refText } from '../resources/core.ts';
import { API_VERSION } from '../resources/envelope.ts';
import { CustomField } from '../resources/custom-field/schema.ts';
import type { CustomFieldSpec } from '../resources/custom-field/schema.ts';
import { EnrichmentPolicy } from '../resources/enrichment-policy/schema.ts';
import { LifecycleModel } from '../resources/lifecycle-model/schema.ts';
import { OverridePolicy } from '../resources/override-policy/schema.ts';
import type { Organisation } from '../resources/resource.ts';
import { RoutingRuleSet } from '../resources/routing-rule-set/schema.ts';
import { ScoringModel, type ScoringModelSpec } from '../resources/scoring-model/schema.ts';
import { SLAPolicy } from '../resources/sla-policy/schema.ts';

export interface WrittenField {
  readonly object: string;
  /** `Score__c` */
  readonly field: string;
  readonly spec: Partial<CustomFieldSpec> & Pick<CustomFieldSpec, 'label' | 'type'>;
  /** What writes it. */
  readonly by: Ref;
}

type Form = Omit<WrittenField['spec'], 'label'>;

const NUMBER: Form = { type: 'Number', precision: 5, scale: 0 };
const MOMENT: Form = { type: 'DateTime' };
const WORD: Form = { type: 'Text', length: 80 };
const WORDS: Form = { type: 'Text', length: 255 };
/** Ids of effects are found again by it. */
const KEY: Form = { type: 'Text', length: 120, external_id: true, unique: true };
const LINES: Form = { type: 'LongTextArea', length: 32_768, visible_lines: 12 };

/** In the order in which they are named, each once. */
export function undeclaredFields(organisation: Organisation): readonly WrittenField[] {
  const declared = new Set(organisation.all(CustomField).map(({ ref }) => ref.name.toLowerCase()));
  const found = new Map<string, WrittenField>();
  const add = (object: string, field: string | undefined, form: Form, by: Ref) => {
    const name = `${object}.${field ?? ''}`.toLowerCase();
    if (field === undefined || !/__c$/i.test(field) || declared.has(name) || found.has(name)) return;
    found.set(name, { object, field, spec: { label: labelOf(field), ...form }, by });
  };
  for (const { ref, spec } of organisation.all(ScoringModel)) {
    const { object, writeback } = spec;
    if (object !== undefined)
      for (const [part, form] of Object.entries(formsOf(writeback))) add(object, partOf(writeback, part), form, ref);
    const { account } = writeback;
    if (account === undefined) continue;
    add('Account', account.score, NUMBER, ref);
    add('Account', account.grade, WORD, ref);
    add('Account', account.explanation, WORDS, ref);
  }
  for (const { ref, spec } of organisation.all(EnrichmentPolicy)) {
    for (const { source_field, date_field } of Object.values(spec.write)) {
      add(spec.object, source_field, WORD, ref);
      add(spec.object, date_field, { type: 'Date' }, ref);
    }
  }
  for (const { ref, spec } of organisation.all(LifecycleModel)) {
    for (const object of spec.objects) {
      add(object, spec.writeback.stage, WORD, ref);
      add(object, spec.writeback.since, MOMENT, ref);
      add(object, spec.writeback.reason, WORDS, ref);
    }
  }
  for (const { ref, spec } of organisation.all(OverridePolicy)) {
    add('Case', spec.record_field, WORDS, ref);
    add('Case', spec.owner_field, WORD, ref);
    add('Case', spec.decision_field, WORD, ref);
    add('Case', spec.answer_field, LINES, ref);
  }
  for (const { ref, spec } of organisation.all(RoutingRuleSet)) add('Task', spec.on_assign?.task?.key_field, KEY, ref);
  for (const { ref, spec } of organisation.all(SLAPolicy)) for (const { task } of spec.escalations) add('Task', task?.key_field, KEY, ref);
  return [...found.values()];
}

/** As a file of the configuration. */
export function declarations(fields: readonly WrittenField[]): string {
  const head = '# Fields that the loops write. Made by "loopctl org install"; from here on they are yours, like every other declaration.\n';
  const documents = fields.map(({ object, field, spec, by }) => {
    const resource = { apiVersion: API_VERSION, kind: 'CustomField', metadata: { name: `${object}.${field}` }, spec };
    return `# Written by ${refText(by)}.\n${stringify(resource)}`;
  });
  return `${head}${documents.join('---\n')}`;
}

type Writeback = ScoringModelSpec['writeback'];

function formsOf({ decision_url }: Writeback): Readonly<Record<string, Form>> {
  return {
    score: NUMBER,
    grade: WORD,
    fit: NUMBER,
    intent: NUMBER,
    explanation: LINES,
    config_version: WORD,
    scored_at: MOMENT,
    decision: decision_url === undefined ? WORD : { type: 'Url' },
  };
}

function partOf(writeback: Writeback, part: string): string | undefined {
  const value = writeback[part as keyof Writeback];
  return typeof value === 'string' ? value : undefined;
}

/** As long as Salesforce takes. */
const MOST_LABEL = 40;

/** `Score_Explanation__c` → `Score Explanation` */
function labelOf(field: string): string {
  return field.replace(/__c$/i, '').replaceAll(/_+/g, ' ').slice(0, MOST_LABEL);
}
