// What is kept of parsed files saves time, and nothing else hangs on it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openParseCache } from '../../adapters/files/parse-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopctl-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test('what was set is there in the next process', () => {
  const path = join(folder, 'cache', 'documents.json');
  const cache = openParseCache(path);
  cache.set('key', [1]);
  cache.save();
  expect(openParseCache(path).get('key')).toEqual([1]);
});

test('a place that can not be written fails nobody, and is left as it is', () => {
  writeFileSync(join(folder, 'cache'), 'a file where the folder should be');
  const cache = openParseCache(join(folder, 'cache', 'documents.json'));
  cache.set('key', [1]);
  cache.save();
  expect(cache.get('other')).toBeUndefined();
  expect(readdirSync(folder)).toEqual(['cache']);
});
