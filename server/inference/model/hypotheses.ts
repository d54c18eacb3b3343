/**
 * Hypotheses about who the Assistant is: the personas, `novel`, and the variants of them that the accounts need. To
 * the mathematics they are all one thing: a prior, a row for every situation, how firmly the row holds, and which
 * abilities are the persona's own.
 */
import type { Persona } from '../../program/model/program';
import type { Structure } from './structure';

export interface Hypothesis {
  readonly name: string;
  readonly prior: number;
  /** Index into `program.personas`; -1 for novel and for the personless account. */
  readonly persona: number;
  /** 0: the row is rigid. Else θ_x ~ Dirichlet(concentration · row) in every situation. */
  readonly concentration: number;
  /** θ by cell: what it would do, given the ability. */
  readonly row: Float64Array;
  /** By capability: its own fixed ability; NaN where it shares the latent one. */
  readonly ability: Float64Array;
}

/** The name of the hypothesis that `novel` declares. */
export const NOVEL = 'novel';

/** A persona as it stands in the program, or with another prior or concentration. */
export function personaHypothesis(
  structure: Structure,
  persona: Persona,
  prior = persona.prior,
  concentration = persona.concentration ?? 0,
): Hypothesis {
  const ability = Float64Array.from(structure.value, (value, c) => {
    const own = persona.can[c];
    if (own !== undefined && !Number.isNaN(own)) return Math.min(1, Math.max(0, own));
    return structure.learnable[c] ? Number.NaN : value;
  });
  return { name: persona.name, prior, persona: persona.index, concentration, row: persona.row, ability };
}

/**
 * A Dirichlet over the observed responses of every situation, `concentration` spread evenly (LANGUAGE section 5). It
 * speaks about what is seen, so abilities do not enter: as if it could do everything.
 */
export function openHypothesis(structure: Structure, name: string, prior: number, concentration: number): Hypothesis {
  const row = new Float64Array(structure.cells);
  for (let x = 0; x + 1 < structure.offset.length; x++) {
    row.fill(1 / (structure.offset[x + 1] - structure.offset[x]), structure.offset[x], structure.offset[x + 1]);
  }
  return { name, prior, persona: -1, concentration, row, ability: new Float64Array(structure.value.length).fill(1) };
}

/** The program's own hypotheses: personas in order, then `novel`. */
export function programHypotheses(structure: Structure): readonly Hypothesis[] {
  const { personas, novel } = structure.program;
  const list = personas.map((persona) => personaHypothesis(structure, persona));
  if (novel) list.push(openHypothesis(structure, NOVEL, novel.prior, novel.concentration));
  return list;
}

/** Every persona with one concentration (0: rigid), without `novel`, priors renormalised. */
export function personasOnly(structure: Structure, concentration: number, total = 1): readonly Hypothesis[] {
  const { personas } = structure.program;
  let sum = 0;
  for (const persona of personas) sum += persona.weight;
  return personas.map((persona) =>
    personaHypothesis(structure, persona, sum > 0 ? (persona.weight / sum) * total : 0, concentration),
  );
}
