// `@{account.id}` in a composite: a value from the answer to an earlier request of the same call.

export interface Missing {
  readonly missing: string;
}

const REFERENCE = /@\{([A-Za-z0-9]\w*)((?:\.\w+|\[\d+\])+)\}/g;

/** Answers by reference id; nothing for a request that failed. */
export type Answers = ReadonlyMap<string, unknown>;

/** The text or the structure with its references replaced; what can not be found is named. */
export function filledIn(value: unknown, answers: Answers): { readonly value: unknown } | Missing {
  if (typeof value === 'string') return inText(value, answers);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const filled = filledIn(item, answers);
      if ('missing' in filled) return filled;
      items.push(filled.value);
    }
    return { value: items };
  }
  if (typeof value !== 'object' || value === null) return { value };
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const filled = filledIn(inner, answers);
    if ('missing' in filled) return filled;
    entries.push([key, filled.value]);
  }
  return { value: Object.fromEntries(entries) };
}

/** A reference that is the whole text keeps its type. */
function inText(text: string, answers: Answers): { readonly value: unknown } | Missing {
  const whole = new RegExp(`^${REFERENCE.source}$`).exec(text);
  if (whole) {
    const found = lookUp(whole, answers);
    return found === undefined ? { missing: whole[0] } : { value: found };
  }
  let missing: string | undefined;
  const value = text.replaceAll(REFERENCE, (...found) => {
    const meant = lookUp(found, answers);
    if (meant === undefined) missing ??= found[0];
    return String(meant);
  });
  return missing === undefined ? { value } : { missing };
}

function lookUp([, id = '', path = '']: readonly string[], answers: Answers): unknown {
  let value = answers.get(id);
  for (const [, key, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key ?? index ?? ''];
  }
  return value ?? undefined;
}

/** The reference ids that a value mentions. */
export function mentioned(value: unknown): Set<string> {
  return new Set([...JSON.stringify(value ?? null).matchAll(REFERENCE)].map((found) => found[1] ?? ''));
}
