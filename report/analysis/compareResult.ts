/** `dramatis compare` as JSON and for a person at a terminal. */
import { formatProbability, inUnit, toWire } from '../../panel/model/numbers';
import type { Unit } from '../../panel/model/units';
import type { Comparison, ConditionComparison } from '../../server/analysis/compare/compare';
import { paint, type Style, table, wrap } from '../text/layout';

export interface CompareContext {
  readonly before: string;
  readonly after: string;
  readonly unit: Unit;
  /** Data files of a revision that Git does not track. */
  readonly today: readonly string[];
}

export function compareObject(found: Comparison, { before, after, unit, today }: CompareContext): object {
  return {
    before,
    after,
    ...(today.length > 0 ? { untrackedDataAsToday: today } : {}),
    changes: found.changes,
    numbers: found.numbers.map((n) => ({ what: n.label, before: toWire(n.before), after: toWire(n.after) })),
    conditions: found.conditions.map((c) => ({
      condition: c.condition,
      differences: c.quantities.map((q, index) => ({
        kind: q.kind,
        what: q.name,
        before: toWire(q.before),
        after: toWire(q.after),
        explained:
          c.units?.map((u) => ({
            by: u.changes.map((i) => found.changes[i]?.name ?? ''),
            logOdds: toWire(inUnit(u.explains[index] ?? Number.NaN, unit)),
          })) ?? null,
      })),
      exact: c.exact,
      ...(c.reason === undefined ? {} : { reason: c.reason }),
    })),
  };
}

const NARROWEST = 60;

export function compareText(
  found: Comparison,
  context: CompareContext,
  options: { readonly width: number; readonly colour: boolean },
): string {
  const style: Style = { width: Math.max(NARROWEST, options.width), colour: options.colour };
  const title = (text: string) => paint(text, 'bold', style);
  if (found.changes.length === 0) return `${context.before} and ${context.after} say the same.\n`;
  const sections: (readonly string[])[] = [
    [
      title(`From ${context.before} to ${context.after}`),
      ...found.changes.flatMap((c) =>
        wrap(
          c.kind === 'changed' ? `changed: ${c.before} → ${c.after}` : `${c.kind}: ${c.before ?? c.after ?? c.name}`,
          style.width,
        ),
      ),
      ...context.today.flatMap((file) => wrap(`${file} is not tracked: its rows are today's.`, style.width)),
    ],
  ];
  for (const c of found.conditions) sections.push(conditionLines(c, found, context, style));
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Differences that rounding makes are none. */
const SAME = 1e-12;

function conditionLines(
  c: ConditionComparison,
  found: Comparison,
  context: CompareContext,
  style: Style,
): readonly string[] {
  const header = paint(c.condition ?? 'The program', 'bold', style);
  const differing = c.quantities
    .map((q, index) => ({ q, index }))
    .filter(({ q }) => Math.abs(q.after - q.before) > SAME);
  const lines = [header];
  if (c.reason !== undefined) lines.push(...wrap(`Not explained: ${c.reason}.`, style.width));
  if (differing.length === 0) return c.reason === undefined ? [header, 'Nothing differs.'] : lines;
  for (const { q, index } of differing) {
    lines.push(
      ...wrap(
        `${q.kind === 'expectation' ? 'expect ' : ''}${q.name}: ${formatProbability(q.before)} → ${formatProbability(q.after)}`,
        style.width,
      ),
    );
    const shares = (c.units ?? [])
      .map((u) => ({
        name: u.changes.map((i) => found.changes[i]?.name ?? '').join(' with '),
        by: u.explains[index] ?? Number.NaN,
      }))
      .filter(({ by }) => Number.isNaN(by) || Math.abs(by) > SAME)
      .sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
    if (shares.length === 0) continue;
    lines.push(
      ...table(
        [
          { header: '  log odds', right: true },
          { header: 'by', flexible: true },
        ],
        shares.map(({ name, by }) => [
          `${by > 0 ? '+' : ''}${inUnit(by, context.unit).toFixed(3)} ${context.unit}`,
          name,
        ]),
        style,
      ),
    );
  }
  if (!c.exact) lines.push('Shares are averages over drawn orders of the changes.');
  return lines;
}
