/**
 * Hypotheses about who the Assistant is: the personas, `novel`, and the variants of them that the accounts need. To
 * the mathematics they are all one thing: a prior, a row for every situation, how firmly the row holds, and which
 * capabilities are the persona's own.
 */
import type { Persona } from '../../program/model/program';
import { logOf, logSumExp } from '../numbers/logarithms';
import type { Structure } from './structure';

export interface Hypothesis {
  readonly name: string;
  readonly prior: number;
  /** log of the prior, nats; also where the prior itself is too small for a double. -Infinity: impossible. */
  readonly logPrior: number;
  /** Index into `program.personas`; -1 for novel and for the personless account. */
  readonly persona: number;
  /** 0: the row is rigid. Else θ_x ~ Dirichlet(concentration · row) in every situation. */
  readonly concentration: number;
  /** θ by cell: what it would do, given the capability. */
  readonly row: Float64Array;
  /** By capability: its own fixed capability; NaN where it shares the latent one. */
  readonly capability: Float64Array;
}

/** The name of the hypothesis that `novel` declares. */
export const NOVEL = 'novel';

/** A persona as it stands in the program, or with another prior or concentration. */
export function personaHypothesis(
  structure: Structure,
  persona: Persona,
  prior = persona.prior,
  concentration = persona.concentration ?? 0,
  logPrior = Math.log(prior),
): Hypothesis {
  const capability = Float64Array.from(structure.value, (value, c) => {
    const own = persona.can[c];
    if (own !== undefined && !Number.isNaN(own)) return Math.min(1, Math.max(0, own));
    return structure.learnable[c] ? Number.NaN : value;
  });
  return { name: persona.name, prior, logPrior, persona: persona.index, concentration, row: persona.row, capability };
}

/**
 * A Dirichlet over the observed responses of every situation, `concentration` spread evenly (LANGUAGE section 5). It
 * speaks about what is seen, so capabilities do not enter: as if it could do everything.
 */
export function openHypothesis(
  structure: Structure,
  name: string,
  prior: number,
  concentration: number,
  logPrior = Math.log(prior),
): Hypothesis {
  const row = new Float64Array(structure.cells);
  for (let x = 0; x + 1 < structure.offset.length; x++) {
    row.fill(1 / (structure.offset[x + 1] - structure.offset[x]), structure.offset[x], structure.offset[x + 1]);
  }
  const capability = new Float64Array(structure.value.length).fill(1);
  return { name, prior, logPrior, persona: -1, concentration, row, capability };
}

/** The program's own hypotheses: personas in order, then `novel`. */
export function programHypotheses(structure: Structure): readonly Hypothesis[] {
  const { personas, novel } = structure.program;
  const logTotal = logSumOf(novel ? [...personas, novel] : personas);
  const logPrior = (prior: number, weight: number) => logOf(prior, () => Math.log(weight) - logTotal);
  const list = personas.map((persona) =>
    personaHypothesis(structure, persona, undefined, undefined, logPrior(persona.prior, persona.weight)),
  );
  if (novel)
    list.push(openHypothesis(structure, NOVEL, novel.prior, novel.concentration, logPrior(novel.prior, novel.weight)));
  return list;
}

/** Every persona with one concentration (0: rigid), without `novel`, priors renormalised. */
export function personasOnly(structure: Structure, concentration: number, total = 1): readonly Hypothesis[] {
  const { personas } = structure.program;
  let sum = 0;
  for (const persona of personas) sum += persona.weight;
  const logTotal = logSumOf(personas);
  return personas.map((persona) => {
    const share = Number.isFinite(sum) ? persona.weight / sum : Math.exp(Math.log(persona.weight) - logTotal);
    const prior = sum > 0 ? share * total : 0;
    const logPrior = logOf(prior, () =>
      sum > 0 ? Math.log(persona.weight) - logTotal + Math.log(total) : Math.log(0),
    );
    return personaHypothesis(structure, persona, prior, concentration, logPrior);
  });
}

/** log of the sum of prior weights, also where the sum is too large for a double. */
function logSumOf(weighted: readonly { readonly weight: number }[]): number {
  return logSumExp(weighted.map(({ weight }) => Math.log(weight)));
}
