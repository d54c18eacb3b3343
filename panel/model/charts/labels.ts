/**
 * Labels in a given width: what does not fit is left out where it tells rows apart least. Two labels that differ never
 * look alike: where a cut would make them so, the cut moves to the middle, and where that fails too a number is added.
 */
import { textWidth } from './tag';

const ELLIPSIS = '…';

/** The text with its middle left out, `most` characters at most; `tail` of them at the end. */
function middleCut(text: string, most: number, tail: number): string {
  const end = Math.min(tail, Math.max(0, most - 2));
  const start = Math.max(0, most - end - 1);
  return `${text.slice(0, start).trimEnd()}${ELLIPSIS}${end === 0 ? '' : text.slice(-end).trimStart()}`;
}

/** Every label in `room` pixels at a font size, pairwise different where the labels are. */
export function fitLabels(labels: readonly string[], space: number, size: number): string[] {
  const most = Math.max(3, Math.floor(space / (textWidth('x', size) || 1)));
  const fitted = labels.map((label) => (label.length <= most ? label : undefined));
  const used = new Map<string, string>();
  for (const [at, label] of labels.entries()) if (fitted[at] !== undefined) used.set(label, label);
  return labels.map((label, at) => {
    const entire = fitted[at];
    if (entire !== undefined) return entire;
    const free = (text: string): boolean => (used.get(text) ?? label) === label;
    const tails = [0, Math.floor(most / 3), Math.floor(most / 2), most - 3];
    let text = tails.map((tail) => middleCut(label, most, tail)).find(free);
    for (let copy = 2; text === undefined; copy++) {
      const numbered = `${middleCut(label, most - String(copy).length - 1, 0)} ${copy}`;
      if (free(numbered)) text = numbered;
    }
    used.set(text, label);
    return text;
  });
}
