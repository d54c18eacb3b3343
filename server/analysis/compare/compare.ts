/**
 * Compare (LANGUAGE section 9): how two versions of a scenario differ in what they say, and how much of each difference
 * every changed declaration explains, on log odds.
 */

import type { DatasetCounts } from '../../datasets/counts';
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import type { ChangedDeclaration, TextMixture } from '../../program/compare/mixture';
import { declaredNumbers } from '../../program/declaredNumbers';
import type { Program } from '../../program/model/program';
import { entry } from '../numbers/entry';
import { type Standing, standingWith } from '../subject/standing';
import { isUnsound, type Subject, type Unsound } from '../subject/subject';
import { shapley } from './shapley';

export interface Quantity {
  readonly kind: 'persona' | 'probe' | 'expectation';
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Changes that cannot be made alone are one. */
export interface ChangeUnit {
  readonly changes: readonly number[];
  /** Log odds by quantity, nats; NaN where one side is 0 or 1. */
  readonly explains: readonly number[];
}

export interface ConditionComparison {
  readonly condition: string | null;
  readonly quantities: readonly Quantity[];
  /** null, with the reason, where a set of the changes leaves no posterior. */
  readonly units: readonly ChangeUnit[] | null;
  readonly exact: boolean;
  readonly reason?: string;
}

export interface NumberChange {
  readonly label: string;
  readonly before: number;
  readonly after: number;
}

export interface Comparison {
  readonly changes: readonly ChangedDeclaration[];
  readonly numbers: readonly NumberChange[];
  readonly conditions: readonly ConditionComparison[];
}

/** The two sides as they are, and the texts between them. `counts` by dataset name, for each side. */
export interface Versions {
  readonly a: Subject;
  readonly b: Subject;
  readonly mixture: TextMixture;
}

export function* compare(versions: Versions): Stepwise<Comparison> {
  const { a, b, mixture } = versions;
  const groups = yield* changeGroups(versions);
  const shared = a.program.conditions
    .map((c) => c.name)
    .filter((name) => b.program.conditions.some((c) => c.name === name));
  const conditions: ConditionComparison[] = [];
  for (const condition of [null, ...shared]) conditions.push(yield* compareCondition(versions, condition, groups));
  return { changes: mixture.changes, numbers: numberChanges(a.program, b.program), conditions };
}

const indexOf = (program: Program, name: string | null): number | null =>
  name === null ? null : program.conditions.findIndex((c) => c.name === name);

function* standing(subject: Subject, condition: string | null): Stepwise<Standing | Unsound> {
  const index = indexOf(subject.program, condition);
  return index === -1 ? { unsound: `condition ${condition} is missing` } : yield* standingWith(subject, index);
}

/** The program with some changes made, with each dataset's counts from the side that its declaration is of. */
function mixed({ a, b, mixture }: Versions, made: ReadonlySet<number>): Subject {
  const program = mixture.program((change) => made.has(change));
  const counts = new Map<number, DatasetCounts>();
  for (const [index, source] of program.declaredDatasets.entries()) {
    const changed = mixture.changes.findIndex((c) => c.name === `dataset ${source.name}`);
    const sides = changed < 0 ? [a, b] : made.has(changed) ? [b, a] : [a, b];
    for (const side of sides) {
      const at = side.program.declaredDatasets.findIndex((d) => d.name === source.name);
      const read = side.counts.get(at);
      if (read) {
        counts.set(index, read);
        break;
      }
    }
  }
  return { program, counts };
}

/** Changes that leave an error when they are made or left out alone join those with which they do not. */
function* changeGroups(versions: Versions): Stepwise<readonly (readonly number[])[]> {
  const { changes } = versions.mixture;
  const parent = changes.map((_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : root(entry(parent, i)));
  const join = (i: number, j: number) => {
    parent[root(j)] = root(i);
  };
  const sound = (made: ReadonlySet<number>) =>
    !mixed(versions, made).program.diagnostics.some((d) => d.severity === 'error');
  const all = changes.map((_, i) => i);
  for (const i of all) {
    yield;
    const alone = sound(new Set([i]));
    const without = sound(new Set(all.filter((k) => k !== i)));
    if (alone && without) continue;
    const partner = all.find(
      (j) => j !== i && sound(new Set([i, j])) && sound(new Set(all.filter((k) => k !== i && k !== j))),
    );
    if (partner !== undefined) join(i, partner);
    else for (const j of all) join(i, j);
  }
  const groups = new Map<number, number[]>();
  for (const i of all) groups.set(root(i), [...(groups.get(root(i)) ?? []), i]);
  return [...groups.values()];
}

function* compareCondition(
  versions: Versions,
  condition: string | null,
  groups: readonly (readonly number[])[],
): Stepwise<ConditionComparison> {
  const before = yield* standing(versions.a, condition);
  const after = yield* standing(versions.b, condition);
  if (isUnsound(before) || isUnsound(after))
    return {
      condition,
      quantities: [],
      units: null,
      exact: true,
      reason: isUnsound(before) ? before.unsound : isUnsound(after) ? after.unsound : '',
    };
  const quantities = sharedQuantities(before, after);
  const result = yield* shapley(groups.length, function* (members) {
    const made = new Set([...members].flatMap((g) => groups[g] ?? []));
    const here = yield* standing(mixed(versions, made), condition);
    if (isUnsound(here)) {
      const names = [...made].map((c) => versions.mixture.changes[c]?.name ?? '').join(', ');
      return `with ${names === '' ? 'no change' : names} alone, ${here.unsound}`;
    }
    return Float64Array.from(quantities, (q) => logOddsOf(here, q));
  });
  if (typeof result === 'string') return { condition, quantities, units: null, exact: true, reason: result };
  return {
    condition,
    quantities,
    exact: result.exact,
    units: groups.map((changes, g) => ({ changes, explains: Array.from(result.values[g] ?? []) })),
  };
}

/** Of a persona from the logs, which also hold what is too near to 0 or 1 for a double. */
function logOddsOf(s: Standing, q: Quantity): number {
  if (q.kind === 'persona') {
    const own = s.hypotheses.indexOf(q.name);
    const others = Array.from(s.logWeights).filter((_, h) => h !== own);
    return (s.logWeights[own] ?? Number.NaN) - logSumExp(others);
  }
  const p = valueIn(s, q);
  return Math.log(p) - Math.log1p(-p);
}

function sharedQuantities(a: Standing, b: Standing): readonly Quantity[] {
  const list: Quantity[] = [];
  const both = (kind: Quantity['kind'], names: readonly string[]) => {
    for (const name of new Set(names)) {
      const q = { kind, name, before: Number.NaN, after: Number.NaN };
      const [before, after] = [valueIn(a, q), valueIn(b, q)];
      if (!Number.isNaN(before) && !Number.isNaN(after)) list.push({ kind, name, before, after });
    }
  };
  both('persona', a.hypotheses);
  both(
    'probe',
    a.program.probes.map((p) => p.target.text),
  );
  both(
    'expectation',
    a.program.expectations.map((e) => e.text),
  );
  return list;
}

function valueIn(s: Standing, { kind, name }: Quantity): number {
  if (kind === 'persona') return s.weights[s.hypotheses.indexOf(name)] ?? Number.NaN;
  if (kind === 'probe') return s.probes[s.program.probes.findIndex((p) => p.target.text === name)] ?? Number.NaN;
  return s.expectations[s.program.expectations.findIndex((e) => e.text === name)] ?? Number.NaN;
}

/** Declared numbers that stand in both and differ. */
function numberChanges(a: Program, b: Program): readonly NumberChange[] {
  const then = declaredNumbers(a.text);
  const used = new Set<number>();
  return declaredNumbers(b.text).flatMap((now) => {
    const index = then.findIndex((n, i) => !used.has(i) && n.role === now.role && n.label === now.label);
    const before = then[index];
    if (!before) return [];
    used.add(index);
    return before.value === now.value ? [] : [{ label: now.label, before: before.value, after: now.value }];
  });
}
