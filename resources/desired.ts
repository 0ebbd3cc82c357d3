// What the declared organisation means for the CRM: records by natural key, with the fields that somebody declared and no others.
import type { Address, Fields, Origin, Ref } from './core.ts';

/** What becomes of a record when its resource leaves git. */
export type OnRemove = 'delete' | 'forget' | 'hold' | 'error';

/** Structure is built whole before anything is assigned to it; assignments are taken away before structure is. */
export type Tier = 'structure' | 'assignment';

export interface DesiredObject {
  readonly address: Address;
  /** The resource that declares it: the one that a person would edit. */
  readonly ref: Ref;
  /** What people call it, where the ref is too coarse: `seat ae-dach-1` of a scenario. */
  readonly label?: string;
  readonly origin: Origin;
  readonly tier: Tier;
  readonly fields: Fields;
  /**
   * Fields that are written in a step of their own, as the last of `expand`, when the whole structure stands
   * (the `State` of a territory model). `born` says what they hold on a record that is only just created.
   */
  readonly late?: { readonly fields: Fields; readonly born: Fields; readonly after: readonly string[] };
  /** Addresses (as text) that must be there first, beyond those that `fields` link to. */
  readonly dependsOn: readonly string[];
  readonly onRemove: OnRemove;
  /** `loopctl/protect: "true"`: never deleted or replaced. */
  readonly protect: boolean;
}
