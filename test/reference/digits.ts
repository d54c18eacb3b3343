/**
 * The same mathematics with 60 digits and exponents without bounds: rigid personas, those with a concentration, `novel`, fixed
 * capabilities, preferences, reinforcement, contexts, and the accounts `selection` and `contextual`. It works with plain
 * probabilities and products, never with logs of sums, so that it shares no way of losing digits with the product.
 */
import { Decimal } from 'decimal.js';
import type { Evidence, Program, Reinforcement, Target } from './resolve';
import type { Situation } from './rows';

/** Any exponent that a program can reach. */
const D = Decimal.clone({ precision: 60, minE: -9e15, maxE: 9e15, toExpNeg: -9e15, toExpPos: 9e15 });
type Num = Decimal;
const TWO = new D(2);

/** A double's own value; the library takes a number's shortest decimal text instead. */
function num(x: number | Num): Num {
  if (typeof x !== 'number' || !Number.isFinite(x) || Number.isInteger(x)) return new D(x);
  const exponent = Math.floor(Math.log2(Math.abs(x))) - 60;
  const scaled = exponent < -1000 ? x * 2 ** 500 * 2 ** (-exponent - 500) : x * 2 ** -exponent;
  return new D(BigInt(scaled).toString()).mul(TWO.pow(exponent));
}

const ZERO = num(0);
const ONE = num(1);
const sum = (list: readonly Num[]): Num => list.reduce((a, b) => a.add(b), ZERO);
const product = (list: readonly Num[]): Num => list.reduce((a, b) => a.mul(b), ONE);

interface Hypothesis {
  readonly name: string;
  readonly weight: Num;
  readonly concentration?: Num;
  readonly row: (x: Situation) => readonly Num[];
  readonly capability: (name: string) => Num;
}

export interface Digits {
  readonly logMarginal: Num | undefined;
  readonly posterior: readonly Num[];
  readonly logLikelihood: readonly (Num | undefined)[];
  /** By episode: W by hypothesis, and the shift, nats; undefined where infinite. */
  readonly evidence: readonly { readonly weight: readonly (Num | undefined)[]; readonly shift: Num | undefined }[];
  readonly reinforcements: readonly { readonly selection: Num; readonly propensityShift: Num }[];
  readonly probes: readonly {
    readonly before: Num | undefined;
    readonly after: Num | undefined;
    readonly byPersona: readonly Num[];
  }[];
  readonly accounts: readonly {
    readonly logMarginal: Num | undefined;
    readonly probes: readonly (Num | undefined)[];
  }[];
  /** Size of the logs that are summed: what a double's rounding is relative to. */
  readonly magnitude: number;
}

/** log Γ(x+n) − log Γ(x), x > 0 and x+n > 0, by Stirling's series from 80 on. */
export function logRising(x: Num, n: Num): Num {
  return logGamma(x.add(n)).sub(logGamma(x));
}

/** B_2 … B_40 as fractions. */
const BERNOULLI = [
  [1, 6],
  [-1, 30],
  [1, 42],
  [-1, 30],
  [5, 66],
  [-691, 2730],
  [7, 6],
  [-3617, 510],
  [43867, 798],
  [-174611, 330],
  [854513, 138],
  [-236364091, 2730],
  [8553103, 6],
  [-23749461029, 870],
  [8615841276005, 14322],
] as const;

export function logGamma(x: Num): Num {
  let shift = ZERO;
  let at = x;
  while (at.lt(200)) {
    shift = shift.add(at.ln());
    at = at.add(1);
  }
  let series = ZERO;
  BERNOULLI.forEach(([a, b], i) => {
    const k = 2 * (i + 1);
    series = series.add(
      num(a)
        .div(b)
        .div(k * (k - 1))
        .div(at.pow(k - 1)),
    );
  });
  const half = num(0.5);
  const base = at
    .sub(half)
    .mul(at.ln())
    .sub(at)
    .add(half.mul(D.acos(-1).mul(2).ln()));
  return base.add(series).sub(shift);
}

type Counts = Map<string, { readonly x: Situation; readonly y: number; readonly over?: number; readonly n: Num }>;

/** Effective counts (LANGUAGE section 5). */
function counts(program: Program, evidence: readonly Evidence[], observed: boolean): Counts {
  const sums = new Map<
    string,
    { method: keyof Program['methods']; x: Situation; y: number; over?: number; c: Num; tokens: Num }
  >();
  for (const t of evidence.flatMap((e) => e.terms)) {
    if (observed && t.method === 'rl') continue;
    const m = program.methods[t.method];
    const reward = t.method === 'rl' ? num(t.reward).div(m.beta) : ONE;
    const c = product([num(t.weight), num(t.times), num(t.epochs).pow(m.repeats), reward]);
    const key = `${t.method} ${t.situation.name} ${t.response} ${t.over}`;
    const old = sums.get(key);
    sums.set(key, {
      method: t.method,
      x: t.situation,
      y: t.response,
      over: t.over,
      c: c.add(old?.c ?? ZERO),
      tokens: c.mul(t.tokens).add(old?.tokens ?? ZERO),
    });
  }
  const out: Counts = new Map();
  for (const { method, x, y, over, c, tokens } of sums.values()) {
    const m = program.methods[method];
    const factor = c.gt(1) ? c.pow(-m.discount) : ONE;
    const n = num(m.strength)
      .mul(factor)
      .mul(m.perToken ? tokens : c);
    const key = `${x.name} ${y} ${over}`;
    out.set(key, { x, y, over, n: n.add(out.get(key)?.n ?? ZERO) });
  }
  return out;
}

/** P_h(y|x) from a row: what needs a capability, and what is lost. */
function answers(h: Hypothesis, x: Situation, row = h.row(x)): Num[] {
  const p = row.slice();
  x.responses.forEach((r, y) => {
    if (r.needs === undefined) return;
    const lost = row[y]!.mul(ONE.sub(h.capability(r.needs)));
    p[y] = p[y]!.sub(lost);
    p[r.fallback!] = p[r.fallback!]!.add(lost);
  });
  return p;
}

const strict = (r: Reinforcement) => r.rigidity === undefined;

/** Answers after each of the reinforcements of a situation, the first entry before all of them. */
function tilted(p: readonly Num[], list: readonly Reinforcement[]): Num[][] {
  const steps = [p.slice()];
  for (const r of list) {
    const last = steps.at(-1)!;
    if (strict(r)) {
      steps.push(last);
      continue;
    }
    const scaled = last.map((v, y) => v.mul(num(r.reward[y]!).div(num(r.rigidity!).mul(r.beta)).exp()));
    const z = sum(scaled);
    steps.push(scaled.map((v) => v.div(z)));
  }
  return steps;
}

interface Model {
  /** log L_h, undefined where impossible. */
  readonly log: Num | undefined;
  readonly rows: ReadonlyMap<Situation, readonly Num[]>;
  /** By situation: answers before reinforcement, and after each. */
  readonly steps: ReadonlyMap<Situation, readonly (readonly Num[])[]>;
}

function modelOf(program: Program, h: Hypothesis, data: Counts, acting: readonly Reinforcement[]): Model {
  let log: Num | undefined = ZERO;
  const add = (n: Num, p: Num) => {
    if (n.eq(0)) return;
    if (p.eq(0)) log = undefined;
    else if (log) log = log.add(n.mul(p.ln()));
  };
  const rows = new Map<Situation, readonly Num[]>();
  const steps = new Map<Situation, readonly (readonly Num[])[]>();
  for (const x of program.situations) {
    const mine = [...data.values()].filter((c) => c.x === x);
    const cells = x.responses.map((_, y) => sum(mine.filter((c) => c.over === undefined && c.y === y).map((c) => c.n)));
    const pairs = mine.filter((c) => c.over !== undefined);
    const k = h.concentration;
    let row = h.row(x);
    if (k === undefined) {
      const p = answers(h, x);
      cells.forEach((n, y) => {
        add(n, p[y]!);
      });
      for (const { y, over, n } of pairs) {
        const both = p[y]!.add(p[over!]!);
        add(n, both.eq(0) ? num(0.5) : p[y]!.div(both));
      }
    } else {
      if (pairs.length > 0) throw new Error('preferences of a persona with a concentration are not covered here');
      const alpha = row.map((v) => v.mul(k));
      if (alpha.some((a, y) => a.eq(0) && !cells[y]!.eq(0))) log = undefined;
      else if (log) {
        let own = ZERO;
        alpha.forEach((a, y) => {
          if (!a.eq(0)) own = own.add(logRising(a, cells[y]!));
        });
        log = log.add(own).sub(logRising(sum(alpha), sum(cells)));
      }
      const total = sum(alpha).add(sum(cells));
      row = alpha.map((a, y) => (a.eq(0) ? ZERO : a.add(cells[y]!).div(total)));
    }
    rows.set(x, row);
    const p = answers(h, x, row);
    const list = acting.filter((r) => r.situation === x);
    const made = tilted(p, list);
    list.forEach((r, j) => {
      if (!log) return;
      const before = made[j]!;
      if (strict(r)) {
        log = log.add(sum(before.map((v, y) => v.mul(num(r.reward[y]!).div(r.beta)))));
        return;
      }
      const z = sum(before.map((v, y) => v.mul(num(r.reward[y]!).div(num(r.rigidity!).mul(r.beta)).exp())));
      log = log.add(num(r.rigidity!).mul(z.ln()));
    });
    steps.set(x, made);
  }
  return { log, rows, steps };
}

/** Weights by hypothesis and log Σ π·L; undefined where every one is impossible. `joint` is relative to the largest. */
function weightOf(hypotheses: readonly Hypothesis[], logs: readonly (Num | undefined)[]) {
  const total = sum(hypotheses.map((h) => h.weight));
  const possible = logs.flatMap((log, i) => (log && hypotheses[i]!.weight.gt(0) ? [log] : []));
  if (possible.length === 0) return undefined;
  const top = D.max(...possible);
  const joint = hypotheses.map((h, i) =>
    logs[i] === undefined ? ZERO : h.weight.div(total).mul(logs[i]!.sub(top).exp()),
  );
  const z = sum(joint);
  return { weights: joint.map((v) => v.div(z)), log: z.ln().add(top), joint };
}

/** KL in nats; undefined where infinite. */
function kl(p: readonly Num[], q: readonly Num[]): Num | undefined {
  let out: Num | undefined = ZERO;
  p.forEach((v, i) => {
    if (v.eq(0)) return;
    out = q[i]!.eq(0) ? undefined : out?.add(v.mul(v.div(q[i]!).ln()));
  });
  return out;
}

function given(
  program: Program,
  weights: readonly Num[],
  target: Target,
  p: (h: number, x: Situation) => readonly Num[],
) {
  const m = program.methods.context;
  const times = new Map<string, { x: Situation; y: number; c: number }>();
  for (const g of target.given) {
    const key = `${g.situation.name} ${g.response}`;
    times.set(key, { x: g.situation, y: g.response, c: g.times + (times.get(key)?.c ?? 0) });
  }
  const w = weights.map((v, h) =>
    product([
      v,
      ...[...times.values()].map(({ x, y, c }) => {
        const n = num(m.strength).mul(c > 1 ? num(c).pow(1 - m.discount) : c);
        return n.eq(0) ? ONE : p(h, x)[y]!.pow(n);
      }),
    ]),
  );
  const z = sum(w);
  return z.eq(0) ? undefined : sum(w.map((v, h) => v.div(z).mul(p(h, target.situation)[target.response]!)));
}

/** Evaluate a program that `resolve` has read. Everything in nats. */
export function digits(program: Program): Digits {
  const capabilityOf = (can: ReadonlyMap<string, number>) => (name: string) =>
    num(can.get(name) ?? program.capabilities.find((c) => c.name === name)!.value);
  const personas = program.personas.map(
    (p): Hypothesis => ({
      name: p.name,
      weight: num(p.weight),
      concentration: p.concentration === undefined ? undefined : num(p.concentration),
      row: (x) => p.rows.get(x.name)!.map(num),
      capability: capabilityOf(p.can),
    }),
  );
  const rigid = personas.map((h) => ({ ...h, concentration: undefined }));
  const own: Hypothesis[] = program.novel
    ? [
        ...personas,
        {
          name: 'novel',
          weight: num(program.novel.weight),
          concentration: num(program.novel.concentration),
          row: (x) => x.responses.map(() => ONE.div(x.responses.length)),
          capability: () => ONE,
        },
      ]
    : personas;
  const all = counts(program, program.evidence, false);
  const observed = counts(program, program.evidence, true);
  const { reinforcements: acting } = program;
  const fits = own.map((h) => modelOf(program, h, all, acting));
  const main = weightOf(
    own,
    fits.map((f) => f.log),
  );
  const none = own.map((h) => modelOf(program, h, new Map(), []));
  const prior = weightOf(
    own,
    own.map(() => ZERO),
  )!.weights;
  const nothing = own.map(() => num(Number.NaN));
  const weights = main?.weights ?? nothing;
  const last = (list: readonly Model[]) => (h: number, x: Situation) => list[h]!.steps.get(x)!.at(-1)!;
  const evidence = program.evidence.map((e) => {
    const less = counts(
      program,
      program.evidence.filter((o) => o !== e),
      false,
    );
    const without = weightOf(
      own,
      own.map((h) => modelOf(program, h, less, acting).log),
    );
    const odds = (of: typeof main, h: number) => {
      const rest = of && sum(of.joint.filter((_, i) => i !== h));
      return of && rest && !rest.eq(0) && !of.joint[h]!.eq(0) ? of.joint[h]!.div(rest).ln() : undefined;
    };
    return {
      weight: own.map((_, h) => {
        const [a, b] = [odds(main, h), odds(without, h)];
        return a && b ? a.sub(b) : undefined;
      }),
      shift: main && without ? kl(main.weights, without.weights) : undefined,
    };
  });
  const reinforcements = acting.map((r, j) => {
    const upTo = (n: number) => own.map((h) => modelOf(program, h, all, acting.slice(0, n)));
    const [from, to] = [upTo(j), upTo(j + 1)];
    const [a, b] = [
      weightOf(
        own,
        from.map((f) => f.log),
      )!,
      weightOf(
        own,
        to.map((f) => f.log),
      )!,
    ];
    const at = acting.slice(0, j).filter((o) => o.situation === r.situation).length;
    return {
      selection: kl(b.weights, a.weights)!,
      propensityShift: sum(
        b.weights.map((w, h) => {
          const steps = to[h]!.steps.get(r.situation)!;
          return w.mul(kl(steps[at + 1]!, steps[at]!)!);
        }),
      ),
    };
  });
  const accounts = program.accounts.flatMap(({ account }) => {
    const fitted = rigid.map((h) => modelOf(program, h, all, acting));
    const seen = (data: Counts) => rigid.map((h) => modelOf(program, h, data, []).log);
    if (account === 'selection') {
      const w = weightOf(
        rigid,
        fitted.map((f) => f.log),
      );
      return [
        {
          logMarginal: weightOf(rigid, seen(observed))?.log,
          probes: program.probes.map((t) => w && given(program, w.weights, t, last(fitted))),
        },
      ];
    }
    if (account !== 'contextual') return [];
    const only = (data: Counts, x: Situation): Counts => new Map([...data].filter(([, c]) => c.x === x));
    const logs = program.situations.map((x) => weightOf(rigid, seen(only(observed, x)))?.log);
    return [
      {
        logMarginal: logs.includes(undefined) ? undefined : sum(logs as Num[]),
        probes: program.probes.map((t) => {
          const x = t.situation;
          const mine = acting.filter((r) => r.situation === x);
          const w = weightOf(
            rigid,
            rigid.map((h) => modelOf(program, h, only(all, x), mine).log),
          );
          const context = { ...t, given: t.given.filter((g) => g.situation === x) };
          return w && given(program, w.weights, context, last(fitted));
        }),
      },
    ];
  });
  return {
    logMarginal: main?.log,
    posterior: weights,
    logLikelihood: fits.map((f) => f.log),
    evidence,
    reinforcements: main ? reinforcements : [],
    probes: program.probes.map((t) => ({
      before: given(program, prior, t, last(none)),
      after: main && given(program, main.weights, t, last(fits)),
      byPersona: own.map((_, h) => last(fits)(h, t.situation)[t.response]!),
    })),
    accounts,
    magnitude: Math.max(
      1,
      ...[...all.values()].map((c) => c.n.abs().toNumber() * 10),
      ...acting.map((r) => Math.max(...r.reward.map((v) => Math.abs(v / r.beta)))),
      ...fits.map((f) => f.log?.abs().toNumber() ?? 0),
    ),
  };
}
