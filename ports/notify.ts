// A way to people: a chat, a mail. A message is sent at most once; a failure says whether it may have arrived.
import type { Delivery } from './divergences.ts';

export interface Notifier {
  /** `type` in `notifications` of the project. */
  readonly channel: string;
  send(text: string): Promise<{ readonly delivery: Delivery; readonly error?: string }>;
}
