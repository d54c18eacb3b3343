/** What every section of the report is made of: pictures with their legends, tables. */
import type { Figure } from '../../panel/model/charts/figures';
import { SAMPLE_HEIGHT, SAMPLE_WIDTH, sample } from '../../panel/model/charts/legend';
import type { DataTable } from '../../panel/model/tables';
import { type Markup, markup } from './markup';

/** Width of the pictures; they shrink with the window. */
const WIDTH = 752;

/** A chart with its title, legend and words, as an image to screen readers. */
export function picture(figure: Figure): Markup {
  const { title, description, legend } = figure;
  const { width, height, body } = figure.draw(markup, { width: WIDTH });
  const keys = legend.map(
    (key) =>
      markup`<li>${key.sample === '' ? '' : markup`<svg class="chart sample" aria-hidden="true" width=${SAMPLE_WIDTH} height=${SAMPLE_HEIGHT} viewBox=${`0 0 ${SAMPLE_WIDTH} ${SAMPLE_HEIGHT}`}>${sample(markup, key)}</svg>`}${key.text}</li>`,
  );
  return markup`<figure><h3>${title}</h3>${keys.length === 0 ? '' : markup`<ul class="legend">${keys}</ul>`}<svg class="chart" role="img" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}><title>${title}</title><desc>${description}</desc>${body}</svg><figcaption>${description}</figcaption></figure>`;
}

/** The numbers behind the pictures. */
export function numbers(tables: readonly DataTable[]): Markup {
  return markup`${tables.map(
    ({ title, header, rows }) =>
      markup`<details><summary>${title} as a table</summary><div class="scroll"><table><thead><tr>${header.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map((row) => markup`<tr>${row.map(({ displayed }) => markup`<td>${displayed}</td>`)}</tr>`)}</tbody></table></div></details>`,
  )}`;
}
