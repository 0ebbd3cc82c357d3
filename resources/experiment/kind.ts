import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import type { Organisation, Resource } from '../resource.ts';
import { RoutingRuleSet, type RoutingRuleSetSpec } from '../routing-rule-set/schema.ts';
import { ScoringModel, type ScoringModelSpec } from '../scoring-model/schema.ts';
import { triedRef } from './candidates.ts';
import { checkExperiments } from './checks.ts';
import { Experiment, type ExperimentRuntime, type ExperimentSpec, MAX_DROP } from './schema.ts';

export const experiment: Kind<ExperimentSpec> = {
  ...Experiment,
  names: KEBAB,
  summary:
    'A ScoringModel or RoutingRuleSet that is tried beside the one that acts: in shadow, or on a share of the records. Its candidate does nothing else.',
  becomes: 'Nothing: the loops read it. `loopctl experiment promote` makes a branch in which the candidate takes the place of the control.',
  whenRemoved:
    'The control decides on every record again; what the candidate decided stands. A candidate that stays in git acts then as what it is.',
  example: `apiVersion: loopctl/v1
kind: Experiment
metadata: {name: seniority-first, owner: revops}
spec:
  candidate: scoringmodel/inbound-next
  control: scoringmodel/inbound
  mode: share
  share: 0.2
  stop: {after: 30d, min_n: 200, max_drop: 0.05}
`,
  targets: new Set(['runtime']),
  check: checkExperiments,
  carries: ({ spec }, { organisation }) => [candidateOf(organisation, spec)].filter((one) => one !== undefined),
  runtime({ spec }, { organisation }): ExperimentRuntime | undefined {
    const candidate = candidateOf(organisation, spec);
    const object = candidate?.spec.object;
    if (candidate === undefined || object === undefined) return undefined;
    const { mode, share, metric, stop, from, to } = spec;
    return {
      kind: triedRef(spec.candidate).kind,
      object,
      control: triedRef(spec.control).name,
      candidate: candidate.ref.name,
      spec: candidate.spec,
      mode,
      share: mode === 'share' ? (share ?? 0) : 0,
      metric: metric ?? (mode === 'share' ? 'conversion' : 'agreement'),
      stop: { ...stop, max_drop: stop.max_drop ?? MAX_DROP },
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
  },
};

function candidateOf(organisation: Organisation, spec: ExperimentSpec): Resource<ScoringModelSpec | RoutingRuleSetSpec> | undefined {
  const { kind, name } = triedRef(spec.candidate);
  return kind === ScoringModel.name ? organisation.get(ScoringModel, name) : organisation.get(RoutingRuleSet, name);
}
