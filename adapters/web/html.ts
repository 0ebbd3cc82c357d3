// What a person sees of a page, as text, and when it says that it was published.
import { Parser } from 'htmlparser2';

export interface Document {
  readonly text: string;
  readonly published?: string | undefined;
}

/** What is never seen. */
const SILENT = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head', 'iframe', 'object', 'textarea', 'select']);
/** Within a line: their text goes on without a space. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup time tt u var wbr'.split(' '),
);
/** Elements without an end. */
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
/** In the order in which they are believed. */
const DATES = [
  'article:published_time',
  'og:article:published_time',
  'datepublished',
  'dc.date.issued',
  'dcterms.issued',
  'dc.date',
  'parsely-pub-date',
  'date',
];

export function readHtml(html: string): Document {
  let text = '';
  let json: string | undefined;
  const silenced: string[] = [];
  const dates = new Map<string, string>();
  const linked: string[] = [];
  const note = (name: string | undefined, value: string | undefined) => {
    const key = name?.trim().toLowerCase() ?? '';
    if (value !== undefined && DATES.includes(key) && !dates.has(key)) dates.set(key, value.trim());
  };
  const parser = new Parser({
    onopentag(name, { type, content, property, name: called, itemprop, datetime, hidden, style, 'aria-hidden': unheard }) {
      note(itemprop, content ?? datetime);
      if (name === 'meta') {
        note(property, content);
        note(called, content);
      }
      if (name === 'title' && silenced.at(-1) === 'head') silenced.push('title seen');
      else if (name === 'script' && type?.toLowerCase().trim() === 'application/ld+json') {
        json = '';
        silenced.push(name);
      } else if (!VOID.has(name) && (silenced.length > 0 || SILENT.has(name) || isHidden({ hidden, style, unheard }))) silenced.push(name);
      if (!INLINE.has(name)) text += '\n';
    },
    ontext(found) {
      if (json !== undefined) json += found;
      else if (silenced.length === 0 || silenced.at(-1) === 'title seen') text += found;
    },
    onclosetag(name) {
      if (silenced.length > 0 && (silenced.at(-1) === name || (name === 'title' && silenced.at(-1) === 'title seen'))) silenced.pop();
      if (name === 'script' && json !== undefined) {
        linked.push(...publishedIn(json));
        json = undefined;
      }
      if (!INLINE.has(name)) text += '\n';
    },
  });
  parser.end(html);
  const named = DATES.flatMap((name) => dates.get(name) ?? []);
  const published = linked[0] ?? named[0];
  return {
    text: text
      .replace(/[^\S\n]+/g, ' ')
      .replace(/ ?\n[ \n]*/g, '\n')
      .trim(),
    ...(published !== undefined && { published }),
  };
}

function isHidden({ hidden, style, unheard }: Readonly<Record<'hidden' | 'style' | 'unheard', string | undefined>>): boolean {
  return hidden !== undefined || unheard === 'true' || /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style ?? '');
}

const MOST_DEEP = 8;

/** Of JSON-LD, wherever it stands in it. What is no JSON says nothing. */
function publishedIn(json: string): readonly string[] {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return [];
  }
  return datesIn(read, 0);
}

function datesIn(value: unknown, depth: number): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > MOST_DEEP) return [];
  const own = 'datePublished' in value && typeof value.datePublished === 'string' ? [value.datePublished] : [];
  return [...own, ...Object.values(value).flatMap((inner) => datesIn(inner, depth + 1))];
}
