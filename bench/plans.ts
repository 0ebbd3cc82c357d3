// How long planning takes: 10,000 declared records against 10,000 live ones. `node bin/with-node.js bench/plans.ts` prints one line a case.
import { buildPlan } from '../plans/build.ts';
import { type CompareInput, compare } from '../plans/compare.ts';
import type { InventoryEntry, LiveObject } from '../plans/plan.ts';
import type { SnapshotInput } from '../plans/snapshot.ts';
import { type Fields, linkTo } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';

const RECORDS = 10_000;
const ROUNDS = 15;
const WARM_UP = 5;

const ORG = { id: '00D000000000001AAA', name: 'Bench', url: 'https://bench.example', sandbox: true, user: 'ops@bench.example' };
const desired = Array.from({ length: RECORDS }, (_, at) => territory(at));
const inventory: readonly InventoryEntry[] = desired.map(({ address, ref, tier, fields, dependsOn, onRemove, protect }, at) => ({
  address,
  id: `0MI${at}`,
  ref,
  tier,
  fields: structuredClone(fields),
  dependsOn,
  onRemove,
  protect,
  adopted: false,
  written: true,
}));
const live: readonly LiveObject[] = inventory.map(({ address, id, fields }) => ({
  address: { ...address },
  id,
  fields: { ...structuredClone(fields), Description: null },
}));
const around: readonly LiveObject[] = ['Territory2Model/FY27', 'Territory2Type/Area'].map((text) => {
  const [type = '', key = ''] = text.split('/');
  return { address: { type, key }, id: text, fields: {} };
});
const resources = Object.fromEntries(desired.map(({ ref, fields }) => [`Territory/${ref.name}`, { ...fields }]));
const same: SnapshotInput = { before: { resources }, after: { resources: structuredClone(resources) }, needs: [] };

measure('nothing changed', { desired, inventory, live: [...live, ...around] }, same);
measure('all are created', { desired, inventory: [], live: around });
measure('all are taken over', { desired, inventory: [], live: [...live, ...around] });
measure('all are deleted', { desired: [], inventory, live: [...live, ...around] });

function territory(at: number): DesiredObject {
  const name = `t${at}`;
  const fields: Fields = {
    Name: `Territory ${at}`,
    DeveloperName: name,
    Territory2ModelId: linkTo('Territory2Model', 'FY27'),
    Territory2TypeId: linkTo('Territory2Type', 'Area'),
    ParentTerritory2Id: at === 0 ? null : linkTo('Territory2', `FY27/t${Math.floor(at / 5)}`),
    AccountAccessLevel: 'Edit',
    OpportunityAccessLevel: 'Edit',
    CaseAccessLevel: 'Read',
  };
  return {
    address: { type: 'Territory2', key: `FY27/${name}` },
    ref: { kind: 'Territory', name },
    origin: { path: 'design/territories/all.yaml', line: at + 1, column: 1 },
    tier: 'structure',
    fields,
    dependsOn: [],
    onRemove: 'delete',
    protect: false,
  };
}

function measure(name: string, sides: Pick<CompareInput, 'desired' | 'inventory' | 'live'>, snapshot?: SnapshotInput): void {
  const times: number[] = [];
  let steps = 0;
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const started = performance.now();
    const comparison = compare({ ...sides, types: {}, adoption: 'hold', driftPolicy: () => 'alert' });
    const fixed = { environment: 'bench', org: ORG, commit: null, dirty: false, asOf: '2026-11-21', callsRead: 0 };
    steps = buildPlan({ comparison, ...fixed, ...(snapshot !== undefined && { snapshot }) }).steps.length;
    if (round >= WARM_UP) times.push(performance.now() - started);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`${name.padEnd(20)} ${RECORDS} records, ${String(steps).padStart(5)} steps: ${median.toFixed(1)} ms (median of ${ROUNDS})`);
}
