import { isCandidate } from '../experiment/candidates.ts';
import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkScoringModels } from './checks.ts';
import { ScoringModel, type ScoringModelSpec } from './schema.ts';

export const scoringModel: Kind<ScoringModelSpec> = {
  ...ScoringModel,
  names: KEBAB,
  summary:
    'How good a record is: who it is (fit) and what it did (intent). In each component the first rule that holds gives the points. One model an object.',
  becomes: 'Nothing: loops read it, and write the result into the fields of `writeback`.',
  whenRemoved: 'Records are scored no more.',
  example: `apiVersion: loopctl/v1
kind: ScoringModel
metadata: {name: inbound}
spec:
  version: 3.1.0
  object: Lead
  max_score: 60
  fit:
    weight: 35
    components:
      - id: company_size
        field: employee_count
        weight: 20
        rules:
          - {condition: ">= 1000", points: 20}
          - {condition: ">= 100", points: 12}
      - id: seniority
        field: title
        weight: 15
        rules:
          - {condition: "in:ceo,cfo,cto,vp,president", points: 15}
          - {condition: "in:director", points: 10}
  intent:
    weight: 25
    components:
      - id: source
        field: lead_source
        weight: 25
        decay: {half_life: 30d, field: last_engaged_at}
        rules:
          - {condition: "in:demo request,contact sales", points: 25}
          - {condition: "in:webinar,content", points: 12}
  mql: {min_fit: 15, min_intent: 10}
  grades: {A: ">= 45", B: ">= 30", C: ">= 15", D: ">= 0"}
  writeback: {score: Score__c, grade: Grade__c}
`,
  targets: new Set(['runtime']),
  fields({ object, writeback }) {
    if (object === undefined) return [];
    const { account = {}, decision_url: _, ...own } = writeback;
    return [...Object.values(own).map((field) => `${object}.${field}`), ...Object.values(account).map((field) => `Account.${field}`)];
  },
  check: checkScoringModels,
  // What is tried stands in its experiment: nobody takes it for what acts.
  runtime: ({ ref, spec }, { organisation }) => (isCandidate(organisation, ref) ? undefined : spec),
};
