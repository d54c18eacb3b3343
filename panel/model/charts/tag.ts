/**
 * Charts: data and a width in, SVG out. They are drawn with the caller's tag: lit's `svg` in the page, a string
 * maker in the report, so that both show the same picture. Charts know no DOM, no theme and no message; colours come
 * as classes (`style.ts`), texts as they are: the tag escapes them.
 */

/** A template tag: lit's, or one that makes strings. Children may be results, arrays of them, texts and numbers. */
export type SvgTag<R> = (strings: TemplateStringsArray, ...values: unknown[]) => R;

export interface Drawing<R> {
  readonly width: number;
  readonly height: number;
  readonly body: R;
}

/** Nothing at this place. */
export const NOTHING = '';

/** Average width of a character, as a part of the font's size: good enough to cut a label before it collides. */
const CHARACTER = 0.6;

export function textWidth(text: string, size: number): number {
  return text.length * size * CHARACTER;
}

/** A coordinate with a tenth of a pixel, so that paths stay short and equal values give equal text. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
