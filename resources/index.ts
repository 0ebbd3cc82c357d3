// The kinds of the language, in the order in which people read about them. A new kind is one folder and one line.
import { businessCalendar } from './business-calendar/kind.ts';
import { capacityConfig } from './capacity-config/kind.ts';
import { customField } from './custom-field/kind.ts';
import { enrichmentPolicy } from './enrichment-policy/kind.ts';
import { experiment } from './experiment/kind.ts';
import { fieldMap } from './field-map/kind.ts';
import { icp } from './icp/kind.ts';
import type { Kind } from './kind.ts';
import { lifecycleModel } from './lifecycle-model/kind.ts';
import { matchPolicy } from './match-policy/kind.ts';
import { overridePolicy } from './override-policy/kind.ts';
import { play } from './play/kind.ts';
import { pool } from './pool/kind.ts';
import { project } from './project/kind.ts';
import { prompt } from './prompt/kind.ts';
import { queue } from './queue/kind.ts';
import { roleCascade } from './role-cascade/kind.ts';
import { routingRuleSet } from './routing-rule-set/kind.ts';
import { routingTestPack } from './routing-test-pack/kind.ts';
import { scenario } from './scenario/kind.ts';
import { scoringModel } from './scoring-model/kind.ts';
import { segment } from './segment/kind.ts';
import { signalScan } from './signal-scan/kind.ts';
import { slaPolicy } from './sla-policy/kind.ts';
import { targetAccountList } from './target-account-list/kind.ts';
import { territory } from './territory/kind.ts';
import { territoryMatch } from './territory-match/kind.ts';
import { territoryModel } from './territory-model/kind.ts';
import { territoryType } from './territory-type/kind.ts';
import { timeOff } from './time-off/kind.ts';

export const kinds: readonly Kind[] = [
  project,
  capacityConfig,
  scenario,
  territoryModel,
  territoryType,
  territory,
  territoryMatch,
  roleCascade,
  pool,
  businessCalendar,
  timeOff,
  queue,
  customField,
  segment,
  icp,
  targetAccountList,
  signalScan,
  fieldMap,
  matchPolicy,
  enrichmentPolicy,
  scoringModel,
  lifecycleModel,
  routingRuleSet,
  slaPolicy,
  overridePolicy,
  routingTestPack,
  experiment,
  prompt,
  play,
];

export const kindsByName: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.name, kind]));
