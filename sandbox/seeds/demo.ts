export interface DemoPerson {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly title?: string;
  readonly manager?: string;
  readonly territory?: string;
}
import type { Seeded } from './base.ts';
export function seedDemo(_seeded: Seeded, _people?: readonly DemoPerson[]): void {}
