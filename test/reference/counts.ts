/** Evidence to effective counts (LANGUAGE section 5, Effective counts). */
import type { Evidence, Program } from './resolve';
import type { Situation } from './rows';

export interface Pair {
  readonly y: number;
  readonly over: number;
  readonly n: number;
}

export interface Counts {
  /** N_xy by situation; absent where nothing was seen. */
  readonly cells: ReadonlyMap<Situation, readonly number[]>;
  readonly pairs: ReadonlyMap<Situation, readonly Pair[]>;
  /** Measured rows: log P_h and how often it counts. */
  readonly measured: readonly {
    readonly situation?: Situation;
    readonly logprob: Readonly<Record<string, number>>;
    readonly n: number;
  }[];
}

export const NOTHING: Counts = { cells: new Map(), pairs: new Map(), measured: [] };

/** `observed` leaves out `rl` episodes: "incentives, not observations". */
export function effectiveCounts(program: Program, evidence: readonly Evidence[], observed = false): Counts {
  // "For method m and cell (x,y), over its episodes e"; a pair is a cell of its own.
  const sums = new Map<
    string,
    { method: keyof Program['methods']; x: Situation; y: number; over?: number; c: number; tokens: number }
  >();
  for (const term of evidence.flatMap((e) => e.terms)) {
    if (observed && term.method === 'rl') continue;
    const method = program.methods[term.method];
    // "c = Σ weight·times·epochs^repeats"; "With `rl`, each episode's term is further multiplied by reward/beta"
    const reward = term.method === 'rl' ? term.reward / method.beta : 1;
    const c = term.weight * term.times * term.epochs ** method.repeats * reward;
    const key = `${term.method} ${term.situation.name} ${term.response} ${term.over}`;
    const sum = sums.get(key) ?? {
      method: term.method,
      x: term.situation,
      y: term.response,
      over: term.over,
      c: 0,
      tokens: 0,
    };
    sums.set(key, { ...sum, c: sum.c + c, tokens: sum.tokens + c * term.tokens });
  }
  const cells = new Map<Situation, number[]>();
  const pairs = new Map<Situation, Pair[]>();
  for (const { method: name, x, y, over, c, tokens } of sums.values()) {
    const method = program.methods[name];
    // "c' = c^(1−discount) for c > 1"; N = strength·c'·t̄ with t̄·c = Σ term·tokens, which also holds where c = 0.
    const discounted = c > 1 ? c ** -method.discount : 1;
    const n = method.strength * discounted * (method.perToken ? tokens : c);
    // "Cells add over methods."
    if (over === undefined) {
      const row = cells.get(x) ?? x.responses.map(() => 0);
      row[y]! += n;
      cells.set(x, row);
    } else {
      const list = pairs.get(x) ?? [];
      const same = list.find((pair) => pair.y === y && pair.over === over);
      pairs.set(x, [...list.filter((pair) => pair !== same), { y, over, n: n + (same?.n ?? 0) }]);
    }
  }
  const measured = evidence
    .flatMap((e) => e.measured)
    .map((row) => {
      const method = program.methods[row.method];
      const c = row.weight * row.epochs ** method.repeats;
      return {
        situation: row.situation,
        logprob: row.logprob,
        n: method.strength * (c > 1 ? c ** (1 - method.discount) : c),
      };
    });
  return { cells, pairs, measured };
}

/** Situations that the counts or a reinforcement say something about. */
export function touched(counts: Counts, reinforced: readonly Situation[]): Situation[] {
  const measured = counts.measured.flatMap((row) => (row.situation === undefined ? [] : [row.situation]));
  return [...new Set([...counts.cells.keys(), ...counts.pairs.keys(), ...measured, ...reinforced])];
}
