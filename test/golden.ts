// Golden cases that were computed apart from the product. They lie beside the repository; where they are missing, their tests are skipped.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = process.env['LOOPCTL_CASES'] ?? join(root, '..', 'shared');
if (!existsSync(folder)) console.warn(`No golden cases at ${folder}: their tests are skipped. LOOPCTL_CASES names the folder.`);

/** The path of a file or folder of golden cases; nothing where it is not there. */
export function golden(path: string): string | undefined {
  const found = join(folder, path);
  return existsSync(found) ? found : undefined;
}
