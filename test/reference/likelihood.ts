/** One hypothesis and one situation, given the capabilities (LANGUAGE section 5: Propensity and capability, Likelihood, Reinforcement). */
import type { Counts, Pair } from './counts';
import type { UnitPoint } from './numbers';
import {
  betaNodes,
  betaPlace,
  logDirichletRatio,
  logPower,
  logSumExp,
  NotComputable,
  Unsupported,
  unitPoint,
} from './numbers';
import type { Capability, Persona, Program, Reinforcement } from './resolve';
import type { Situation } from './rows';

export interface Hypothesis {
  readonly name: string;
  readonly prior: number;
  /** Undefined for a rigid persona. */
  readonly concentration?: number;
  /** θ_hx: what h would do, given the capability. */
  readonly theta: (x: Situation) => readonly number[];
  /** False for novel, which is a distribution over *observed* responses. */
  readonly capabilities: boolean;
  readonly can: ReadonlyMap<string, number>;
}

/** κ of every learnable capability, shared by the hypotheses. */
export type Capabilities = ReadonlyMap<string, UnitPoint>;

export function personaHypothesis(persona: Persona, prior: number, concentration: number | undefined): Hypothesis {
  return {
    name: persona.name,
    prior,
    concentration,
    capabilities: true,
    can: persona.can,
    theta: (x) => persona.rows.get(x.name)!,
  };
}

/** "`novel` is Dirichlet(c/|Y| each) on the observed responses of every situation". */
export function novelHypothesis(prior: number, concentration: number): Hypothesis {
  const uniform = (x: Situation) => x.responses.map(() => 1 / x.responses.length);
  return { name: 'novel', prior, concentration, capabilities: false, can: new Map(), theta: uniform };
}

/** "κ is: the persona's `can c v` if written; else the capability's value, fixed; else, if learnable, one latent κ". */
export function capabilityOf(h: Hypothesis, capability: Capability, capabilities: Capabilities): UnitPoint {
  const own = h.can.get(capability.name);
  if (own !== undefined) return unitPoint(own);
  return capability.strength === undefined ? unitPoint(capability.value) : capabilities.get(capability.name)!;
}

/** "P_h(y|x) = θ_hx(y)·κ, and the lost mass θ_hx(y)·(1−κ) is added to P_h(f|x)." As logs. */
export function logPredictive(
  program: Program,
  h: Hypothesis,
  x: Situation,
  theta: readonly number[],
  capabilities: Capabilities,
): number[] {
  const pieces: number[][] = x.responses.map(() => []);
  x.responses.forEach((response, y) => {
    const logTheta = Math.log(theta[y]!);
    if (response.needs === undefined || !h.capabilities) {
      pieces[y]!.push(logTheta);
      return;
    }
    const capability = capabilityOf(h, capabilityNamed(program, response.needs), capabilities);
    pieces[y]!.push(logTheta + capability.log);
    pieces[response.fallback!]!.push(logTheta + capability.logRest);
  });
  return pieces.map(logSumExp);
}

export function capabilityNamed(program: Program, name: string): Capability {
  return program.capabilities.find((c) => c.name === name)!;
}

/** "Preference y over y': P = P_h(y)/(P_h(y)+P_h(y'))"; a half where both are impossible. */
export function logPreference(logRow: readonly number[], pair: { readonly y: number; readonly over: number }): number {
  const both = logSumExp([logRow[pair.y]!, logRow[pair.over]!]);
  return both === -Infinity ? -Math.LN2 : logRow[pair.y]! - both;
}

/** log L_h(D_x | κ) without reinforcements. */
export function logLikelihood(
  program: Program,
  h: Hypothesis,
  x: Situation,
  counts: Counts,
  capabilities: Capabilities,
): number {
  const n = counts.cells.get(x) ?? x.responses.map(() => 0);
  const pairs = counts.pairs.get(x) ?? [];
  const measured = counts.measured
    .filter((row) => row.situation === x)
    .reduce((sum, row) => sum + measuredTerm(h, row), 0);
  if (h.concentration === undefined) {
    const row = logPredictive(program, h, x, h.theta(x), capabilities);
    const cells = n.reduce((sum, count, y) => sum + logPower(row[y]!, count), 0);
    return measured + cells + pairs.reduce((sum, pair) => sum + logPower(logPreference(row, pair), pair.n), 0);
  }
  return measured + dirichlet(program, h, x, n, pairs, capabilities).logLikelihood;
}

/** "Rows of measured log-likelihoods add the same term to a persona". */
export function measuredTerm(h: Hypothesis, row: Counts['measured'][number]): number {
  const logprob = row.logprob[h.name];
  if (logprob === undefined) throw new NotComputable(`no measured value for ${h.name}`);
  return logPower(logprob, row.n);
}

/** Whether several capabilities share a fallback of x: what h would do is then not independent of what it can. */
export function mixesCapabilities(program: Program, h: Hypothesis, x: Situation, counts: Counts): boolean {
  if (h.concentration === undefined || !h.capabilities) return false;
  const n = counts.cells.get(x);
  const alpha = h.theta(x);
  return x.responses.some((_, f) => {
    const losing = x.responses.filter((r, y) => r.fallback === f && alpha[y]! > 0);
    const capabilities = losing.map((r) => capabilityKey(program, h, r.needs!)).filter((key) => key !== 'always');
    return (n?.[f] ?? 0) !== 0 && new Set(capabilities).size > 1;
  });
}

function capabilityKey(program: Program, h: Hypothesis, name: string): string {
  const capability = capabilityNamed(program, name);
  const own = h.can.get(name) ?? (capability.strength === undefined ? capability.value : undefined);
  return own === undefined ? name : own === 1 ? 'always' : String(own);
}

/** θ_hx after the evidence: the row itself, or the posterior mean of a Dirichlet row given the capabilities (on which it depends only where several share a fallback). */
export function meanRow(
  program: Program,
  h: Hypothesis,
  x: Situation,
  counts: Counts,
  capabilities: Capabilities,
): readonly number[] {
  if (h.concentration === undefined) return h.theta(x);
  const n = counts.cells.get(x) ?? x.responses.map(() => 0);
  return dirichlet(program, h, x, n, counts.pairs.get(x) ?? [], capabilities).mean;
}

/**
 * θ ~ Dirichlet(α), α = k·row. What is seen is a response y that comes from one intended response b: itself, times κ; or, for
 * a fallback, the response that needs the capability, times 1−κ. The multipliers leave the integral over θ, and b is counted.
 * A fallback that several responses with one capability share counts for their sum, which is Beta, apart from its division.
 */
function dirichlet(
  program: Program,
  h: Hypothesis,
  x: Situation,
  n: readonly number[],
  pairs: readonly Pair[],
  capabilities: Capabilities,
): { logLikelihood: number; mean: readonly number[] } {
  const alpha = h.theta(x).map((value) => value * h.concentration!);
  const sources = x.responses.map((_, y) => sourcesOf(program, h, x, y, alpha, capabilities));
  const base = alpha.map(() => 0);
  const shared: { members: readonly number[]; n: number; failing: readonly number[] }[] = [];
  let log = 0;
  for (let y = 0; y < alpha.length; y++) {
    if (n[y] === 0) continue;
    if (sources[y]!.length === 0) {
      // Impossible, and seen: h is out. Its row goes on from what h could have said.
      if (n[y]! > 0) log = -Infinity;
      else throw new Unsupported('negative count of an impossible response');
      continue;
    }
    const members = sources[y]!.map((s) => s.from);
    if (members.length > 1) {
      shared.push({ members, n: n[y]!, failing: sources[y]!.map((s) => s.multiplier) });
      continue;
    }
    log += logPower(oneMultiplier(sources[y]!), n[y]!);
    base[members[0]!]! += n[y]!;
  }

  // A tree of blocks: within a block (a shared fallback's sources, or a pair) the division is independent of its sum.
  const blocks: { members: readonly number[]; extra: number; wins: number[]; failing?: readonly number[] }[] =
    shared.map((s) => ({ members: s.members, extra: s.n, wins: s.members.map(() => 0), failing: s.failing }));
  for (const pair of pairs) {
    const [first, second] = [sources[pair.y]!, sources[pair.over]!];
    if (first.length === 0 || second.length === 0) {
      log += logPower(first.length > 0 ? 0 : second.length > 0 ? -Infinity : -Math.LN2, pair.n);
      continue;
    }
    const [m, rest] = [oneMultiplier(first), oneMultiplier(second)];
    if (first.length > 1 || second.length > 1)
      throw new Unsupported('a preference about a shared fallback, for a Dirichlet row');
    const [b, c] = [first[0]!.from, second[0]!.from];
    if (b === c) {
      log += logPower(m - logSumExp([m, rest]), pair.n); // y against its own fallback: the propensity cancels
      continue;
    }
    if (m !== rest) throw new Unsupported('a preference between different capabilities, for a Dirichlet row');
    const known = blocks.find(
      (block) => block.members.includes(b) && block.members.includes(c) && block.failing === undefined,
    );
    if (known !== undefined)
      known.wins = known.members.map((member, i) => known.wins[i]! + (member === b ? pair.n : 0));
    else blocks.push({ members: [b, c], extra: 0, wins: [pair.n, 0] });
  }
  if (new Set(blocks.flatMap((block) => block.members)).size < blocks.flatMap((block) => block.members).length) {
    throw new Unsupported('a response in two pairs, for a Dirichlet row'); // the language calls its number approximate
  }

  const inBlock = (y: number) => blocks.some((block) => block.members.includes(y));
  const singles = alpha.map((_, y) => y).filter((y) => !inBlock(y));
  const total = (values: readonly number[], members: readonly number[]) =>
    members.reduce((sum, y) => sum + values[y]!, 0);
  // "log L_h = Σ_x [log B(k·row + N_x) − log B(k·row)]", with each block's sum as one cell …
  log += logDirichletRatio(
    [...singles.map((y) => alpha[y]!), ...blocks.map((block) => total(alpha, block.members))],
    [...singles.map((y) => base[y]!), ...blocks.map((block) => total(base, block.members) + block.extra)],
  );
  const mass =
    alpha.reduce((sum, value, y) => sum + value + base[y]!, 0) + blocks.reduce((sum, block) => sum + block.extra, 0);
  const mean = alpha.map((value, y) => (value + base[y]!) / mass);
  for (const block of blocks) {
    const inner = block.members.map((y) => alpha[y]!);
    const seen = block.members.map((y) => base[y]!);
    // … its division, and then "the beta-binomial on (α_y+N_y, α_y'+N_y')" for a pair.
    log += logDirichletRatio(inner, seen);
    const after = inner.map((value, i) => value + seen[i]!);
    log += logDirichletRatio(after, block.wins);
    // … or who it was that failed, each with a probability of its own.
    const failed = whoFailed(after, block.failing ?? [], block.extra);
    log += failed.log;
    const share = after.map((value, i) => value + block.wins[i]! + failed.each[i]!);
    const shares = share.reduce((sum, value) => sum + value, 0);
    const blockMean = (total(alpha, block.members) + total(base, block.members) + block.extra) / mass;
    block.members.forEach((y, i) => {
      mean[y] = shares === 0 ? 0 : (blockMean * share[i]!) / shares;
    });
  }
  return { logLikelihood: log, mean };
}

/**
 * n failures, each of one of some responses whose division is Dirichlet(α) and who fail with given probabilities: log of
 * E[(Σ division·probability)^n], and how many failures each is expected to have had. For whole n the sum over how many were the
 * first group's (those who fail with the first probability); else an integral over that group's part of the division.
 */
function whoFailed(alpha: readonly number[], failing: readonly number[], n: number): { log: number; each: number[] } {
  const unique = [...new Set(failing)];
  const none = alpha.map(() => 0);
  if (unique.length === 0) return { log: 0, each: none };
  const total = (of: (i: number) => boolean) => alpha.reduce((sum, a, i) => sum + (of(i) ? a : 0), 0);
  if (unique.length === 1) {
    const all = total(() => true);
    return { log: logPower(unique[0]!, n), each: alpha.map((a) => (n * a) / all) };
  }
  if (unique.length > 2) throw new Unsupported('three capabilities that share a fallback, for a Dirichlet row');
  const [p, q] = unique as [number, number];
  const a = total((i) => failing[i] === p);
  const b = total((i) => failing[i] === q);
  const cases = Number.isInteger(n) ? countedFailures(a, b, n) : weighedFailures(a, b, n, p, q);
  const logs = cases.map((one) => one.log + one.first * p + (n - one.first) * q + one.extra);
  const log = logSumExp(logs);
  const first = cases.reduce((sum, one, i) => sum + Math.exp(logs[i]! - log) * one.failures, 0);
  return { log, each: alpha.map((value, i) => (failing[i] === p ? (first * value) / a : ((n - first) * value) / b)) };
}

interface FailureCase {
  /** Log probability, apart from first·p + (n−first)·q and `extra`. */
  readonly log: number;
  readonly first: number;
  readonly extra: number;
  /** How much it adds to the first group's pseudo-counts. */
  readonly failures: number;
}

const counted = new Map<string, readonly FailureCase[]>();

function countedFailures(a: number, b: number, n: number): readonly FailureCase[] {
  const key = `${a} ${b} ${n}`;
  if (!counted.has(key)) {
    let choose = 0;
    const cases: FailureCase[] = [];
    for (let k = 0; k <= n; k++) {
      if (k > 0) choose += Math.log((n - k + 1) / k);
      cases.push({ log: choose + logDirichletRatio([a, b], [k, n - k]), first: k, extra: 0, failures: k });
    }
    counted.set(key, cases);
  }
  return counted.get(key)!;
}

function weighedFailures(a: number, b: number, n: number, p: number, q: number): readonly FailureCase[] {
  const { centre, width } = betaPlace(a, b);
  return betaNodes(a, b, centre, width, 0.1).map((u) => ({
    log: u.logWeight,
    first: 0,
    extra: logPower(logSumExp([u.log + p, u.logRest + q]), n) - n * q,
    // E[u] = (a + failures)/(a + b + n)
    failures: u.value * (a + b + n) - a,
  }));
}

/** From which intended responses the observed response y comes, and times what (a log). */
function sourcesOf(
  program: Program,
  h: Hypothesis,
  x: Situation,
  y: number,
  alpha: readonly number[],
  capabilities: Capabilities,
): { from: number; multiplier: number; capability?: string }[] {
  const sources = x.responses.flatMap((response, from) => {
    if (response.needs === undefined || !h.capabilities) return from === y ? [{ from, multiplier: 0 }] : [];
    const capability = capabilityOf(h, capabilityNamed(program, response.needs), capabilities);
    if (from === y) return [{ from, multiplier: capability.log, capability: response.needs }];
    return response.fallback === y ? [{ from, multiplier: capability.logRest, capability: response.needs }] : [];
  });
  return sources.filter((source) => alpha[source.from]! > 0 && source.multiplier > -Infinity);
}

function oneMultiplier(sources: readonly { multiplier: number; capability?: string }[]): number {
  if (new Set(sources.map((source) => source.capability)).size > 1) {
    throw new Unsupported('a Dirichlet row whose fallback has several origins');
  }
  return sources[0]!.multiplier;
}

/**
 * "With Z = Σ_y P_h(y|x)·exp(r(y)/(ρb)): log L_h += ρ·log Z, and inside h the propensities tilt to P_h(y|x)·exp(r(y)/(ρb))/Z
 * … no `rigidity` means … log L_h += Σ_y P_h(y|x)·r(y)/b and nothing tilts." In order: each sees the row of the one before.
 */
export function reinforce(
  logRow: readonly number[],
  reinforcements: readonly Reinforcement[],
): { log: number; steps: (readonly number[])[] } {
  let row = logRow;
  let log = 0;
  const steps: (readonly number[])[] = [];
  for (const { beta, rigidity, reward } of reinforcements) {
    if (rigidity === undefined) {
      log += row.reduce((sum, p, y) => sum + Math.exp(p) * (reward[y]! / beta), 0);
    } else {
      const raised = row.map((p, y) => p + reward[y]! / (rigidity * beta));
      const logZ = logSumExp(raised);
      log += rigidity * logZ;
      row = raised.map((p) => p - logZ);
    }
    steps.push(row);
  }
  return { log, steps };
}
