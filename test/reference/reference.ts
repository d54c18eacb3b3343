/**
 * An independent evaluator of Dramatis programs, written from the language's description only: the JSON object of LANGUAGE
 * section 6 for a program given as trees. It shares nothing with the product but the parser, leaves one out by leaving one
 * out, and integrates by brute force. Not defined here: programs with errors, and an undefined posterior's numbers.
 */
import type { AccountResult } from './accounts';
import { accountResult } from './accounts';
import { effectiveCounts, NOTHING } from './counts';
import type { Hypothesis } from './likelihood';
import { novelHypothesis, personaHypothesis } from './likelihood';
import { divergence, logSumExp, NotComputable, Unsupported } from './numbers';
import type { Grid, Posterior } from './posterior';
import {
  capabilityDivergence,
  capabilityGrid,
  posterior,
  predictedRow,
  predictiveSteps,
  priorCapabilities,
  weightsGiven,
} from './posterior';
import type { Program, Reinforcement, SourceText, Target } from './resolve';
import { resolve } from './resolve';
import type { Row, Situation } from './rows';

export type Json = Readonly<Record<string, unknown>>;

export function referenceResult(
  files: readonly SourceText[],
  rows: ReadonlyMap<string, readonly Row[]> = new Map(),
): Json {
  const program = resolve(files, rows);
  const inUnits = { nats: 1, bits: 1 / Math.LN2, decibans: 10 / Math.LN10 }[program.units];
  const log = (nats: number) => (nats === -Infinity ? '-inf' : nats === Infinity ? 'inf' : nats * inUnits);

  const hypotheses = [
    ...program.personas.map((persona) => personaHypothesis(persona, persona.prior, persona.concentration)),
    ...(program.novel === undefined ? [] : [novelHypothesis(program.novel.prior, program.novel.concentration)]),
  ];
  const counts = effectiveCounts(program, program.evidence);
  const grid = capabilityGrid(program, counts);
  const main = posterior(program, hypotheses, counts, program.reinforcements, grid);
  const defined = main.logMarginal > -Infinity;
  const named = (values: readonly unknown[]) => Object.fromEntries(hypotheses.map((h, i) => [h.name, values[i]]));

  const before = (h: number, x: Situation, y: number) =>
    predictiveSteps(program, hypotheses[h]!, x, NOTHING, priorCapabilities(program), []).at(-1)![y]!;
  const means = new Map<string, readonly number[]>();
  const after = (h: number, x: Situation, y: number) => {
    const key = `${h} ${x.name}`;
    if (!means.has(key)) means.set(key, predictedRow(program, main, grid, h, x, counts, program.reinforcements));
    return means.get(key)![y]!;
  };
  // "before = Σ π_h E[P_h(y|x)], after = Σ w_h E[P_h(y|x) | D]"
  const predicted = (weights: readonly number[], target: Target, predict: typeof before) =>
    weightsGiven(program, weights, target.given, predict).reduce(
      (sum, weight, h) => sum + (weight === 0 ? 0 : weight * predict(h, target.situation, target.response)),
      0,
    );
  const priors = hypotheses.map((h) => h.prior);
  const whereDefined = (value: number) => (defined ? value : Number.NaN);

  const influence = program.evidence.map((e) => {
    const rest = program.evidence.filter((other) => other !== e);
    const without = posterior(program, hypotheses, effectiveCounts(program, rest), program.reinforcements, grid);
    return {
      e,
      weight: named(weightsOfEvidence(main, without).map((weight) => log(whereDefined(weight)))),
      shift: log(whereDefined(divergence(main.weights, without.weights))),
      capability: log(
        grid.names.length === 0 ? whereDefined(0) : capabilityDivergence(main.logDensity, without.logDensity, grid),
      ),
    };
  });

  const accounts = program.accounts.map(
    (account): { name: string; result?: AccountResult; notComputable?: boolean } => {
      try {
        return { name: account.name, result: accountResult(program, account) };
      } catch (problem) {
        if (problem instanceof NotComputable) return { name: account.name, notComputable: true };
        if (problem instanceof Unsupported) return { name: account.name };
        throw problem;
      }
    },
  );
  // "its probability under equal prior odds"
  const marginals = accounts.map((a) => a.result?.logMarginal ?? -Infinity);
  // What has no log marginal has no share of 1.
  const evidenceTotal = logSumExp(marginals.filter((log) => !Number.isNaN(log)));

  return {
    scenario: program.scenario,
    units: program.units,
    defined,
    logMarginal: log(main.logMarginal),
    personas: hypotheses.map((h, i) => ({
      name: h.name,
      prior: h.prior,
      posterior: whereDefined(main.weights[i]!),
      logLikelihood: log(main.logLikelihood[i]!),
    })),
    capabilities: program.capabilities.map((c) => ({
      name: c.name,
      before: c.value,
      // Who does not use the shared capability keeps its prior.
      after: main.weights.reduce((sum, weight, h) => sum + weight * main.capabilities[h]!.get(c.name)!.value, 0),
    })),
    evidence: influence.flatMap(({ e, weight, shift, capability }) => {
      if (e.episode === undefined) return [];
      const { times, ...said } = e.episode;
      return [{ ...said, count: times, weight, shift, capability }];
    }),
    datasets: influence.flatMap(({ e, weight, shift }) =>
      e.rows === undefined ? [] : [{ name: e.name, ...e.rows, weight, shift }],
    ),
    reinforcements: reinforcementParts(program, hypotheses, main, grid).map(
      ({ situation, selection, propensityShift }) => ({
        situation,
        selection: log(selection),
        propensityShift: log(propensityShift),
      }),
    ),
    probes: program.probes.map((probe) => ({
      situation: probe.situation.name,
      response: probe.situation.responses[probe.response]!.name,
      ...(probe.givenText === undefined ? {} : { given: probe.givenText }),
      before: predicted(priors, probe, before),
      after: predicted(main.weights, probe, after),
      byPersona: named(
        hypotheses.map((hypothesis, h) => {
          // What an h that the evidence excludes has learned from that evidence is not defined.
          const learns = grid.names.length > 0 || hypothesis.concentration !== undefined;
          const excluded = main.logLikelihood[h] === -Infinity;
          return excluded && learns ? Number.NaN : after(h, probe.situation, probe.response);
        }),
      ),
    })),
    expectations: program.expectations.map(({ target, persona, low, high, text }) => {
      const value =
        target === undefined
          ? main.weights[hypotheses.findIndex((h) => h.name === persona)]!
          : predicted(main.weights, target, after);
      const between = low !== undefined && high !== undefined;
      const holds = between ? value >= low && value <= high : low !== undefined ? value > low : value < high!;
      return { text, value, holds };
    }),
    ...(program.evaluations.length === 0
      ? {}
      : {
          evaluations: program.evaluations.map(({ label, situation, counts: seen }) => {
            const p = situation.responses.map((_, response) =>
              predicted(main.weights, { situation, response, given: [], text: '' }, after),
            );
            const n = seen.reduce((a, b) => a + b, 0);
            const score = (shares: readonly number[]) =>
              log(seen.reduce((sum, count, y) => (count === 0 ? sum : sum + count * Math.log(shares[y]!)), 0));
            const byResponse = (values: readonly number[]) =>
              Object.fromEntries(situation.responses.map((r, y) => [r.name, values[y]]));
            return {
              label,
              situation: situation.name,
              heldOut: false,
              run: 1,
              n,
              counts: byResponse(seen),
              predicted: byResponse(p.map(whereDefined)),
              logScore: score(p.map(whereDefined)),
              saturated: score(seen.map((count) => count / n)),
            };
          }),
        }),
    accounts: accounts.map(({ name, result, notComputable }) =>
      result === undefined
        ? { name, notComputable }
        : {
            name,
            logMarginal: log(result.logMarginal),
            probability: Math.exp(result.logMarginal - evidenceTotal),
            probes: result.probes,
            logScore: result.logScore === null ? null : log(result.logScore),
          },
    ),
  };
}

/**
 * "W_h = log odds(h|D) − log odds(h|D∖e)": the prior odds cancel, and what is left also holds for a prior of 0. Not defined
 * (NaN) where h, or every other persona, is out with e and without it.
 */
function weightsOfEvidence(withIt: Posterior, without: Posterior): number[] {
  return withIt.hypotheses.map((_h, index) => {
    const others = withIt.hypotheses.map((_, i) => i).filter((i) => i !== index && withIt.hypotheses[i]!.prior > 0);
    if (others.length === 0) return 0;
    const rest = (p: Posterior) => logSumExp(others.map((i) => Math.log(p.hypotheses[i]!.prior) + p.logLikelihood[i]!));
    return withIt.logLikelihood[index]! - without.logLikelihood[index]! - (rest(withIt) - rest(without));
  });
}

/**
 * "Report the change's two parts: KL(w'‖w) over personas (selection) and Σ_h w'_h KL(tilted_h‖P_h) (propensity shift)."
 * Reinforcements act in order: w has those before this one, w' this one too.
 */
function reinforcementParts(program: Program, hypotheses: readonly Hypothesis[], main: Posterior, grid: Grid) {
  const counts = effectiveCounts(program, program.evidence);
  return program.reinforcements.map((reinforcement, index) => {
    const upTo = (n: number): { active: readonly Reinforcement[]; state: Posterior } => {
      const active = program.reinforcements.slice(0, n);
      return { active, state: posterior(program, hypotheses, counts, active, grid) };
    };
    const [earlier, now] = [upTo(index), upTo(index + 1)];
    const x = reinforcement.situation;
    const mine = now.active.filter((r) => r.situation === x).length;
    const propensityShift = now.state.weights.reduce((sum, weight, h) => {
      if (weight === 0) return sum;
      const steps = predictiveSteps(program, hypotheses[h]!, x, counts, main.capabilities[h]!, now.active);
      return sum + weight * divergence(steps[mine]!, steps[mine - 1]!);
    }, 0);
    return { situation: x.name, selection: divergence(now.state.weights, earlier.state.weights), propensityShift };
  });
}
