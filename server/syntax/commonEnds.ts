/**
 * What two texts share at their ends. Slices are compared first, which an engine does many characters at a time; one
 * character after the other only inside the slice that differs.
 */

const SLICE = 2048;

/** How many UTF-16 units at the beginning are the same. */
export function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same + SLICE <= most && a.slice(same, same + SLICE) === b.slice(same, same + SLICE)) same += SLICE;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  return same;
}

/** How many UTF-16 units at the end are the same, at most `most`. */
export function commonSuffix(a: string, b: string, most: number): number {
  const [aEnd, bEnd] = [a.length, b.length];
  let same = 0;
  while (
    same + SLICE <= most &&
    a.slice(aEnd - same - SLICE, aEnd - same) === b.slice(bEnd - same - SLICE, bEnd - same)
  )
    same += SLICE;
  while (same < most && a.charCodeAt(aEnd - 1 - same) === b.charCodeAt(bEnd - 1 - same)) same += 1;
  return same;
}
