// multipart/form-data: the parts by their names.

export function readMultipart(body: Buffer, contentType: string): ReadonlyMap<string, Buffer> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  const parts = new Map<string, Buffer>();
  if (boundary === undefined) return parts;
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    addPart(parts, body.subarray(at + mark.length + 2, next - 2));
    at = next;
  }
  return parts;
}

function addPart(parts: Map<string, Buffer>, part: Buffer): void {
  const gap = part.indexOf('\r\n\r\n');
  const name = /name="([^"]*)"/i.exec(part.toString('latin1', 0, Math.max(0, gap)))?.[1];
  if (name !== undefined) parts.set(name, part.subarray(gap + 4));
}
