/** Tables have no lists: turns stand in their cells as JSON. */
const TURNS: ReadonlySet<string> = new Set([
  'messages',
  'conversations',
  'conversation',
  'prompt',
  'completion',
  'chosen',
  'rejected',
]);

/**
 * The JSON of a table's row. A cell that holds a list of turns as text goes in as that list, as it is written; what is
 * no such text stays as it is. Throws a `RangeError` where a value is nested too deeply to be written.
 */
export function rowJson(cells: Iterable<readonly [name: string, value: unknown]>): string {
  let json = '';
  for (const [name, value] of cells) {
    json += `${json === '' ? '' : ','}${JSON.stringify(name)}:${isTurns(name, value) ? value : (JSON.stringify(value) ?? 'null')}`;
  }
  return `{${json}}`;
}

function isTurns(name: string, value: unknown): value is string {
  if (!TURNS.has(name) || typeof value !== 'string' || !/^\s*\[\s*[{[]/u.test(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    // Text that only begins like a list.
    return false;
  }
}
