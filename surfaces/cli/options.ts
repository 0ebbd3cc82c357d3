// Values of options that several commands take.
import { InvalidArgumentError } from 'commander';
import { parseRef, type Ref } from '../../resources/core.ts';
import { milliseconds } from '../../resources/duration.ts';
import { kinds } from '../../resources/index.ts';
import { suggestion } from '../../resources/suggest.ts';
import { Refusal } from './ending.ts';

/** `Kind/name`, each of a kind that there is. */
export function parseRefs(texts: readonly string[] | undefined): readonly Ref[] {
  return (texts ?? []).map((text) => {
    const ref = parseRef(text);
    if (ref === undefined) throw new Refusal('bad-ref', `"${text}" names no resource. Write kind and name: Territory/ams/west`);
    const names = kinds.map(({ name }) => name);
    if (!names.includes(ref.kind)) {
      const { hint } = suggestion(ref.kind, names);
      throw new Refusal('unknown-kind', `There is no kind "${ref.kind}".${hint === undefined ? '' : ` ${hint}`}`);
    }
    return ref;
  });
}

/** `30s`, `2m`, `1h` in milliseconds. */
export function parseDuration(text: string): number {
  const found = milliseconds(text);
  if (found === undefined) throw new Refusal('bad-duration', `"${text}" is no duration. Write it like 30s, 2m or 1h.`);
  return found;
}

export function parsePort(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return number;
}
