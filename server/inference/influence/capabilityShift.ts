/**
 * How far evidence moves the capabilities: KL of the capability posterior with it from the one without. Where all hypotheses
 * agree it is a divergence of two Betas in closed form.
 */

import { type CapabilitySolution, jointDensity } from '../capabilities/capabilities';
import {
  type CapabilityChange,
  capabilityChange,
  changeAt,
  changedCapabilities,
} from '../capabilities/capabilityChange';
import { type CapabilityNodes, capabilityNodes } from '../capabilities/capabilityNodes';
import { type MixtureNodes, mixtureNodes } from '../capabilities/mixtureNodes';
import type { Gains } from '../likelihood/gains';
import type { Likelihood } from '../likelihood/likelihood';
import type { LogLikelihoods } from '../likelihood/logLikelihoods';
import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import { betaDivergence } from '../numbers/gamma';
import { logSumExp, xMinusLog1p } from '../numbers/logarithms';
import type { Stepwise } from '../stepwise';

/** Hypotheses with the same posterior of the capabilities, with the evidence and without it. */
interface Party {
  readonly now: CapabilitySolution;
  readonly then: CapabilitySolution;
  weightNow: number;
  weightThen: number;
}

/**
 * KL of the posterior of the capabilities with the evidence from the one without, nats. Capabilities that are independent of
 * all others given the data add up; those that are not (coupled in situations, or seen differently by different
 * hypotheses) are taken together. Where these are too many for nodes over all of them, marginal divergences are added if only
 * hypotheses tie them together; else it is not computed: NaN.
 */
export function* capabilityShift(
  likelihood: Likelihood,
  logLikelihoods: LogLikelihoods,
  found: Gains,
  weights: Float64Array,
  move: { readonly without: Float64Array },
): Stepwise<number> {
  const { structure } = likelihood;
  const parties: Party[] = [];
  for (let h = 0; h < weights.length; h++) {
    if (!(weights[h] > 0 || move.without[h] > 0)) continue;
    const [now, then] = [logLikelihoods.capabilities[h], found.capabilities[h]];
    if (!now || !then || now.failed || then.failed) return structure.learnable.some(Boolean) ? Number.NaN : 0;
    const same = parties.find((p) => p.now === now && p.then === then);
    if (same) {
      same.weightNow += weights[h];
      same.weightThen += move.without[h];
    } else parties.push({ now, then, weightNow: weights[h], weightThen: move.without[h] });
  }
  const [first] = parties;
  const differing = differingCapabilities(structure, parties);
  let sum = 0;
  const seen = new Set<number>(differing);
  for (let c = 0; c < structure.value.length; c++) {
    if (!structure.learnable[c] || seen.has(c)) continue;
    const group = [...new Set([...first.now.coupling.groupOf(c), ...first.then.coupling.groupOf(c)])];
    for (const d of group) seen.add(d);
    sum += yield* groupShift(
      structure,
      first,
      group.sort((a, b) => a - b),
    );
  }
  const still = parties.every((p) => p.now === p.then && p.weightNow === p.weightThen);
  if (differing.length === 0 || still) return sum;
  const view = yield* mixtureView(structure, logLikelihoods, parties, differing);
  if (view) return sum + (yield* mixtureShift(structure, parties, differing, view));
  // Too many for nodes: each one's own, without what they say about each other.
  const coupled = (p: Party) =>
    differing.some((c) => p.now.coupling.neighbours(c).length + p.then.coupling.neighbours(c).length > 0);
  if (parties.some(coupled)) return Number.NaN;
  for (const c of differing) {
    const own = yield* mixtureView(structure, logLikelihoods, parties, [c]);
    sum += own ? yield* mixtureShift(structure, parties, [c], own) : Number.NaN;
  }
  return sum;
}

/** The capabilities that hypotheses see differently, and all that these are coupled with, ascending. */
function differingCapabilities(structure: Structure, parties: readonly Party[]): number[] {
  if (parties.length < 2) return [];
  const found = new Set<number>();
  const agree = (c: number, of: 'now' | 'then') => new Set(parties.map((p) => p[of].coupling.signature(c))).size === 1;
  for (let c = 0; c < structure.value.length; c++)
    if (structure.learnable[c] && !(agree(c, 'now') && agree(c, 'then'))) found.add(c);
  for (const c of found)
    for (const p of parties)
      for (const d of [...p.now.coupling.groupOf(c), ...p.then.coupling.groupOf(c)]) found.add(d);
  return [...found].sort((a, b) => a - b);
}

/** What all hypotheses see alike. */
function* groupShift(structure: Structure, { now, then }: Party, group: readonly number[]): Stepwise<number> {
  const [a, b] = [now.coupling, then.coupling];
  if (group.length === 1 && a.plain(group[0]) && b.plain(group[0])) {
    const [c] = group;
    return a.hit[c] === b.hit[c] && a.miss[c] === b.miss[c]
      ? 0
      : betaDivergence(a.hit[c], a.miss[c], b.hit[c], b.miss[c]);
  }
  const change = capabilityChange(now, then, group);
  if (change.exponents.length + change.terms.length === 0) return 0;
  // Only the capabilities that the evidence speaks about, and what lies between them; the others follow.
  const concerned = now.coupling.between(changedCapabilities(change));
  const nodes = yield* nodesFor(structure, now, concerned);
  if (nodes) return yield* ratioShift(structure, nodes, (point) => changeAt(change, point));
  // Too many for nodes: −E[log(then/now)], factor by factor.
  let sum = change.norm;
  for (const part of partsOf(change)) {
    const few = yield* nodesFor(structure, now, now.coupling.between(changedCapabilities(part)));
    if (!few) return Number.NaN;
    sum -= yield* meanOver(structure, few, (point) => changeAt(part, point));
  }
  return Math.max(0, sum);
}

function partsOf({ exponents, terms }: CapabilityChange): CapabilityChange[] {
  return [
    ...exponents.map((e) => ({ exponents: [e], terms: [], norm: 0 })),
    ...terms.map((t) => ({ exponents: [], terms: [t], norm: 0 })),
  ];
}

/** At most so many nodes, with the finest grain that keeps to it. */
const MOST_NODES = 200_000;
const THINNING = [0, 1e-10, 1e-8] as const;

const laid = new WeakMap<CapabilitySolution, Map<string, CapabilityNodes | undefined>>();

function* nodesFor(
  structure: Structure,
  solution: CapabilitySolution,
  capabilities: readonly number[],
): Stepwise<CapabilityNodes | undefined> {
  const known = laid.get(solution) ?? new Map<string, CapabilityNodes | undefined>();
  laid.set(solution, known);
  const key = capabilities.join();
  if (known.has(key)) return known.get(key);
  let nodes: CapabilityNodes | undefined;
  for (const tolerance of THINNING) {
    nodes = yield* capabilityNodes(structure, solution, capabilities, tolerance, MOST_NODES);
    if (nodes) break;
  }
  known.set(key, nodes);
  return nodes;
}

/** Nodes between two stops. */
const NODES_A_STEP = 1000;

function* eachNode(
  structure: Structure,
  nodes: CapabilityNodes,
  visit: (index: number, point: CapabilityPoint, logits: Float64Array) => void,
  parties = 1,
): Stepwise<void> {
  const every = Math.ceil(NODES_A_STEP / parties);
  const point = pointAt(structure);
  const logits = new Float64Array(structure.value.length);
  for (let i = 0; i < nodes.count; i++) {
    if (i % every === every - 1) yield;
    for (let c = 0; c < logits.length; c++) {
      const values = nodes.logit[c];
      if (!values || values[i] === logits[c]) continue;
      logits[c] = values[i];
      setCapability(point, c, values[i]);
    }
    visit(i, point, logits);
  }
}

function* meanOver(
  structure: Structure,
  nodes: CapabilityNodes,
  of: (point: CapabilityPoint) => number,
): Stepwise<number> {
  let sum = 0;
  yield* eachNode(structure, nodes, (i, point) => {
    sum += nodes.weight[i] * of(point);
  });
  return sum;
}

/** Sums for KL(now ‖ then) from r = then/now − 1 at nodes of `now`. */
class Divergence {
  private gaps = 0;
  private excess = 0;
  private logs = 0;

  /** `log` is log(1 + ratio). */
  add(weight: number, ratio: number, log: number): void {
    this.logs += weight * log;
    this.excess += weight * ratio;
    this.gaps += weight * (Math.abs(ratio) < 0.1 ? xMinusLog1p(ratio) : ratio - log);
  }

  /**
   * Σ (r − log(1+r)), which keeps the digits of small moves, as long as `then` is all where the nodes are: up to the
   * rounding of its norm the ratios' mean is then 1. Else the mean of the logs alone, which needs no more than `now`.
   */
  get value(): number {
    const sound = Math.abs(this.excess) <= 1e-11 + 1e-9 * this.gaps;
    return Math.max(0, sound ? this.gaps : -this.logs);
  }
}

function* ratioShift(
  structure: Structure,
  nodes: CapabilityNodes,
  log: (point: CapabilityPoint) => number,
): Stepwise<number> {
  const found = new Divergence();
  yield* eachNode(structure, nodes, (i, point) => {
    const x = log(point);
    found.add(nodes.weight[i], Math.expm1(x), x);
  });
  return found.value;
}

/** The mixture over hypotheses, laid out once for all the evidence that may be left out. */
interface View {
  readonly nodes: MixtureNodes;
  /** By the signature of a part: log of its share of the mixture's density at the nodes. */
  readonly share: ReadonlyMap<string, Float64Array>;
}

const views = new WeakMap<LogLikelihoods, Map<string, View | undefined>>();

/** Let go of the nodes that were laid for a weighing: there may be a million of them. */
export function forgetNodes(logLikelihoods: LogLikelihoods): void {
  views.delete(logLikelihoods);
  for (const solution of logLikelihoods.capabilities) if (solution) laid.delete(solution);
}

const signatureOf = (solution: CapabilitySolution, capabilities: readonly number[]): string =>
  capabilities.map((c) => solution.coupling.signature(c)).join('|');

function* mixtureView(
  structure: Structure,
  logLikelihoods: LogLikelihoods,
  parties: readonly Party[],
  capabilities: readonly number[],
): Stepwise<View | undefined> {
  const known = views.get(logLikelihoods) ?? new Map<string, View | undefined>();
  views.set(logLikelihoods, known);
  const key = capabilities.join();
  if (known.has(key)) return known.get(key);
  const pieces = new Map<string, { readonly solution: CapabilitySolution; weight: number }>();
  for (const { now, weightNow } of parties) {
    if (weightNow === 0) continue;
    const signature = signatureOf(now, capabilities);
    const same = pieces.get(signature);
    if (same) same.weight += weightNow;
    else pieces.set(signature, { solution: now, weight: weightNow });
  }
  const nodes = yield* mixtureNodes(structure, [...pieces.values()], capabilities);
  const view = nodes && { nodes, share: new Map([...pieces.keys()].map((name, k) => [name, nodes.share[k]])) };
  known.set(key, view);
  return view;
}

/** KL of the mixture over hypotheses from what it is without the evidence. */
function* mixtureShift(
  structure: Structure,
  parties: readonly Party[],
  capabilities: readonly number[],
  { nodes, share }: View,
): Stepwise<number> {
  const alive = parties
    .filter((p) => p.weightNow > 0)
    .map((p) => ({ ...p, signature: signatureOf(p.now, capabilities) }));
  // A part's share is divided among those who see the capabilities so with the evidence, and not all so without it.
  const weightOf = new Map<string, number>();
  for (const p of alive) weightOf.set(p.signature, (weightOf.get(p.signature) ?? 0) + p.weightNow);
  const old = alive.map((p) => ({
    share: share.get(p.signature) as Float64Array,
    logWeight: Math.log(p.weightNow) - Math.log(weightOf.get(p.signature) as number),
    tilt: Math.log(p.weightThen) - Math.log(p.weightNow),
    change: capabilityChange(p.now, p.then, capabilities),
  }));
  const born = parties
    .filter((p) => p.weightNow === 0)
    .map((p) => ({ logWeight: Math.log(p.weightThen), density: jointDensity(p.then, capabilities) }));
  const logs = new Float64Array(parties.length);
  const found = new Divergence();
  yield* eachNode(
    structure,
    nodes,
    (i, point, logits) => {
      let ratio = 0;
      let k = 0;
      for (const p of old) {
        const own = p.logWeight + p.share[i];
        const x = p.tilt + changeAt(p.change, point);
        logs[k++] = own + x;
        ratio += Math.abs(x) < 1 ? Math.exp(own) * Math.expm1(x) : Math.exp(own + x) - Math.exp(own);
      }
      for (const p of born) {
        logs[k] = p.logWeight + p.density(point, logits) - nodes.log[i];
        ratio += Math.exp(logs[k++]);
      }
      found.add(nodes.weight[i], ratio, Math.abs(ratio) < 0.5 ? Math.log1p(ratio) : logSumExp(logs));
    },
    parties.length,
  );
  return found.value;
}
