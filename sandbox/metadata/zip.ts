// Files out of a zip archive, as far as deployments use it: stored or deflated, found by the directory at its end.
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const LARGEST_FILE = 64 * 1024 * 1024;

/** Contents by path; nothing where the bytes are no such archive. */
export function readZip(bytes: Buffer): ReadonlyMap<string, Buffer> | undefined {
  try {
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || end + END_SIZE > bytes.length || bytes.readUInt32LE(end) !== END) return undefined;
    const files = new Map<string, Buffer>();
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (bytes.readUInt32LE(at) !== ENTRY) return undefined;
      const [nameSize, extraSize, commentSize] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
      const name = bytes.toString('utf8', at + 46, at + 46 + nameSize);
      if (!name.endsWith('/')) files.set(name, contentOf(bytes, at));
      at += 46 + nameSize + extraSize + commentSize;
    }
    return files;
  } catch {
    return undefined;
  }
}

/** The local header has sizes of its own for name and extra field. */
function contentOf(bytes: Buffer, entry: number): Buffer {
  const method = bytes.readUInt16LE(entry + 10);
  const size = bytes.readUInt32LE(entry + 20);
  const local = bytes.readUInt32LE(entry + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + size);
  if (method !== 0 && method !== 8) throw new Error(`compression method ${method}`);
  return method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: LARGEST_FILE });
}
