/**
 * What looks at a hypothesis' rows as a whole: Dirichlet posterior means, reinforcements, preferences without a closed
 * form, and the integral over abilities around them.
 */
import {
  type AbilityProblem,
  type AbilitySolution,
  addPower,
  noTerms,
  type PowerTerm,
  type RatioTerm,
  solveAbilities,
} from './abilities';
import { type DirichletPlan, dirichletMeans, preferenceParameter } from './dirichlet';
import type { AbilityFactor } from './factor';
import { cellForm, type Form, formKey } from './forms';
import type { Likelihood } from './likelihood';
import { formPair } from './preference';
import { reinforcementTerms } from './reinforcement';
import type { Stepwise } from './stepwise';
import type { Structure } from './structure';

/** Posterior mean row of a Dirichlet hypothesis: its cells, then the ratios of its preference pairs in their order. */
export function meanRow(likelihood: Likelihood, h: number, counts: Float64Array): Float64Array {
  const row = Float64Array.from(likelihood.hypotheses[h].row);
  const parts = likelihood.dirichlet[h];
  if (!parts) return row;
  for (const plan of parts.plans) if (plan) dirichletMeans(plan, counts, row);
  for (const s of parts.shares) {
    const n = s.aOverB < 0 ? 0 : counts[s.aOverB];
    const m = s.bOverA < 0 ? 0 : counts[s.bOverA];
    if (n === 0 && m === 0) continue;
    const plan = parts.plans[s.situation] as DirichletPlan;
    const a = preferenceParameter(plan, counts, s.a) as number;
    const b = preferenceParameter(plan, counts, s.b) as number;
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
    const factors: AbilityFactor[] = [];
    const [a, b] = [cellForm(structure, hypothesis, p.preferred, row), cellForm(structure, hypothesis, p.over, row)];
    constant += n * formPair(a, b, p.key, factors);
    for (const f of factors) powers.push({ form: f.form, exponent: n * f.sign, offset: 0 });
  }
  return { constant, powers, ratios };
}

/** The abilities' problem of a profile at given counts. */
export function profileProblem(
  likelihood: Likelihood,
  profile: number,
  counts: Float64Array,
): AbilityProblem & { powers: PowerTerm[] } {
  const empty = noTerms(likelihood.structure);
  const problem = { hit: empty.hit, miss: empty.miss, powers: [] as PowerTerm[], ratios: [] as RatioTerm[] };
  for (const f of likelihood.profiles[profile]) {
    const exponent = f.sign * counts[f.key];
    if (exponent !== 0) addPower(problem, { form: f.form, exponent, offset: 0 });
  }
  return problem;
}

function hasLatent(structure: Structure): boolean {
  return structure.learnable.some(Boolean);
}

const powerKey = (p: PowerTerm): string => `${p.exponent}^${p.offset}(${formKey(p.form)})`;
const ratioKey = (r: RatioTerm): string => `${formKey(r.numerator)}/${r.denominator ? formKey(r.denominator) : 1}`;

/** One hypothesis' part that integrates over abilities and looks at whole rows. */
export function* solveHypothesis(
  likelihood: Likelihood,
  h: number,
  row: Float64Array,
  counts: Float64Array,
  reinforced: number,
  solutions: Map<string, AbilitySolution>,
): Stepwise<{ constant: number; solution: AbilitySolution | undefined }> {
  const terms = rowTerms(likelihood, h, row, counts, reinforced);
  if (!hasLatent(likelihood.structure)) return { constant: terms.constant, solution: undefined };
  const profile = likelihood.profileOf[h];
  // Hypotheses with the same problem, as most personas that share an ability, share its solution.
  const key = `${profile}#${terms.powers.map(powerKey).join(';')}#${terms.ratios.map(ratioKey).join(';')}`;
  let solution = solutions.get(key);
  if (!solution) {
    const problem = profileProblem(likelihood, profile, counts);
    for (const term of terms.powers) addPower(problem, term);
    solution = yield* solveAbilities(likelihood.structure, { ...problem, ratios: terms.ratios });
    solutions.set(key, solution);
  }
  return { constant: terms.constant, solution };
}

/** Whether a Dirichlet hypothesis' part in the integral changes with the mean row of a situation. */
export function looksAtWholeRow(likelihood: Likelihood, h: number, situation: number, reinforced: number): boolean {
  const parts = likelihood.dirichlet[h];
  if (!parts?.plans[situation]) return false;
  return (
    likelihood.reinforcements.slice(0, reinforced).some((r) => r.situation === situation) ||
    parts.plugIns.some((p) => likelihood.structure.situationOf[p.preferred] === situation)
  );
}
