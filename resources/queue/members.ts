import type { Resolved } from '../resolved.ts';

/** A username as keys hold it: with the environment's suffix, in lower case. */
export function memberKey(username: string, { environment }: Resolved): string {
  return `${username}${environment.username_suffix ?? ''}`.toLowerCase();
}
