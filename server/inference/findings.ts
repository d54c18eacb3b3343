/** Findings that only the numbers show (`Finding`), in a fixed order. */
import type { Finding, Influence } from './evaluation';
import type { Standpoint } from './influence';

export function findingsOf(stand: Standpoint, _episodes: Influence): Finding[] {
  const findings: Finding[] = [...stand.likelihood.notes];
  return findings;
}
