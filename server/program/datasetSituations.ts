/** Which situations a dataset's rows are about, as far as its declaration says. */
import type { Origin } from './model/origin';
import type { DatasetSource, Program } from './model/program';

/** The situations that a dataset's text names. */
export function namedSituations({
  entries,
  rules,
}: DatasetSource): { readonly name: string; readonly origin: Origin }[] {
  const every = [...entries, ...rules.flatMap((rule) => rule.entries)];
  return every.flatMap(({ key, value }) => (key === 'situation' && value.kind === 'name' ? [value] : []));
}

/** Whether the rows of some dataset, and not its text, say what they are about. */
export function hasOpenDataset({ datasets }: Pick<Program, 'datasets'>): boolean {
  return datasets.some(({ entries, rules, logprobs }) => {
    const every = [...entries, ...rules.flatMap((rule) => rule.entries)];
    return logprobs !== undefined || every.some(({ key, value }) => key !== 'reward' && value.kind === 'field');
  });
}
