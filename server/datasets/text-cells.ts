/** Tables have no lists: turns stand in their cells as JSON. */
const TURNS = ['messages', 'conversations', 'conversation', 'prompt', 'completion', 'chosen', 'rejected'];

/** The row with the lists of turns that its cells hold as text; what is no such text stays as it is. */
export function withTurns(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let changed: Record<string, unknown> | undefined;
  for (const name of TURNS) {
    const cell = row[name];
    if (typeof cell !== 'string' || !/^\s*\[\s*\{/u.test(cell)) continue;
    try {
      changed ??= { ...row };
      changed[name] = JSON.parse(cell);
    } catch {
      // Text that only begins like a list.
    }
  }
  return changed ?? row;
}
