/** What a hover says about the labels of a dataset: how many rows have one, how far raters agree, what was corrected. */
import { formatCount } from '../../../panel/model/numbers';
import type { DatasetCounts } from '../../datasets/counts';
import { escapeMarkdown } from '../markdown';
import { code, page, table } from './page';

/** Undefined where the dataset has no labels. */
export function labelsPage({ labels, corrected }: DatasetCounts): string | undefined {
  if (!labels) return undefined;
  const { labelled, judged, unmatched, agreement } = labels;
  const only = judged > 0 ? `, ${formatCount(judged)} of them by a judge only` : '';
  const lost = unmatched.count > 0 ? ` ${formatCount(unmatched.count)} labelled ids belong to no row.` : '';
  return page(
    `${formatCount(labelled)} rows have a label${only}.${lost}`,
    agreement &&
      `Agreement on ${formatCount(agreement.units)} things with several labels: Krippendorff’s alpha **${two(agreement.alpha)}** (95%: ${two(agreement.interval[0])} to ${two(agreement.interval[1])}).`,
    agreement && agreement.kappas.length > 0
      ? table(
          ['raters', '>things', '>Cohen’s kappa'],
          agreement.kappas.map(({ raters, units, kappa }) => [
            raters.map((rater) => escapeMarkdown(rater || 'unnamed')).join(', '),
            formatCount(units),
            two(kappa),
          ]),
        )
      : undefined,
    corrected &&
      'What only a judge labelled is spread over the responses by what people said of doubly labelled rows, which must be a random sample of the judged ones:',
    corrected &&
      table(
        ['cell', '>episodes', '>90%'],
        corrected.counts.map(({ situation, response, count, interval }) => [
          code(`${situation} -> ${response}`),
          one(count),
          `${one(interval[0])} to ${one(interval[1])}`,
        ]),
      ),
  );
}

/** No number where nothing can be said. */
const two = (value: number): string => (Number.isNaN(value) ? 'not defined' : value.toFixed(2));
const one = (value: number): string => value.toFixed(1);
