/** The reference's result for a scenario file on disk, with its imports and JSON Lines datasets. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from '../../server/syntax/parser/parser';
import type { Json } from './reference';
import { referenceResult } from './reference';
import type { SourceText } from './resolve';
import type { Row } from './rows';

export function referenceOnDisk(path: string): Json {
  const folder = dirname(path);
  const files: SourceText[] = [];
  const rows = new Map<string, readonly Row[]>();
  const visit = (name: string): void => {
    if (files.some((file) => file.name === name)) return;
    const text = readFileSync(join(folder, name), 'utf8');
    const { file: tree, issues } = parse(text);
    if (issues.length > 0) throw new Error(`${name}: ${issues[0]!.message}`);
    files.push({ name, text, tree });
    for (const node of tree.declarations) {
      if (node.kind === 'import') visit(node.path!.value);
      if (node.kind === 'dataset') rows.set(node.path!.value, readRows(join(folder, node.path!.value)));
    }
  };
  visit(relative(folder, path));
  return referenceResult(files, rows);
}

function readRows(path: string): readonly Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}
