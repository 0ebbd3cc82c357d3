// The loops of the house: another one is one folder and one line here. Whoever builds on the house puts theirs in before it runs.
import { deploy } from '../../loops/deploy/loop.ts';
import { generate } from '../../loops/generate/loop.ts';
import { lifecycle } from '../../loops/lifecycle/loop.ts';
import type { LoopDescriptor } from '../../loops/loop.ts';
import { qualify } from '../../loops/qualify/loop.ts';
import { route } from '../../loops/route/loop.ts';
import { sla } from '../../loops/sla/loop.ts';

// A loop's world is its own business: whoever compiles it hands it back to it.
export const LOOPS: Map<string, LoopDescriptor> = new Map(
  [deploy, generate, qualify, lifecycle, route, sla].map((loop) => [loop.name, loop as unknown as LoopDescriptor]),
);
