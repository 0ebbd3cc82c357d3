// Values of others in HTML: escaped, and without what would steer a page.
import { cut, safe } from '../../../plans/show.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** More than a person reads of one value, and less than makes a page heavy. */
const MOST = 1_000;

export function text(value: string, most = MOST): string {
  return safe(cut(value, most)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

export function code(value: string): string {
  return `<code>${text(value)}</code>`;
}

/** As people read it, in UTC, with the exact one for programs. */
export function time(iso: string): string {
  return `<time datetime="${text(iso)}">${text(iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'))}</time>`;
}
