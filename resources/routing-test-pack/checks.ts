// A case can be tried: its rule is there, its fields are mapped, its seats sit somewhere. And what no case expects is told where it is wanted.
import { FieldMap } from '../field-map/schema.ts';
import { seatNames } from '../references.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { RoutingRuleSet, type RoutingRuleSetSpec } from '../routing-rule-set/schema.ts';
import { Scenario } from '../scenario/schema.ts';
import { suggestion } from '../suggest.ts';
import type { RoutingTestPackSpec } from './schema.ts';

type Pack = Resource<RoutingTestPackSpec>;

const DEFAULT = 'default';

export function checkPacks(packs: readonly Pack[], organisation: Organisation, report: Report): void {
  for (const pack of packs) {
    checkNames(pack, report);
    const ruleSet = organisation.get(RoutingRuleSet, pack.spec.rule_set);
    if (ruleSet === undefined) continue;
    checkCases(pack, ruleSet, organisation, report);
  }
  for (const ruleSet of organisation.all(RoutingRuleSet)) {
    const own = packs.filter(({ spec }) => spec.rule_set === ruleSet.ref.name);
    if (own.some(({ spec }) => spec.cover === 'all')) checkCovered(ruleSet, own, report);
  }
}

function checkNames(pack: Pack, report: Report): void {
  const names = new Set<string>();
  for (const [at, { name }] of pack.spec.cases.entries()) {
    if (names.has(name))
      report.error(pack, {
        path: ['spec', 'cases', at, 'name'],
        code: 'duplicate-id',
        message: `cases: two are called "${name}"`,
        hint: 'What fails is told by its name.',
      });
    names.add(name);
  }
}

function checkCases(pack: Pack, ruleSet: Resource<RoutingRuleSetSpec>, organisation: Organisation, report: Report): void {
  const fields = fieldsOf(ruleSet.spec.object, organisation);
  const rules = [...ruleSet.spec.rules.map(({ id }) => id), DEFAULT];
  const seats = organisation.complete(Scenario.name) ? seatNames(organisation) : undefined;
  for (const [at, one] of pack.spec.cases.entries()) {
    for (const field of Object.keys(one.record)) {
      if (fields === undefined || fields.has(field)) continue;
      report.error(pack, {
        path: ['spec', 'cases', at, 'record', field],
        of: 'key',
        code: 'unknown-path',
        message: `record: the FieldMap of ${ruleSet.spec.object} has no field "${field}"`,
        ...suggestion(field, fields),
      });
    }
    for (const seat of Object.keys(one.open)) {
      if (seats === undefined || seats.has(seat)) continue;
      report.error(pack, {
        path: ['spec', 'cases', at, 'open', seat],
        of: 'key',
        code: 'unknown-seat',
        message: `open: no scenario has a seat "${seat}"`,
        ...suggestion(seat, [...seats]),
      });
    }
    const { rule } = one.expect;
    if (rule === undefined || rules.includes(rule)) continue;
    report.error(pack, {
      path: ['spec', 'cases', at, 'expect', 'rule'],
      code: 'unknown-rule',
      message: `expect.rule: ${ruleSet.ref.name} has no rule "${rule}"`,
      ...suggestion(rule, rules),
    });
  }
}

/** The product's names of an object's fields; nothing where they are not all known. */
function fieldsOf(object: string, organisation: Organisation): ReadonlySet<string> | undefined {
  if (!organisation.complete(FieldMap.name)) return undefined;
  return new Set(organisation.all(FieldMap).flatMap(({ spec }) => (spec.object === object ? Object.keys(spec.fields) : [])));
}

function checkCovered(ruleSet: Resource<RoutingRuleSetSpec>, packs: readonly Pack[], report: Report): void {
  const expected = new Set(packs.flatMap(({ spec }) => spec.cases.flatMap(({ expect }) => expect.rule ?? [])));
  for (const [at, { id, enabled }] of ruleSet.spec.rules.entries()) {
    if (!enabled || expected.has(id)) continue;
    report.warning(ruleSet, {
      path: ['spec', 'rules', at, 'id'],
      code: 'untested-rule',
      message: `rules[${id}]: no case of ${packs.map(({ ref }) => ref.name).join(', ')} expects it`,
      hint: `Add a case with "expect: {rule: ${id}}".`,
    });
  }
}
