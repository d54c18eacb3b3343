/** Which known word may have been meant. */

/** How many letters to add, drop, change or swap with their neighbour to make one word of the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/**
 * The words close enough to be a slip of the pen, nearest first, ties in the given order. A word that is still being
 * typed is near to those that it begins.
 */
export function nearest(word: string, known: readonly string[]): string[] {
  // Longer ones are no slip, and the table of distances must not grow with hostile text.
  if (word.length > 64) return [];
  const low = word.toLowerCase();
  const ranked: { text: string; distance: number }[] = [];
  for (const text of known) {
    if (text.length > 80) continue;
    const target = text.toLowerCase();
    const begins = low.length >= 2 && target.startsWith(low);
    const distance = begins ? 0.5 : editDistance(low, target);
    if (distance <= Math.floor((Math.min(low.length, target.length) + 1) / 3)) ranked.push({ text, distance });
  }
  return ranked.sort((a, b) => a.distance - b.distance).map((entry) => entry.text);
}

/** All of the known words, those first that are near to the one found. */
export function nearestFirst(word: string, known: readonly string[]): string[] {
  const similar = nearest(word, known);
  return [...similar, ...known.filter((text) => !similar.includes(text))];
}
