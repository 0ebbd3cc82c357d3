// The host of a mail address, a URL or a bare host name, as browsers read it (WHATWG: UTS 46, non-transitional).

/** In ASCII and lower case; nothing where there is none: text without a dot, an IP address, labels that no name may have. */
export function hostOf(text: string): string | undefined {
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
