/**
 * The latent abilities: κ_c ~ Beta(a, b), shared by all hypotheses that do not have one of their own, integrated out
 * over all situations at once (LANGUAGE section 5).
 *
 * A hypothesis' likelihood is a product of powers of forms that are affine in κ. Factors κ^n and (1−κ)^m (everything,
 * where failures have a fallback of their own) update the Beta in closed form; the others are integrated numerically.
 * Forms with two abilities couple them: coupled abilities are eliminated from the leaves of the coupling tree inwards.
 */
import betaln from '@stdlib/math-base-special-betaln';
import type { AbilityPoint } from './abilityPoint';
import { type Form, formAlong, formLog, formValue, pureSide } from './forms';
import { betaLogRatio } from './gamma';
import {
  integrateInSteps,
  integrateLine,
  type Lattice,
  type LineDensity,
  latticeMean,
  logistic,
  logLogistic,
} from './quadrature';
import type { Stepwise } from './stepwise';
import type { Structure } from './structure';

/** exponent · log(offset + form). */
export interface PowerTerm {
  readonly form: Form;
  readonly exponent: number;
  readonly offset: number;
}

/** (numerator) / (offset + denominator), added to the log likelihood as it is; no denominator: 1. */
export interface RatioTerm {
  readonly numerator: Form;
  readonly denominator?: Form;
}

export interface AbilityProblem {
  /** By capability: exponents of κ and of 1−κ. */
  readonly hit: Float64Array;
  readonly miss: Float64Array;
  readonly powers: readonly PowerTerm[];
  readonly ratios: readonly RatioTerm[];
}

/** One ability's posterior, as far as it is not coupled: Beta(hit, miss) times numeric factors, or that alone. */
export interface AbilityMarginal {
  readonly mean: number;
  /** 1 − mean, without cancellation. */
  readonly meanMiss: number;
  /** Set where the posterior is exactly Beta. */
  readonly beta?: readonly [number, number];
  /** Log density over t = logit κ, normalised. */
  readonly log: (t: number) => number;
  /** Its shape, for integrating over it. */
  readonly density: LineDensity;
  readonly lattice?: Lattice;
}

export interface AbilitySolution {
  /** log of the integral over all abilities; NaN where it cannot be computed. */
  readonly log: number;
  /** By capability; undefined where fixed. */
  readonly marginals: readonly (AbilityMarginal | undefined)[];
  /** Groups of coupled abilities with more than one member. */
  readonly coupled: readonly (readonly number[])[];
  readonly failed: boolean;
  readonly problem: AbilityProblem;
  /** The numeric integrals under the Betas, by independent group of abilities. */
  readonly integrals: readonly { readonly abilities: readonly number[]; readonly log: number }[];
}

export function noTerms(structure: Structure): AbilityProblem {
  const size = structure.value.length;
  return { hit: new Float64Array(size), miss: new Float64Array(size), powers: [], ratios: [] };
}

function formsOf(term: PowerTerm | RatioTerm): Form[] {
  if ('form' in term) return [term.form];
  return term.denominator ? [term.numerator, term.denominator] : [term.numerator];
}

function abilitiesOf(term: PowerTerm | RatioTerm): number[] {
  const seen = new Set<number>();
  for (const f of formsOf(term)) for (const c of f.abilities) seen.add(c);
  return [...seen].sort((a, b) => a - b);
}

/** A term with all abilities but one put at values: what it adds at t. */
export interface Curve {
  /** At t, with κ and 1−κ there. */
  readonly at: (t: number, kappa: number, other: number) => number;
  /** Where on the line it bends. */
  readonly bend: readonly number[];
  /** How much it can vary, for judging rounding. */
  readonly size: number;
}

/** exponent · log(u·(1−κ) + v·κ) for u, v ≥ 0, not both 0; the form that most things take on a line. */
export function affineCurve(u: number, v: number, exponent: number): Curve {
  const size = Math.abs(exponent);
  if (u === 0) return { at: (t) => exponent * (Math.log(v) + logLogistic(t)), bend: [], size };
  if (v === 0) return { at: (t) => exponent * (Math.log(u) + logLogistic(-t)), bend: [], size };
  return { at: (_, k, o) => exponent * Math.log(u * o + v * k), bend: [Math.log(u) - Math.log(v)], size };
}

function curve(term: PowerTerm | RatioTerm, ability: number, at: Float64Array): Curve {
  if ('form' in term) {
    const [u, v] = formAlong(term.form, ability, at);
    if (term.offset === 0) return affineCurve(u, v, term.exponent);
    const bend = [Math.log(1 + u) - Math.log(1 + v)];
    return { at: (_, k, o) => term.exponent * Math.log1p(u * o + v * k), bend, size: Math.abs(term.exponent) };
  }
  const [nu, nv] = formAlong(term.numerator, ability, at);
  const size = Math.abs(nu) + Math.abs(nv);
  if (!term.denominator) return { at: (_, k, o) => nu * o + nv * k, bend: [], size };
  const [du, dv] = formAlong(term.denominator, ability, at);
  const bend = du > 0 && dv > 0 ? [Math.log(du) - Math.log(dv)] : [];
  return { at: (_, k, o) => (nu * o + nv * k) / (du * o + dv * k), bend, size };
}

/** Beta(a, b) times the given terms, seen along one ability. */
export function lineOf(
  a: number,
  b: number,
  curves: readonly Curve[],
  extra?: (t: number) => number,
  marks: readonly number[] = [],
): LineDensity {
  const landmarks = new Set<number>([0, ...marks]);
  const mode = Math.log(a / b);
  if (Math.abs(mode) < 700) landmarks.add(mode);
  let size = a + b;
  for (const c of curves) {
    for (const t of c.bend) landmarks.add(t);
    size += c.size;
  }
  const norm = betaln(a, b);
  const log = (t: number) => {
    const k = logistic(t);
    const o = logistic(-t);
    let sum = a * logLogistic(t) + b * logLogistic(-t) - norm;
    for (const c of curves) sum += c.at(t, k, o);
    return extra ? sum + extra(t) : sum;
  };
  const sorted = [...landmarks].sort((x, y) => x - y);
  return { log, landmarks: sorted, reach: 42 + Math.log1p(size), magnitude: size + Math.abs(norm) };
}

function numericMarginal(
  density: LineDensity,
  lattice = integrateLine(density),
): { log: number; marginal: AbilityMarginal } {
  const marginal: AbilityMarginal = {
    mean: latticeMean(lattice, logistic),
    meanMiss: latticeMean(lattice, (t) => logistic(-t)),
    log: (t) => density.log(t) - lattice.log,
    density: { ...density, log: (t) => density.log(t) - lattice.log },
    lattice,
  };
  return { log: lattice.log, marginal };
}

export function betaMarginal(a: number, b: number): AbilityMarginal {
  const density = lineOf(a, b, []);
  return { mean: a / (a + b), meanMiss: b / (a + b), beta: [a, b], log: density.log, density };
}

/** Inner integrals between two stops. */
const INTEGRALS_A_STEP = 8;
/** How deep a coupling tree may be: leaves, and leaves of the leaves. */
const MOST_DEPTH = 2;

/** Solve: the integral over all latent abilities, and each one's posterior. Only coupled ones take more than one step. */
export function* solveAbilities(structure: Structure, problem: AbilityProblem): Stepwise<AbilitySolution> {
  const size = structure.value.length;
  const at = Float64Array.from(structure.value);
  const own: (PowerTerm | RatioTerm)[][] = Array.from({ length: size }, () => []);
  const edges: { a: number; b: number; term: PowerTerm | RatioTerm }[] = [];
  let log = 0;
  let failed = false;
  const integrals: { abilities: readonly number[]; log: number }[] = [];
  for (const term of [...problem.powers, ...problem.ratios]) {
    if ('form' in term && term.exponent === 0) continue;
    const involved = abilitiesOf(term);
    if (involved.length === 1) own[involved[0]].push(term);
    else if (involved.length === 2) edges.push({ a: involved[0], b: involved[1], term });
    else failed = true;
  }
  const hit = (c: number) => structure.priorHit[c] + problem.hit[c];
  const miss = (c: number) => structure.priorMiss[c] + problem.miss[c];
  const marginals: (AbilityMarginal | undefined)[] = Array.from({ length: size }, () => undefined);
  for (let c = 0; c < size; c++) {
    if (!structure.learnable[c]) continue;
    if (!(hit(c) > 0 && miss(c) > 0)) failed = true;
  }
  const coupled = groupsOf(size, edges);
  if (failed) return { log: Number.NaN, marginals, coupled, failed, problem, integrals };

  for (let c = 0; c < size; c++) {
    if (!structure.learnable[c]) continue;
    log += betaLogRatio(structure.priorHit[c], structure.priorMiss[c], problem.hit[c], problem.miss[c]);
    if (coupled.some((group) => group.includes(c))) continue;
    if (own[c].length === 0) {
      marginals[c] = betaMarginal(hit(c), miss(c));
      continue;
    }
    const solved = numericMarginal(
      lineOf(
        hit(c),
        miss(c),
        own[c].map((term) => curve(term, c, at)),
      ),
    );
    log += solved.log;
    integrals.push({ abilities: [c], log: solved.log });
    marginals[c] = solved.marginal;
  }

  for (const group of coupled) {
    const links = (c: number) => [...new Set(edges.flatMap((e) => (e.a === c ? [e.b] : e.b === c ? [e.a] : [])))];
    const distinct = group.reduce((n, c) => n + links(c).length, 0) / 2;
    if (distinct !== group.length - 1) return { log: Number.NaN, marginals, coupled, failed: true, problem, integrals };
    /** The density along c, everything on the far side of `parent` put at `at`, everything nearer integrated out. */
    const along = (c: number, parent: number, depth: number): LineDensity | undefined => {
      if (depth > MOST_DEPTH) return undefined;
      const children = links(c).filter((d) => d !== parent);
      const upward = edges.filter((e) => (e.a === c && e.b === parent) || (e.b === c && e.a === parent));
      const curves = [...own[c], ...upward.map((e) => e.term)].map((term) => curve(term, c, at));
      if (children.length === 0) return lineOf(hit(c), miss(c), curves);
      const marks: number[] = [];
      for (const e of edges) {
        if (e.a !== c && e.b !== c) continue;
        const other = e.a === c ? e.b : e.a;
        const kept = at[other];
        for (const end of [0, 0.5, 1]) {
          at[other] = end;
          marks.push(...curve(e.term, c, at).bend);
        }
        at[other] = kept;
      }
      const inner = (t: number) => {
        const kept = at[c];
        at[c] = logistic(t);
        let sum = 0;
        for (const d of children) {
          const density = along(d, c, depth + 1);
          sum += density ? integrateLine(density).log : Number.NaN;
        }
        at[c] = kept;
        return sum;
      };
      return lineOf(hit(c), miss(c), curves, inner, marks);
    };
    // The root with the most links: in a star all others hang on it, and their means come with its integral.
    const root = group.reduce((best, c) => (links(c).length > links(best).length ? c : best), group[0]);
    const star = links(root).length === group.length - 1;
    for (const c of star ? [root] : group) {
      const density = along(c, -1, 0);
      const solved = density ? numericMarginal(density, yield* integrateInSteps(density, INTEGRALS_A_STEP)) : undefined;
      if (!solved || Number.isNaN(solved.log))
        return { log: Number.NaN, marginals, coupled, failed: true, problem, integrals };
      if (c === root) {
        log += solved.log;
        integrals.push({ abilities: group, log: solved.log });
      }
      marginals[c] = solved.marginal;
      if (!star) continue;
      const { nodes, weights } = solved.marginal.lattice as Lattice;
      for (const d of group) {
        if (d === root) continue;
        let mean = 0;
        let meanMiss = 0;
        for (let i = 0; i < nodes.length; i++) {
          if (!(weights[i] > 1e-22)) continue;
          if (i % INTEGRALS_A_STEP === 0) yield;
          at[root] = logistic(nodes[i]);
          const given = integrateLine(along(d, root, 1) as LineDensity);
          mean += weights[i] * latticeMean(given, logistic);
          meanMiss += weights[i] * latticeMean(given, (t) => logistic(-t));
        }
        // Its own marginal is integrated only where somebody asks for it.
        const own = along(d, -1, 0) as LineDensity;
        const density = { ...own, log: (t: number) => own.log(t) - solved.log };
        marginals[d] = { mean, meanMiss, log: density.log, density };
      }
    }
  }
  return { log, marginals, coupled, failed: false, problem, integrals };
}

/** Connected groups of more than one ability, each ascending. */
function groupsOf(size: number, edges: readonly { a: number; b: number }[]): number[][] {
  const root = Int32Array.from({ length: size }, (_, c) => c);
  const find = (c: number): number => (root[c] === c ? c : find(root[c]));
  for (const { a, b } of edges) {
    const [x, y] = [find(a), find(b)];
    root[Math.max(x, y)] = Math.min(x, y);
  }
  const groups: number[][] = [];
  for (let c = 0; c < size; c++) {
    if (find(c) !== c) continue;
    const members = Array.from({ length: size }, (_, d) => d).filter((d) => find(d) === c);
    if (members.length > 1) groups.push(members);
  }
  return groups;
}

/** Split a term into the closed-form exponents where it is a power of κ or of 1−κ alone; else keep it numeric. */
export function addPower(
  problem: { hit: Float64Array; miss: Float64Array; powers: PowerTerm[] },
  term: PowerTerm,
): void {
  const side = term.offset === 0 ? pureSide(term.form) : undefined;
  if (side === 'hit') problem.hit[term.form.abilities[0]] += term.exponent;
  else if (side === 'miss') problem.miss[term.form.abilities[0]] += term.exponent;
  else problem.powers.push(term);
}

/**
 * Log of the joint posterior density of some abilities, with respect to their logits, at a point. Abilities that are
 * coupled with these must be among them.
 */
export function jointDensity(
  structure: Structure,
  solution: AbilitySolution,
  abilities: readonly number[],
): (point: AbilityPoint) => number {
  const { problem } = solution;
  const has = (list: readonly number[]) => list.some((c) => abilities.includes(c));
  const powers = problem.powers.filter((t) => t.exponent !== 0 && has(abilitiesOf(t)));
  const ratios = problem.ratios.filter((t) => has(abilitiesOf(t)));
  let norm = 0;
  for (const part of solution.integrals) if (has(part.abilities)) norm += part.log;
  const exponents = abilities.map(
    (c) => [structure.priorHit[c] + problem.hit[c], structure.priorMiss[c] + problem.miss[c]] as const,
  );
  for (const [a, b] of exponents) norm += betaln(a, b);
  return (point) => {
    let sum = -norm;
    abilities.forEach((c, i) => {
      sum += exponents[i][0] * point.logHit[c] + exponents[i][1] * point.logMiss[c];
    });
    for (const p of powers)
      sum += p.exponent * (p.offset === 0 ? formLog(p.form, point) : Math.log1p(formValue(p.form, point)));
    for (const r of ratios)
      sum += formValue(r.numerator, point) / (r.denominator ? formValue(r.denominator, point) : 1);
    return sum;
  };
}

/**
 * By how much the integral with some evidence exceeds the one without. Where everything is a Beta it is computed from
 * `change`, the evidence's own exponents, and not as a difference of totals.
 */
export function abilityGain(full: AbilitySolution, rest: AbilitySolution, change: AbilityProblem | undefined): number {
  if (!change || change.powers.length > 0) return full.log - rest.log;
  let sum = 0;
  for (let c = 0; c < rest.marginals.length; c++) {
    const without = rest.marginals[c];
    if (!without) continue;
    if (!without.beta || !full.marginals[c]?.beta) return full.log - rest.log;
    if (change.hit[c] !== 0 || change.miss[c] !== 0)
      sum += betaLogRatio(...without.beta, change.hit[c], change.miss[c]);
  }
  return sum;
}
