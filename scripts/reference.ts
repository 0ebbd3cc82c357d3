// Writes what is generated from the language: the reference of its kinds, and the name of its version. A test says when it is due.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generated } from './generated.ts';

const root = join(import.meta.dirname, '..');
for (const [path, text] of generated(root)) {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(path);
}
