/**
 * Counts of a dataset under other numbers in its mapping. A number that a mapping gives to all rows (`weight 0.5`) is
 * changed in the counts that were read: the file is never read again for an analysis.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { DatasetSource, FieldEntry } from '../../program/model/program';

/** The counts of `source`, from those that were read for `read`; undefined where that takes a reading. */
export function countsWith(
  counts: DatasetCounts,
  read: DatasetSource,
  source: DatasetSource,
): DatasetCounts | undefined {
  if (read === source) return counts;
  if (!sameRules(read, source)) return undefined;
  let changed = counts;
  for (const entry of source.entries) {
    const now = constant(entry);
    const before = read.entries.find((e) => e.key === entry.key);
    const then = before && constant(before);
    if (now === undefined || then === undefined || now === then) continue;
    // A rule that sets the same key leaves some rows as they are, and which ones is not in the counts.
    if (source.rules.some((rule) => rule.entries.some((e) => e.key === entry.key))) return undefined;
    const next = withConstant(changed, entry.key, then, now);
    if (!next) return undefined;
    changed = next;
  }
  return changed;
}

const constant = ({ value }: FieldEntry): number | undefined => (value.kind === 'number' ? value.value : undefined);

function sameRules(a: DatasetSource, b: DatasetSource): boolean {
  return a.rules.every((rule, i) =>
    rule.entries.every((e, k) => constant(e) === (b.rules[i]?.entries[k] && constant(b.rules[i].entries[k]))),
  );
}

function withConstant(
  counts: DatasetCounts,
  key: FieldEntry['key'],
  then: number,
  now: number,
): DatasetCounts | undefined {
  const { groups, measured } = counts;
  const scaled = (values: Float64Array) => values.map((x) => (x * now) / then);
  const replaced = (values: Float64Array) => values.map(() => now);
  if (key === 'weight' || key === 'epochs') {
    if (then === 0) return undefined;
    return {
      ...counts,
      groups: { ...groups, [key]: scaled(groups[key]) },
      ...(measured ? { measured: { ...measured, [key]: scaled(measured[key]) } } : {}),
    };
  }
  if (key === 'tokens')
    return {
      ...counts,
      groups: { ...groups, tokens: replaced(groups.tokens) },
      ...(measured ? { measured: { ...measured, tokens: replaced(measured.tokens) } } : {}),
    };
  if (key === 'reward') return { ...counts, groups: { ...groups, reward: replaced(groups.reward) } };
  return undefined;
}
