// What the world refuses, in the words of a problem. A bug is none: it is thrown on.
import type { Problem } from '../resources/core.ts';
import { CallFailed, CrmUnavailable } from '../ports/crm.ts';

export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof CrmUnavailable) return { severity: 'error', code: error.code, message: error.message };
  if (error instanceof CallFailed)
    return { severity: 'error', code: error.code, message: `The org refused a call (${error.code}): ${error.message}` };
  return undefined;
}
