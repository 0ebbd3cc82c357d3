// How pools stand as numbers for Prometheus. Labels are pools and states: what configuration names, never a seat or a record.
import { Gauge, type Registry } from 'prom-client';
import type { PoolCount } from '../../controller/pools/count.ts';

export function poolGauges(registry: Registry): (pools: readonly PoolCount[]) => void {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `loopctl_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const members = gauge('pool_members', 'Members of a pool: eligible now, passed over', ['pool', 'state']);
  const held = gauge('pool_held', 'Records that wait for somebody of a pool', ['pool']);
  const assigned = gauge('pool_assignments', 'Assignments of a pool so far', ['pool']);
  return (pools) => {
    // What a new configuration no longer has is told no more.
    for (const one of [members, held, assigned]) one.reset();
    for (const { pool, ...count } of pools) {
      members.set({ pool, state: 'eligible' }, count.eligible);
      members.set({ pool, state: 'passed over' }, count.members - count.eligible);
      held.set({ pool }, count.held);
      assigned.set({ pool }, count.assigned);
    }
  };
}
