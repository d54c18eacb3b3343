/** What every section of the report is made of: pictures, a legend, tables. */
import type { Drawing } from '../../panel/model/charts/tag';
import type { DataTable } from '../../panel/views/tables';
import type { Unit } from '../../server/syntax/tree';
import { type Markup, markup } from './markup';

/** Width of the pictures; they shrink with the window. */
export const WIDTH = 752;

/** What all sections draw with. */
export interface Sheet {
  readonly names: readonly string[];
  readonly slots: readonly number[];
  readonly unit: Unit;
}

/** A chart with its title and words, as an image to screen readers. */
export function picture(title: string, words: string, { width, height, body }: Drawing<Markup>): Markup {
  return markup`<figure><h3>${title}</h3><svg class="chart" role="img" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}><title>${title}</title><desc>${words}</desc>${body}</svg><figcaption>${words}</figcaption></figure>`;
}

export function legend({ names, slots }: Sheet): Markup {
  return markup`<ul class="legend">${names.map((name, h) => markup`<li class=${`c${slots[h]!}`}>${name}</li>`)}</ul>`;
}

/** The numbers behind the pictures. */
export function numbers(tables: readonly DataTable[]): Markup {
  return markup`${tables.map(
    ({ title, header, rows }) =>
      markup`<details><summary>${title} as a table</summary><div class="scroll"><table><thead><tr>${header.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map((row) => markup`<tr>${row.map(({ displayed }) => markup`<td>${displayed}</td>`)}</tr>`)}</tbody></table></div></details>`,
  )}`;
}
