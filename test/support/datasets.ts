/** Reading datasets in tests: a mapping as people write it, a file as bytes, the counts that come out. */
import type { DatasetCounts } from '../../server/datasets/counts';
import { readDataset } from '../../server/datasets/reading/read';
import type { ReadOptions } from '../../server/datasets/reading/takeRows';
import { loadProgram } from '../../server/program/load/load';
import type { DatasetSource } from '../../server/program/model/program';
import { memoryHost } from './memoryHost';

/** The declaration `dataset <head> from "<file>" { <mapping> }`, as the program makes it. */
export async function datasetSource(mapping: string, file = 'data.jsonl', method = ''): Promise<DatasetSource> {
  const text = `situation x -> a | b | c\nsituation z -> a | b\ndataset ${method} d from "${file}" { ${mapping} }`;
  const host = memoryHost({ 'file:///w/a.scenario': text, [`file:///w/${file}`]: '' });
  const program = await loadProgram('file:///w/a.scenario', host, { workspace: ['file:///w'] });
  const source = program.datasets[0];
  if (!source) throw new Error(`no dataset: ${program.diagnostics.map((d) => d.message).join('; ')}`);
  return source;
}

/** Reads these contents under that mapping. */
export async function readText(
  content: string | Uint8Array,
  mapping: string,
  options: ReadOptions & { readonly file?: string; readonly method?: string } = {},
): Promise<DatasetCounts> {
  const { file = 'data.jsonl', method = '', ...rest } = options;
  const source = await datasetSource(mapping, file, method);
  const host = memoryHost({ [`file:///w/${file}`]: content });
  return readDataset(source, source.method, host, rest);
}

export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n') + '\n';
}

/** Groups as readable text: `x a over b weight 1 epochs 2 times 3`. */
export function groupsOf(counts: DatasetCounts): readonly string[] {
  const { groups, names } = counts;
  return Array.from({ length: groups.size }, (_, g) => {
    const pieces = [`${names[groups.situation[g]!]} ${names[groups.response[g]!]}`];
    if (groups.over[g]! >= 0) pieces.push(`over ${names[groups.over[g]!]}`);
    if (groups.weight[g] !== 1) pieces.push(`weight ${groups.weight[g]}`);
    if (!Number.isNaN(groups.tokens[g])) pieces.push(`tokens ${groups.tokens[g]}`);
    if (!Number.isNaN(groups.reward[g])) pieces.push(`reward ${groups.reward[g]}`);
    if (groups.epochs[g] !== 1) pieces.push(`epochs ${groups.epochs[g]}`);
    pieces.push(`times ${groups.times[g]}`);
    return pieces.join(' ');
  });
}
