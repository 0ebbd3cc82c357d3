// `npm run build`: the package's JavaScript. One file and a few chunks instead of some six hundred modules: a command starts three times faster.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dist = process.argv[2] ?? join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  input: join(root, 'main.ts'),
  platform: 'node',
  // Native code, and what only some commands load.
  external: ['better-sqlite3', /^jsforce/, 'pg', 'undici'],
});
const { output } = await bundle.write({ dir: dist, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
await bundle.close();
const size = output.reduce((bytes, file) => bytes + (file.type === 'chunk' ? file.code.length : 0), 0);
console.log(`dist: ${output.length} files, ${Math.round(size / 1024)} KiB`);
