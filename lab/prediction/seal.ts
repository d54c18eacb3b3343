/** The seal of a cell's predictions: a hash of the texts that predict. Must not know what was measured. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** SHA-256 of texts, each with its length, so that no two lists have the same bytes. */
export function sealOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n${text}\n`);
  return hash.digest('hex');
}

/** The folders whose code makes predictions: the product's core, and the lab save what only runs and prints. */
export const PREDICTING = [
  'server/syntax',
  'server/program',
  'server/inference',
  'lab/world',
  'lab/documents',
  'lab/network',
  'lab/training',
  'lab/measurement',
  'lab/prediction',
] as const;

/** SHA-256 over the paths and bytes of the code that predicts, in order of path. */
export function codeHash(root: string, folders: readonly string[] = PREDICTING): string {
  const files = folders.flatMap((folder) => filesIn(join(root, folder))).sort();
  return sealOf(files.flatMap((file) => [relative(root, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
