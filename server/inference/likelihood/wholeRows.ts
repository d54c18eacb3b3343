/**
 * What looks at a hypothesis' rows as a whole: Dirichlet posterior means, reinforcements, preferences without a closed
 * form, and the integral over capabilities around them.
 */
import {
  addPower,
  type CapabilityProblem,
  type CapabilitySolution,
  noTerms,
  solveCapabilities,
} from '../capabilities/capabilities';
import { sharedFallbackLog } from '../capabilities/sharedFallback';
import { capabilitiesOf, type PowerTerm, type RatioTerm, termKey } from '../capabilities/terms';
import { pointAt } from '../model/capabilityPoint';
import { cellForm, type Form } from '../model/forms';
import type { Structure } from '../model/structure';
import type { Stepwise } from '../stepwise';
import { dirichletMeans, type SharedLoss, sharedLosses } from './dirichlet';
import type { CapabilityFactor } from './factor';
import type { Likelihood } from './likelihood';
import { formPair, shareBeta } from './preference';
import { reinforcementTerms } from './reinforcement';
import { type CapabilityMeans, keepShares, sharedMeans } from './sharedMeans';

/** Posterior mean row of a Dirichlet hypothesis: its cells, then the ratios of its preference pairs in their order. */
export function meanRow(likelihood: Likelihood, h: number, counts: Float64Array): Float64Array {
  const row = Float64Array.from(likelihood.hypotheses[h].row);
  const pieces = likelihood.dirichlet[h];
  if (!pieces) return row;
  for (const plan of pieces.plans) if (plan) dirichletMeans(plan, counts, row);
  for (const s of pieces.shares) {
    const { a, b, n, m } = shareBeta(pieces, s, counts);
    if (n === 0 && m === 0) continue;
    // The mean ratio moves by the factor that the Beta's own mean moves by.
    const oddsFactor = ((a + n) / (b + m)) * (b / a);
    const total = row[s.a] + row[s.b];
    const odds = (row[s.a] / row[s.b]) * oddsFactor;
    row[s.a] = odds === Number.POSITIVE_INFINITY ? total : (total * odds) / (1 + odds);
    row[s.b] = total / (1 + odds);
  }
  return row;
}

/** Reinforcements, and preferences without a closed form, of a hypothesis at a row: what depends on θ as a whole. */
export function rowTerms(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  counts: Float64Array,
  reinforced: number,
): { constant: number; powers: PowerTerm[]; ratios: RatioTerm[] } {
  const { structure, hypotheses, reinforcements } = likelihood;
  const hypothesis = hypotheses[h];
  const active = reinforcements.slice(0, reinforced);
  let constant = 0;
  const powers: PowerTerm[] = [];
  const ratios: RatioTerm[] = [];
  for (const x of [...new Set(active.map((r) => r.situation))].sort((a, b) => a - b)) {
    const forms: Form[] = [];
    for (let cell = structure.offset[x]; cell < structure.offset[x + 1]; cell++)
      forms.push(cellForm(structure, hypothesis, cell, row));
    const terms = reinforcementTerms(
      forms,
      active.filter((r) => r.situation === x),
    );
    constant += terms.constant;
    powers.push(...terms.powers);
    ratios.push(...terms.ratios);
  }
  for (const p of likelihood.dirichlet[h]?.plugIns ?? []) {
    const n = counts[p.key];
    if (n === 0) continue;
    const factors: CapabilityFactor[] = [];
    const [a, b] = [cellForm(structure, hypothesis, p.preferred, row), cellForm(structure, hypothesis, p.over, row)];
    constant += n * formPair(a, b, p.key, factors);
    for (const f of factors) powers.push({ form: f.form, exponent: n * f.sign, offset: 0 });
  }
  return { constant, powers, ratios };
}

/** The capabilities' problem of a profile at given counts. */
export function profileProblem(
  likelihood: Likelihood,
  profile: number,
  counts: Float64Array,
): CapabilityProblem & { powers: PowerTerm[] } {
  const empty = noTerms(likelihood.structure);
  const problem = { ...empty, powers: [] as PowerTerm[] };
  for (const f of likelihood.profiles[profile]) {
    const exponent = f.sign * counts[f.key];
    if (exponent !== 0) addPower(problem, { form: f.form, exponent, offset: 0 });
  }
  return problem;
}

function hasLatent(structure: Structure): boolean {
  return structure.learnable.some(Boolean);
}

/** One hypothesis' part that integrates over capabilities and looks at whole rows. */
interface SolvedHypothesis {
  /** What whole rows add to the log likelihood, capabilities apart. */
  readonly constant: number;
  readonly solution: CapabilitySolution | undefined;
  /** Posterior mean row. */
  readonly row: Float64Array;
  /** Where capabilities and rows depend on each other. */
  readonly retained?: CapabilityMeans;
}

/**
 * Solve it. `row`: its own, or the posterior mean without what capabilities that share a fallback say. Without `marginals` only
 * what the log likelihood needs is computed.
 */
export function* solveHypothesis(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  counts: Float64Array,
  reinforced: number,
  solutions: Map<string, CapabilitySolution>,
  marginals: boolean,
): Stepwise<SolvedHypothesis> {
  const { structure } = likelihood;
  const seen = (likelihood.dirichlet[h]?.plans ?? []).flatMap((plan) => (plan ? sharedLosses(plan, counts) : []));
  const latent = seen.filter(({ term }) => capabilitiesOf(term).length > 0);
  let fixed = 0;
  for (const one of seen) if (!latent.includes(one)) fixed += sharedFallbackLog(one.term, pointAt(structure));
  const solve = (terms: Pick<RowTerms, 'powers' | 'ratios'>) =>
    solveTerms(likelihood, h, terms, latent, counts, solutions, marginals);
  const means = function* (solution: CapabilitySolution | undefined) {
    const found: { readonly loss: SharedLoss; readonly retained: readonly [number, number]; readonly share: number }[] =
      [];
    for (const loss of seen) found.push({ loss, ...(yield* sharedMeans(structure, solution, loss.term)) });
    return found;
  };
  if (seen.length === 0) {
    const terms = rowTerms(likelihood, h, row, counts, reinforced);
    return { constant: terms.constant, solution: yield* solve(terms), row };
  }
  // Rows depend on capabilities here: episodes first, then what looks at their mean.
  let solution = yield* solve({ powers: [], ratios: [] });
  const entire = reinforced > 0 || (likelihood.dirichlet[h]?.plugIns ?? []).some((p) => counts[p.key] !== 0);
  if (!entire && !marginals) return { constant: fixed, solution, row };
  let found = yield* means(solution);
  const own = keepShares(row, found);
  const terms = rowTerms(likelihood, h, own, counts, reinforced);
  if (terms.powers.length + terms.ratios.length > 0) {
    solution = yield* solve(terms);
    if (marginals) found = yield* means(solution);
  }
  const retained = new Map(
    found.flatMap((f) => [...f.loss.members].map(([cell, { side }]) => [cell, f.retained[side]] as const)),
  );
  return { constant: fixed + terms.constant, solution, row: own, retained };
}

type RowTerms = ReturnType<typeof rowTerms>;

/** The integral over capabilities with some further terms. Undefined where nothing is learnable. */
function* solveTerms(
  likelihood: Likelihood,
  h: number,
  terms: Pick<RowTerms, 'powers' | 'ratios'>,
  losses: readonly SharedLoss[],
  counts: Float64Array,
  solutions: Map<string, CapabilitySolution>,
  marginals: boolean,
): Stepwise<CapabilitySolution | undefined> {
  const { structure } = likelihood;
  if (!hasLatent(structure)) return undefined;
  const profile = likelihood.profileOf[h];
  const shared = losses.map(({ term }) => term);
  // Hypotheses with the same problem, as most personas that share a capability, share its solution.
  const key = `${profile}#${[...terms.powers, ...terms.ratios, ...shared].map(termKey).join(';')}`;
  const known = solutions.get(key);
  if (known) return known;
  const problem = profileProblem(likelihood, profile, counts);
  for (const term of terms.powers) addPower(problem, term);
  const solution = yield* solveCapabilities(structure, { ...problem, ratios: terms.ratios, shared }, marginals);
  solutions.set(key, solution);
  return solution;
}

/** Whether capabilities share a fallback in some Dirichlet row of a hypothesis: its rows then depend on all evidence about them. */
export function sharesFallback(likelihood: Likelihood, h: number): boolean {
  return likelihood.dirichlet[h]?.plans.some((plan) => plan?.units.some((unit) => unit.lossyResponses)) ?? false;
}

/** Whether a Dirichlet hypothesis' part in the integral changes with the mean row of a situation. */
export function readsEntireRow(likelihood: Likelihood, h: number, situation: number, reinforced: number): boolean {
  const pieces = likelihood.dirichlet[h];
  if (!pieces?.plans[situation]) return false;
  return (
    pieces.plans[situation].units.some((unit) => unit.lossyResponses) ||
    likelihood.reinforcements.slice(0, reinforced).some((r) => r.situation === situation) ||
    pieces.plugIns.some((p) => likelihood.structure.situationOf[p.preferred] === situation)
  );
}
