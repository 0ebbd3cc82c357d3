// The host of a mail address, a URL or a bare host name, as browsers read it (WHATWG: UTS 46, non-transitional).

/** In ASCII and lower case; nothing where there is none: text without a dot, an IP address, labels that no name may have. */
export function hostOf(text: string): string | undefined {
  return plainHost(text) ?? anyHost(text);
}

/** Of a mail address or a bare host in lower case, without anything that has to be taken off. Nothing for others, which may have one. */
function plainHost(text: string): string | undefined {
  const start = text.lastIndexOf('@') + 1;
  for (let at = 0; at < start - 1; at += 1) if (!isPlain(text.charCodeAt(at))) return undefined;
  let label = start;
  let isNumber = true;
  let labels = 1;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (at === label || at - label > 63 || text.charCodeAt(at - 1) === HYPHEN) return undefined;
      label = at + 1;
      isNumber = true;
      labels += 1;
    } else if (code >= 97 && code <= 122) isNumber = false;
    else if (code === HYPHEN) {
      if (at === label) return undefined;
      isNumber = false;
    } else if (code < 48 || code > 57) return undefined;
  }
  const last = text.length - label;
  if (labels < 2 || last === 0 || last > 63 || isNumber || text.charCodeAt(text.length - 1) === HYPHEN || text.length - start > 253) {
    return undefined;
  }
  return start === 0 ? text : text.slice(start);
}

const DOT = 46;
const HYPHEN = 45;

/** A letter, a digit, or one of the signs that most mailboxes have: nothing that could end or begin another part. */
function isPlain(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === DOT ||
    code === HYPHEN ||
    code === 95 ||
    code === 43
  );
}

function anyHost(text: string): string | undefined {
  let rest = text
    .trim()
    .replace(/^mailto:([^?]*).*$/is, '$1')
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\//i, '');
  rest = rest.replace(/[/?#].*$/s, '');
  rest = rest
    .slice(rest.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .replaceAll('。', '.')
    .replace(/\.$/, '');
  if (rest === '' || !/^[\p{L}\p{N}\p{M}.-]+$/u.test(rest)) return undefined;
  const host = asciiHost(rest);
  if (host === undefined || host.length > 253) return undefined;
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || /^\d+$/.test(last) || !labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label)))
    return undefined;
  return host;
}

function asciiHost(name: string): string | undefined {
  if (/^[a-z0-9.-]+$/.test(name)) return name;
  return URL.parse(`http://${name}`)?.hostname;
}

/** Is a host one of these, or below one of them? */
export function hostsAmong(written: readonly string[]): (host: string) => boolean {
  const hosts = new Set(written.flatMap((text) => hostOf(text) ?? []));
  if (hosts.size > FEW) return (host) => isAtOrBelow(host, hosts);
  const few = [...hosts].map((host) => ({ host, below: `.${host}` }));
  return (host) => few.some((one) => host === one.host || host.endsWith(one.below));
}

/** So many are compared one by one sooner than the parts of a host are looked up. */
const FEW = 16;

function isAtOrBelow(host: string, hosts: ReadonlySet<string>): boolean {
  for (let from = host; ; ) {
    if (hosts.has(from)) return true;
    const dot = from.indexOf('.');
    if (dot < 0) return false;
    from = from.slice(dot + 1);
  }
}
