// The prompts that loops read now. A snapshot that an older version stored lacks what was added since: it has the defaults.
import { Prompt, type PromptSpec } from '../../resources/prompt/schema.ts';

export function promptsOf(resources: Readonly<Record<string, unknown>>): ReadonlyMap<string, PromptSpec> {
  const prefix = `${Prompt.name}/`;
  return new Map(
    Object.entries(resources).flatMap(([ref, spec]): [string, PromptSpec][] => {
      const read = ref.startsWith(prefix) ? Prompt.schema.safeParse(spec) : undefined;
      return read?.success === true ? [[ref.slice(prefix.length), read.data]] : [];
    }),
  );
}
