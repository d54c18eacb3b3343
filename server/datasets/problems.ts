/** What can be wrong with a row, in the order of `RowIndex.problem` (0 is fine, else 1 + index), with its wording. */

export const ROW_PROBLEMS = [
  'dataset-row-json',
  'dataset-row-encoding',
  'dataset-row-deep',
  'dataset-row-long',
  'dataset-row-quotes',
  'dataset-row-columns',
  'dataset-row-shape',
  'dataset-row-unknown',
  'dataset-row-no-output',
  'dataset-row-several',
  'dataset-row-weight-zero',
  'dataset-row-undesired',
  'dataset-row-no-situation',
  'dataset-row-no-response',
  'dataset-row-no-over',
  'dataset-row-number',
  'dataset-row-measured',
  'dataset-row-measured-kind',
  'dataset-row-measured-repeated',
  'dataset-row-measured-tokens',
  // No problem, and not counted as one: the mapping does not want the row.
  'dataset-row-left-out',
] as const;

export type RowProblemCode = (typeof ROW_PROBLEMS)[number];

export function problemNumber(code: RowProblemCode): number {
  return 1 + ROW_PROBLEMS.indexOf(code);
}

const WORDING: Readonly<Record<RowProblemCode, string>> = {
  'dataset-row-json': 'The row is not JSON',
  'dataset-row-encoding': 'The row has bytes that are not UTF-8',
  'dataset-row-deep': 'The row is nested too deeply',
  'dataset-row-long': 'The row is too long',
  'dataset-row-quotes': 'The row has quotes that do not fit',
  'dataset-row-columns': 'The row has another number of columns than the header',
  'dataset-row-shape': 'The row does not have the shape of its format',
  'dataset-row-unknown': 'The row is of no known format, and the mapping looks at none of its fields',
  'dataset-row-no-output': 'The row has no answer of the assistant, so it is no episode',
  'dataset-row-several': 'The row holds several answers, and one row is one episode',
  'dataset-row-weight-zero': 'Every answer in the row has weight 0: nothing is trained on',
  'dataset-row-undesired': 'The row has label false: it says what the model should not write',
  'dataset-row-no-situation': 'The mapping gives the row no situation',
  'dataset-row-no-response': 'The mapping gives the row no response',
  'dataset-row-no-over': 'The row is a preference, and the mapping does not say over which response',
  'dataset-row-number': 'A number is missing or not a number',
  'dataset-row-measured': 'The measured log-likelihoods cannot be used',
  'dataset-row-measured-kind': 'The row says that its log-likelihoods are of another kind than the dataset declares',
  'dataset-row-measured-repeated': 'This log-likelihood was given before',
  'dataset-row-left-out': 'The mapping leaves the row out',
  'dataset-row-measured-tokens': 'A mean log-likelihood needs the number of tokens',
};

/** One sentence, with what is particular to the row after a colon. */
export function problemText(code: RowProblemCode, detail?: string): string {
  return detail ? `${WORDING[code]}: ${detail}.` : `${WORDING[code]}.`;
}
