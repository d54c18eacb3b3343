/** Whether the counts of datasets are all of their evidence (LANGUAGE section 11, `complete`). */
import { CODES, type DiagnosticCode } from '../program/codes';
import type { DatasetCounts } from './counts';

/** The first dataset whose evidence is not in the numbers, or not all of it, and why. */
export function datasetError(
  counts: ReadonlyMap<number, DatasetCounts>,
): { readonly dataset: number; readonly message: string } | undefined {
  for (const [dataset, { failure, problems, problemCounts }] of counts) {
    if (failure) return { dataset, message: failure.message };
    const code = Object.keys(problemCounts).find((one) => CODES[one as DiagnosticCode]?.severity === 'error');
    const problem = problems.find((one) => one.code === code);
    if (code !== undefined) return { dataset, message: problem ? `line ${problem.line}: ${problem.message}` : code };
  }
  return undefined;
}
