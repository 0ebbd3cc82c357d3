// Values of others in HTML: escaped, and without what would steer a page.
import { safe } from '../../../plans/show.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function text(value: string): string {
  return safe(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

export function code(value: string): string {
  return `<code>${text(value)}</code>`;
}

/** As people read it, in UTC, with the exact one for programs. */
export function time(iso: string): string {
  return `<time datetime="${text(iso)}">${text(iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'))}</time>`;
}
