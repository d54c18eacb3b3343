/** The accounts (LANGUAGE section 5, Accounts): each reads the same program with one assumption changed. */
import type { Counts } from './counts';
import { effectiveCounts, NOTHING, touched } from './counts';
import type { Capabilities, Hypothesis } from './likelihood';
import {
  logPredictive,
  logPreference,
  measuredTerm,
  novelHypothesis,
  personaHypothesis,
  reinforce,
} from './likelihood';
import type { UnitPoint } from './numbers';
import { betaNodes, findPlace, logPower, logSumExp, NotComputable, Unsupported } from './numbers';
import type { Grid } from './posterior';
import {
  capabilityGrid,
  logIntegral,
  neededBy,
  overGrid,
  posterior,
  predictedRow,
  predictiveSteps,
  priorCapabilities,
  situationFactor,
  unplaced,
  weightsGiven,
} from './posterior';
import type { Program, Reinforcement, Target } from './resolve';
import type { Situation } from './rows';

export interface AccountResult {
  readonly logMarginal: number;
  readonly probes: readonly number[];
  readonly logScore: number | null;
}

type Predict = (x: Situation, y: number) => number;

export function accountResult(program: Program, account: Program['accounts'][number]): AccountResult {
  // "`rl` episodes and reinforcements are incentives, not observations, so they are left out of [the log marginal]"
  const all = effectiveCounts(program, program.evidence);
  const observed = effectiveCounts(program, program.evidence, true);
  const total = program.personas.reduce((sum, persona) => sum + persona.prior, 0);
  const personas = (concentration?: number, share = 1) =>
    program.personas.map((persona) => personaHypothesis(persona, (share * persona.prior) / total, concentration));
  const [value, second] = account.numbers;
  switch (account.account) {
    case 'selection':
      return mixture(program, personas(), all, observed);
    case 'drift':
      return mixture(program, personas(value), all, observed);
    case 'novel':
      return mixture(
        program,
        [...personas(undefined, 1 - value!), novelHypothesis(value!, second ?? 1)],
        all,
        observed,
      );
    case 'contextual':
      return contextual(program, personas(), all, observed);
    case 'population':
      return population(program, personas(), value!, all, observed);
    case 'unstructured':
      return unstructured(program, novelHypothesis(1, value!), all, observed);
    case 'declared':
      return mixture(program, declaredHypotheses(program), all, observed);
    case 'unmoved':
      return unmoved(program, declaredHypotheses(program), observed);
    case 'habits':
      return habits(program, value!, all, observed);
    case 'transfer':
      return transfer(program, personas(), value!, all, observed);
    case 'blend':
      return blend(program, personas(), value!, all, observed);
  }
}

/** One persona for everything: Σ_h π_h L_h. */
function mixture(program: Program, hypotheses: readonly Hypothesis[], all: Counts, observed: Counts): AccountResult {
  const grid = capabilityGrid(program, all);
  const after = posterior(program, hypotheses, all, program.reinforcements, grid);
  const rows = new Map<string, readonly number[]>();
  const predict = (h: number, x: Situation, y: number) => {
    const key = `${h} ${x.name}`;
    if (!rows.has(key)) rows.set(key, predictedRow(program, after, grid, h, x, all, program.reinforcements));
    return rows.get(key)![y]!;
  };
  return {
    logMarginal: posterior(program, hypotheses, observed, [], capabilityGrid(program, observed)).logMarginal,
    probes: program.probes.map((probe) => predictGiven(program, after.weights, probe, predict)),
    logScore: logScore(program, (x, y) => after.weights.reduce((sum, weight, h) => sum + weight * predict(h, x, y), 0)),
  };
}

function predictGiven(
  program: Program,
  weights: readonly number[],
  probe: Target,
  predict: (h: number, x: Situation, y: number) => number,
): number {
  const given = weightsGiven(program, weights, probe.given, predict);
  return given.reduce(
    (sum, weight, h) => sum + (weight === 0 ? 0 : weight * predict(h, probe.situation, probe.response)),
    0,
  );
}

/** "its log predictive score on the `evaluation` counts" */
function logScore(program: Program, predict: Predict): number | null {
  if (program.evaluations.length === 0) return null;
  if (Number.isNaN(predict(program.evaluations[0]!.situation, 0))) return Number.NaN;
  return program.evaluations.reduce(
    (sum, { situation, counts }) =>
      sum + counts.reduce((part, n, y) => part + logPower(Math.log(predict(situation, y)), n), 0),
    0,
  );
}

/** "`contextual`: a persona is drawn anew for each situation: Σ_x log Σ_h π_h L_h(D_x)", with the capabilities shared by all. */
function contextual(program: Program, hypotheses: readonly Hypothesis[], all: Counts, observed: Counts): AccountResult {
  const prior = priorCapabilities(program);
  /** For each situation its own mixture at every node; measured rows without a situation are one of their own. */
  const logMixtures = (counts: Counts, reinforcements: readonly Reinforcement[], grid: Grid) => {
    const byHypothesis = touched(
      counts,
      reinforcements.map((r) => r.situation),
    ).map((x) => ({
      x: x as Situation | undefined,
      logs: hypotheses.map((h) =>
        overGrid(grid, prior, neededBy(x), (capabilities) =>
          situationFactor(program, h, x, counts, reinforcements, capabilities),
        ),
      ),
    }));
    if (counts.measured.some((row) => row.situation === undefined)) {
      byHypothesis.push({ x: undefined, logs: hypotheses.map((h) => () => unplaced(h, counts)) });
    }
    const total = new Float64Array(grid.size);
    for (let i = 0; i < grid.size; i++) {
      for (const { logs } of byHypothesis)
        total[i]! += logSumExp(logs.map((log, h) => Math.log(hypotheses[h]!.prior) + log(i)));
    }
    return { byHypothesis, total };
  };
  const observedGrid = capabilityGrid(program, observed);
  const logMarginal = logIntegral(logMixtures(observed, [], observedGrid).total, observedGrid);

  // For a situation x: the joint of its persona and the capabilities, given everything.
  const grid = capabilityGrid(program, all);
  const { byHypothesis, total } = logMixtures(all, program.reinforcements, grid);
  const standing = (x: Situation): { weights: number[]; capabilities: Capabilities[] } => {
    const own = byHypothesis.find((entry) => entry.x === x)?.logs;
    const joint = hypotheses.map((h, index) => {
      const log = new Float64Array(grid.size);
      for (let i = 0; i < grid.size; i++) {
        const mixed = own === undefined ? 0 : logSumExp(own.map((f, k) => Math.log(hypotheses[k]!.prior) + f(i)));
        log[i] = Math.log(h.prior) + total[i]! - mixed + (own === undefined ? 0 : own[index]!(i));
      }
      return log;
    });
    const logs = joint.map((log) => logIntegral(log, grid));
    const sum = logSumExp(logs);
    return {
      weights: logs.map((log) => Math.exp(log - sum)),
      capabilities: joint.map((log, h) => new Map([...prior, ...meansOf(grid, log, logs[h]!)])),
    };
  };
  const known = new Map<Situation, ReturnType<typeof standing>>();
  const at = (x: Situation) => {
    if (!known.has(x)) known.set(x, standing(x));
    return known.get(x)!;
  };
  const predict = (h: number, x: Situation, y: number) =>
    predictiveSteps(program, hypotheses[h]!, x, all, at(x).capabilities[h]!, program.reinforcements).at(-1)![y]!;
  return {
    logMarginal,
    // A persona drawn for another situation says nothing about this one.
    probes: program.probes.map((probe) => {
      const given = probe.given.filter((item) => item.situation === probe.situation);
      return predictGiven(program, at(probe.situation).weights, { ...probe, given }, predict);
    }),
    logScore: logScore(program, (x, y) => at(x).weights.reduce((sum, weight, h) => sum + weight * predict(h, x, y), 0)),
  };
}

function meansOf(grid: Grid, log: Float64Array, logTotal: number): [string, UnitPoint][] {
  if (logTotal === -Infinity) return [];
  return grid.names.map((name, d) => {
    const stepSize = grid.axes.slice(0, d).reduce((product, axis) => product * axis.length, 1);
    const axis = grid.axes[d]!;
    let value = 0;
    let rest = 0;
    for (let i = 0; i < grid.size; i++) {
      const point = axis[Math.floor(i / stepSize) % axis.length]!;
      value += Math.exp(log[i]! + grid.logWeight[i]! - logTotal + point.log);
      rest += Math.exp(log[i]! + grid.logWeight[i]! - logTotal + point.logRest);
    }
    return [name, { value, log: Math.log(value), logRest: Math.log(rest) }];
  });
}

/**
 * "`population A`: a persona is drawn anew for each episode with weights w ~ Dirichlet(A·π): L(w) = Π (Σ_h w_h P_h(y|x))^N".
 * Exact, over one or two dimensions of w (two or three personas) and the capabilities.
 */
function population(
  program: Program,
  personas: readonly Hypothesis[],
  a: number,
  all: Counts,
  observed: Counts,
): AccountResult {
  const hypotheses = personas.filter((h) => h.prior > 0);
  const prior = priorCapabilities(program);
  const logLikelihood = (
    counts: Counts,
    reinforcements: readonly Reinforcement[],
    w: readonly number[],
    capabilities: Capabilities,
  ) => {
    const mixed = (logs: readonly number[]) => logSumExp(logs.map((log, h) => log + w[h]!));
    let sum = counts.measured.reduce(
      (part, row) => part + logPower(mixed(hypotheses.map((h) => measuredTerm(h, { ...row, n: 1 }))), row.n),
      0,
    );
    for (const x of touched(
      counts,
      reinforcements.map((r) => r.situation),
    )) {
      const rows = hypotheses.map((h) => logPredictive(program, h, x, h.theta(x), capabilities));
      const mixedRow = x.responses.map((_, y) => mixed(rows.map((row) => row[y]!)));
      counts.cells.get(x)?.forEach((n, y) => {
        sum += logPower(mixedRow[y]!, n);
      });
      for (const pair of counts.pairs.get(x) ?? [])
        sum += logPower(mixed(rows.map((row) => logPreference(row, pair))), pair.n);
      // "enter through the account's own P": that of the mixture.
      sum += reinforce(
        mixedRow,
        reinforcements.filter((r) => r.situation === x),
      ).log;
    }
    return sum;
  };
  const integrate = (counts: Counts, reinforcements: readonly Reinforcement[]) => {
    const grid = capabilityGrid(program, counts, [1, 1, 4, 10][hypotheses.length]);
    const shares = shareNodes(hypotheses, a, (w) => logLikelihood(counts, reinforcements, w, prior));
    const at = (node: number): Capabilities => {
      let rest = node;
      const capabilities = new Map(prior);
      grid.names.forEach((name, d) => {
        capabilities.set(name, grid.axes[d]![rest % grid.axes[d]!.length]!);
        rest = Math.floor(rest / grid.axes[d]!.length);
      });
      return capabilities;
    };
    const terms = Array.from({ length: grid.size }, (_, node) => at(node)).flatMap((capabilities, node) =>
      shares.map(({ w, logWeight }) => ({
        w,
        capabilities,
        log: logWeight + grid.logWeight[node]! + logLikelihood(counts, reinforcements, w, capabilities),
      })),
    );
    return { terms, logMarginal: logSumExp2(terms.map((term) => term.log)) };
  };
  const after = integrate(all, program.reinforcements);
  const expectation = (f: (w: readonly number[], capabilities: Capabilities) => number) =>
    after.terms.reduce((sum, term) => sum + Math.exp(term.log - after.logMarginal) * f(term.w, term.capabilities), 0);
  // E[P_h(y|x) | a draw of h, D]: weights and capabilities are learned together, so their joint mean is taken.
  const weights = hypotheses.map((_, h) => expectation((w) => Math.exp(w[h]!)));
  const known = new Map<string, number>();
  const predict = (h: number, x: Situation, y: number) => {
    const key = `${h} ${x.name} ${y}`;
    const p = (capabilities: Capabilities) =>
      Math.exp(logPredictive(program, hypotheses[h]!, x, hypotheses[h]!.theta(x), capabilities)[y]!);
    if (!known.has(key))
      known.set(key, expectation((w, capabilities) => Math.exp(w[h]!) * p(capabilities)) / weights[h]!);
    return known.get(key)!;
  };
  const tilted = (weightsHere: readonly number[], x: Situation, y: number) => {
    const row = x.responses.map((_, r) =>
      Math.log(weightsHere.reduce((sum, weight, h) => sum + weight * predict(h, x, r), 0)),
    );
    return Math.exp(
      [
        row,
        ...reinforce(
          row,
          program.reinforcements.filter((r) => r.situation === x),
        ).steps,
      ].at(-1)![y]!,
    );
  };
  return {
    logMarginal: integrate(observed, []).logMarginal,
    probes: program.probes.map((probe) =>
      tilted(weightsGiven(program, weights, probe.given, predict), probe.situation, probe.response),
    ),
    logScore: logScore(program, (x, y) => tilted(weights, x, y)),
  };
}

/** Nodes over w ~ Dirichlet(A·π), as logs: w_1 ~ Beta, then w_2 of what is left. */
function shareNodes(
  hypotheses: readonly Hypothesis[],
  a: number,
  logf: (w: readonly number[]) => number,
): { w: readonly number[]; logWeight: number }[] {
  const alpha = hypotheses.map((h) => a * h.prior);
  if (alpha.length === 1) return [{ w: [0], logWeight: 0 }];
  if (alpha.length > 3) throw new Unsupported('a population of more than three personas');
  const density = (point: UnitPoint, one: number, rest: number) => one * point.log + rest * point.logRest;
  const tail = alpha.slice(1).reduce((sum, value) => sum + value, 0);
  if (alpha.length === 2) {
    const place = findPlace((v) => density(v, alpha[0]!, tail) + logf([v.log, v.logRest]));
    return betaNodes(alpha[0]!, tail, place.centre, place.width, 0.02).map((v) => ({
      w: [v.log, v.logRest],
      logWeight: v.logWeight,
    }));
  }
  const step = 0.1;
  const outer = betaNodes(alpha[0]!, tail, 0, 1, step);
  const inner = betaNodes(alpha[1]!, alpha[2]!, 0, 1, step);
  return outer.flatMap((v) =>
    inner.map((u) => ({ w: [v.log, v.logRest + u.log, v.logRest + u.logRest], logWeight: v.logWeight + u.logWeight })),
  );
}

function logSumExp2(logs: readonly number[]): number {
  let top = -Infinity;
  for (const log of logs) top = Math.max(top, log);
  if (top === -Infinity) return top;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - top);
  return top + Math.log(sum);
}

/** "`unstructured c`: no persona at all: Σ_x [log B(c/|Y| + N_x) − log B(c/|Y|)]", which is one hypothesis like novel. */
function unstructured(program: Program, noPersona: Hypothesis, all: Counts, observed: Counts): AccountResult {
  if (all.measured.length > 0) throw new NotComputable('no measured value without personas');
  const grid = capabilityGrid(program, NOTHING);
  const predict: Predict = (x, y) =>
    predictiveSteps(program, noPersona, x, all, priorCapabilities(program), program.reinforcements).at(-1)![y]!;
  return {
    logMarginal: posterior(program, [noPersona], observed, [], {
      ...grid,
      names: [],
      axes: [],
      size: 1,
      logWeight: new Float64Array(1),
    }).logMarginal,
    probes: program.probes.map((probe) => predict(probe.situation, probe.response)),
    logScore: logScore(program, predict),
  };
}

function declaredHypotheses(program: Program): Hypothesis[] {
  return [
    ...program.personas.map((persona) => personaHypothesis(persona, persona.prior, persona.concentration)),
    ...(program.novel === undefined ? [] : [novelHypothesis(program.novel.prior, program.novel.concentration)]),
  ];
}

/** "p₀ is the program's own prediction before (`novel` included, κ at its prior mean)." */
function before(program: Program, hypotheses: readonly Hypothesis[]) {
  const byHypothesis = (h: number, x: Situation, y: number) =>
    predictiveSteps(program, hypotheses[h]!, x, NOTHING, priorCapabilities(program), []).at(-1)![y]!;
  const p0 = (x: Situation) =>
    x.responses.map((_, y) => hypotheses.reduce((sum, h, i) => sum + h.prior * byHypothesis(i, x, y), 0));
  return { byHypothesis, p0 };
}

/** "predictions are the ones before (a `given` context still counts), log marginal Σ N·log p₀(y|x)" */
function unmoved(program: Program, hypotheses: readonly Hypothesis[], observed: Counts): AccountResult {
  const { byHypothesis, p0 } = before(program, hypotheses);
  let logMarginal = 0;
  for (const x of touched(observed, [])) {
    const logs = p0(x).map(Math.log);
    observed.cells.get(x)?.forEach((n, y) => {
      logMarginal += logPower(logs[y]!, n);
    });
    for (const pair of observed.pairs.get(x) ?? []) logMarginal += logPower(logPreference(logs, pair), pair.n);
  }
  // "in `unmoved` such a row's term is log Σ π_h·e^{logprob}"
  for (const row of observed.measured) {
    const mixed = logSumExp(hypotheses.map((h) => Math.log(h.prior) + measuredTerm(h, { ...row, n: 1 })));
    logMarginal += logPower(mixed, row.n);
  }
  const priors = hypotheses.map((h) => h.prior);
  return {
    logMarginal,
    probes: program.probes.map((probe) => predictGiven(program, priors, probe, byHypothesis)),
    logScore: logScore(program, (x, y) => p0(x)[y]!),
  };
}

/** What a context comes to as evidence of its situations. */
function withContext(program: Program, counts: Counts, given: Target['given']): Counts {
  const { strength, discount } = program.methods.context;
  const cells = new Map([...counts.cells].map(([x, row]) => [x, row.slice()]));
  for (const { situation, response, times } of given) {
    const row = cells.get(situation) ?? situation.responses.map(() => 0);
    row[response]! += strength * (times > 1 ? times ** (1 - discount) : times);
    cells.set(situation, row);
  }
  return { ...counts, cells };
}

/** "each situation learns by itself from what pre-training would have said: `unstructured` with Dirichlet(c·p₀(x))" */
function habits(program: Program, c: number, all: Counts, observed: Counts): AccountResult {
  const { p0 } = before(program, declaredHypotheses(program));
  const alone: Hypothesis = { ...novelHypothesis(1, c), theta: p0 };
  const learned = unstructured(program, alone, all, observed);
  return {
    ...learned,
    probes: program.probes.map(
      (probe) =>
        predictiveSteps(
          program,
          alone,
          probe.situation,
          withContext(program, all, probe.given),
          priorCapabilities(program),
          program.reinforcements,
        ).at(-1)![probe.response]!,
    ),
  };
}

/** "in situation x' personas weigh π_h·L_h(D_x')·Π_{x≠x'} L_h(D_x)^g", "κ stands at its posterior mean under `selection`" */
function transfer(
  program: Program,
  hypotheses: readonly Hypothesis[],
  g: number,
  all: Counts,
  observed: Counts,
): AccountResult {
  const selected = posterior(program, hypotheses, all, program.reinforcements, capabilityGrid(program, all));
  const capabilities: Capabilities = new Map(
    [...priorCapabilities(program)].map(([name, prior]) => {
      const mean = hypotheses.reduce(
        (sum, _, h) => sum + selected.weights[h]! * (selected.capabilities[h]!.get(name) ?? prior).value,
        0,
      );
      return [name, { value: mean, log: Math.log(mean), logRest: Math.log1p(-mean) }];
    }),
  );
  const factor = (h: Hypothesis, x: Situation) =>
    situationFactor(program, h, x, all, program.reinforcements, capabilities);
  const predict = (h: number, x: Situation, y: number) =>
    predictiveSteps(program, hypotheses[h]!, x, all, capabilities, program.reinforcements).at(-1)![y]!;
  const weightsIn = (here: Situation, given: Target['given']) => {
    const logs = hypotheses.map((h, index) => {
      const evidence = program.situations.reduce((sum, x) => sum + logPower(factor(h, x), x === here ? 1 : g), 0);
      const unmeasured = g === 0 ? 0 : g * unplaced(h, all);
      // "a `given` context counts like evidence of its situation (in `transfer`: in full in x', else with g)"
      const context = given.reduce((sum, item) => {
        const { strength, discount } = program.methods.context;
        const n = strength * (item.times > 1 ? item.times ** (1 - discount) : item.times);
        const p = Math.log(predict(index, item.situation, item.response));
        return sum + logPower(p, item.situation === here ? n : g * n);
      }, 0);
      return Math.log(h.prior) + evidence + unmeasured + context;
    });
    const total = logSumExp(logs);
    return logs.map((log) => Math.exp(log - total));
  };
  const answer = (x: Situation, y: number, given: Target['given']) =>
    weightsIn(x, given).reduce((sum, weight, h) => sum + (weight === 0 ? 0 : weight * predict(h, x, y)), 0);
  const ends = g === 1 ? mixture(program, hypotheses, all, observed) : contextual(program, hypotheses, all, observed);
  return {
    // "it is a rule of prediction, so between the two it has no log marginal"
    logMarginal: g === 0 || g === 1 ? ends.logMarginal : Number.NaN,
    probes: program.probes.map((probe) => answer(probe.situation, probe.response, probe.given)),
    logScore: logScore(program, (x, y) => answer(x, y, [])),
  };
}

/** "one character mixed in log space: P_w(y|x) ∝ Π_h P_h(y|x)^{w_h}, L(w) = Π P_w(y|x)^N, w ~ Dirichlet(A·π), κ outermost" */
function blend(
  program: Program,
  personas: readonly Hypothesis[],
  a: number,
  all: Counts,
  observed: Counts,
): AccountResult {
  if (all.measured.length > 0) throw new NotComputable('measured rows belong to personas');
  const hypotheses = personas.filter((h) => h.prior > 0);
  if (hypotheses.length > 2) throw new Unsupported('a blend of more than two personas');
  const prior = priorCapabilities(program);
  const blended = (x: Situation, w: readonly number[], capabilities: Capabilities) => {
    const rows = hypotheses.map((h) => logPredictive(program, h, x, h.theta(x), capabilities));
    const logs = x.responses.map((_, y) =>
      rows.some((row) => row[y] === -Infinity) ? -Infinity : rows.reduce((sum, row, h) => sum + w[h]! * row[y]!, 0),
    );
    const norm = logSumExp(logs);
    return logs.map((log) => log - norm);
  };
  const logLikelihood = (
    counts: Counts,
    reinforcements: readonly Reinforcement[],
    w: readonly number[],
    capabilities: Capabilities,
  ) => {
    let sum = 0;
    for (const x of touched(
      counts,
      reinforcements.map((r) => r.situation),
    )) {
      const row = blended(x, w, capabilities);
      counts.cells.get(x)?.forEach((n, y) => {
        sum += logPower(row[y]!, n);
      });
      for (const pair of counts.pairs.get(x) ?? []) sum += logPower(logPreference(row, pair), pair.n);
      sum += reinforce(
        row,
        reinforcements.filter((r) => r.situation === x),
      ).log;
    }
    return sum;
  };
  const integrate = (counts: Counts, reinforcements: readonly Reinforcement[]) => {
    const grid = capabilityGrid(program, counts, 4);
    const shares = shareNodes(hypotheses, a, (w) => logLikelihood(counts, reinforcements, w.map(Math.exp), prior));
    const terms = Array.from({ length: grid.size }, (_, node) => {
      let rest = node;
      const capabilities = new Map(prior);
      grid.names.forEach((name, d) => {
        capabilities.set(name, grid.axes[d]![rest % grid.axes[d]!.length]!);
        rest = Math.floor(rest / grid.axes[d]!.length);
      });
      return shares.map(({ w, logWeight }) => ({
        w: w.map(Math.exp),
        capabilities,
        log: logWeight + grid.logWeight[node]! + logLikelihood(counts, reinforcements, w.map(Math.exp), capabilities),
      }));
    }).flat();
    return { terms, logMarginal: logSumExp2(terms.map((term) => term.log)) };
  };
  const answer = (x: Situation, y: number, given: Target['given']) => {
    const { terms, logMarginal } = integrate(withContext(program, all, given), program.reinforcements);
    if (logMarginal === -Infinity) return Number.NaN;
    const mine = program.reinforcements.filter((r) => r.situation === x);
    return terms.reduce((sum, { w, capabilities, log }) => {
      const row = blended(x, w, capabilities);
      return sum + Math.exp(log - logMarginal + [row, ...reinforce(row, mine).steps].at(-1)![y]!);
    }, 0);
  };
  return {
    logMarginal: integrate(observed, []).logMarginal,
    probes: program.probes.map((probe) => answer(probe.situation, probe.response, probe.given)),
    logScore: logScore(program, (x, y) => answer(x, y, [])),
  };
}
