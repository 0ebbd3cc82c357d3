// What is made of a tuning: edits of the model's own lines, from decisions as from a file; and the version after this one.
import { expect, test } from 'vitest';
import { nextVersion, tuneFromDecisions } from '../../controller/tune.ts';
import type { PastRow } from '../../engines/tuner/rows.ts';
import { editFile } from '../../resources/edit.ts';
import { readOrganisation } from '../../resources/organisation.ts';

test.each([
  ['3.1.0', '3.2.0'],
  ['3.1.7', '3.2.0'],
  ['v3.1', 'v3.2'],
  ['3', '4'],
  ['v1.0.0-leak', 'v1.1.0-leak'],
])('after %s comes %s', (version, next) => {
  expect(nextVersion(version)).toBe(next);
});

const MODEL = `apiVersion: loopctl/v1
kind: ScoringModel
metadata: {name: inbound}
spec:
  version: 1.0.0 # raised with every change
  object: Lead
  max_score: 60
  fit: {weight: 30, components: [{id: size, field: size, weight: 30, rules: [{condition: "== big", points: 20}]}]}
  intent:
    weight: 30
    components:
      - id: source
        field: source
        weight: 30
        rules:
          - {condition: "== demo", points: 20} # a guess
  grades: {A: ">= 35", B: ">= 20", C: ">= 0"}
  guard: {max_factor_auc: 1, min_lift_a: 0, max_psi: 10}
  tuning: {min_rows: 100}
`;

/** Size decides, and a demo hardly matters. */
const DECISIONS: readonly PastRow[] = Array.from({ length: 800 }, (_, at) => {
  const [size, source] = [at % 2 === 0 ? 'big' : 'small', at % 4 < 2 ? 'demo' : 'web'];
  const rate = (size === 'big' ? 7 : 2) + (source === 'demo' ? 1 : 0);
  return { facts: { size, source }, outcome: Math.floor(at / 4) % 10 < rate, order: at, asOf: at };
});

test('decisions with what became of them give edits of these lines, and nothing else of the file', () => {
  const { organisation } = readOrganisation([{ path: 'model.yaml', text: MODEL, hash: 'x' }]);
  const tuned = tuneFromDecisions(organisation, 'inbound', DECISIONS);
  if (!tuned.ok) throw new Error(JSON.stringify(tuned.problems));
  expect(tuned.value.tuning.verdict.kind).toBe('suggested');
  const text = editFile(
    MODEL,
    tuned.value.edits.flatMap(({ edit }) => (edit.op === 'drop' ? [] : [{ part: 0, edit }])),
  );
  const wanted = MODEL.replace('version: 1.0.0', 'version: 1.1.0')
    .replace('"== demo", points: 20', '"== demo", points: 18')
    .replace('"== big", points: 20', '"== big", points: 22');
  expect(text).toEqual({ ok: true, text: wanted });
});

test('a model that is not declared is told, with the nearest', () => {
  const { organisation } = readOrganisation([{ path: 'model.yaml', text: MODEL, hash: 'x' }]);
  expect(tuneFromDecisions(organisation, 'inbuond', [])).toMatchObject({
    ok: false,
    problems: [{ code: 'unknown-model', hint: 'Did you mean "inbound"?' }],
  });
});
