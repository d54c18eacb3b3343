/** Whether an evaluation has all of the program's evidence (LANGUAGE section 11, `complete`). */
import type { Finding } from './evaluation';

/** Findings that say that evidence, a row or an integral was left out of the numbers. */
const LEAVES_OUT: ReadonlySet<Finding['kind']> = new Set([
  'negative-evidence',
  'negative-dataset',
  'missing-measurement',
  'intended-fallback',
  'too-many-abilities',
]);

export function leavesOut(finding: Finding): boolean {
  return LEAVES_OUT.has(finding.kind);
}
