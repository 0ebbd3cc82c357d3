// What the world refuses, in the words of a problem. A bug is none: it is thrown on.
import type { Problem } from '../resources/core.ts';
import { CallFailed, CrmUnavailable } from '../ports/crm.ts';
import { StoreUnavailable } from '../ports/store.ts';

export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof CrmUnavailable) return { severity: 'error', code: error.code, message: error.message };
  if (error instanceof StoreUnavailable) return { severity: 'error', code: error.code, message: error.message, hint: error.hint };
  if (error instanceof CallFailed) return { severity: 'error', code: error.code, message: said(error) };
  return undefined;
}

/** No answer is no refusal, and one that can not be understood is none either. */
function said({ code, message, status }: CallFailed): string {
  if (status === undefined || status < 400) return message;
  return status < 500 ? `The org refused a call (${code}): ${message}` : `The org failed at a call (${code}): ${message}`;
}
