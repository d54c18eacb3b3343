/** From a file to its numbers in one go, without a session around it: for the command line, reports and tests. */

import { datasetError } from '../datasets/completeness';
import type { DatasetCounts } from '../datasets/counts';
import type { Matcher } from '../datasets/mapping/patterns';
import { readDataset } from '../datasets/reading/read';
import type { Host } from '../host/host';
import { leavesOut } from '../inference/completeness';
import { evaluation } from '../inference/evaluate';
import { runToEnd } from '../inference/stepwise';
import { withoutNumbers } from '../inference/withoutNumbers';
import { textError } from '../program/completeness';
import { loadProgram } from '../program/load/load';
import type { PosteriorSnapshot, SemanticSnapshot } from '../snapshot';
import { lineIndex } from '../syntax/lines';
import { parse } from '../syntax/parser/parser';
import { conditionCache, countsAt, datasetPool, evaluateConditions } from './conditionEvaluator';

/** The program of a root, seen from it. A root that cannot be read is an empty text. */
export async function loadOnce(root: string, host: Host, workspace: readonly string[]): Promise<SemanticSnapshot> {
  const program = await loadProgram(root, host, { workspace });
  const { uri, text } = program.files[0]!;
  const fileLines = program.files.map((file) => lineIndex(file.text));
  return { uri, version: 0, text, lines: fileLines[0]!, parsed: parse(text), program, file: 0, fileLines };
}

/**
 * The same with every dataset read and the posterior computed. Where an error drops or changes evidence, a row, a prior or a
 * setting, `incomplete` says so and there are no numbers: a file has no earlier state to show instead.
 */
export async function evaluateOnce(
  root: string,
  host: Host,
  workspace: readonly string[],
  matcher?: Matcher,
): Promise<PosteriorSnapshot> {
  const snapshot = await loadOnce(root, host, workspace);
  const { program } = snapshot;
  const sources = datasetPool(program);
  const pool = new Map<number, DatasetCounts>();
  for (const source of sources.sources)
    if (source.uri) pool.set(source.index, await readDataset(source, source.method, host, { matcher }));
  const counts = countsAt(
    program.datasets.map(({ declaration }) => declaration),
    pool,
  );
  const conditions =
    program.conditions.length === 0
      ? {}
      : { conditions: runToEnd(evaluateConditions(program, sources, pool, conditionCache())) };
  const entire = runToEnd(evaluation(program, counts));
  const [broken, unread, left] = [textError(program), datasetError(counts), entire.findings.find(leavesOut)];
  if (!broken && !unread && !left) return { ...snapshot, revision: 0, counts, evaluation: entire, ...conditions };
  const incomplete = broken?.message ?? unread?.message ?? 'some evidence cannot be counted';
  // What evidence that is not whole would say is not said, not even as a warning.
  const partial = { counts, findings: broken || unread ? [] : entire.findings.filter(leavesOut) };
  return { ...snapshot, revision: 0, counts, evaluation: withoutNumbers(entire), ...conditions, partial, incomplete };
}
