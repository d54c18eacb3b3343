/** What the evidence of each situation says about each rigid hypothesis, for accounts that keep situations apart. */
import { type PowerTerm, type RatioTerm, termLog } from '../capabilities/terms';
import type { Evidence } from '../evidence/effectiveCounts';
import { measuredColumn } from '../evidence/measured';
import type { Likelihood } from '../likelihood/likelihood';
import { reinforcementTerms } from '../likelihood/reinforcement';
import type { CapabilityPoint } from '../model/capabilityPoint';
import { cellForm, type Form } from '../model/forms';

/** log L_h(D_x): a constant, and what depends on capabilities. */
export interface Part {
  constant: number;
  impossible: boolean;
  readonly powers: PowerTerm[];
  readonly ratios: RatioTerm[];
}

/** A situation, or a dataset that is one of its own, by hypothesis. */
export type Place = readonly Part[];

/** log L_h by place: the situations, then one for each dataset of measured rows. */
export function placesOf(
  likelihood: Likelihood,
  evidence: Evidence,
  counts: Float64Array,
  incentives: boolean,
): Place[] {
  const { structure, hypotheses, keys, scale, pairs } = likelihood;
  const situations = structure.program.situations.length;
  const count = situations + evidence.measured.length;
  const places = Array.from({ length: count }, () =>
    hypotheses.map((): Part => ({ constant: 0, impossible: false, powers: [], ratios: [] })),
  );
  const situationOfKey = (key: number) =>
    key < structure.cells ? structure.situationOf[key] : pairs[key - structure.cells].situation;
  hypotheses.forEach((hypothesis, h) => {
    for (let key = 0; key < keys; key++) {
      if (counts[key] === 0) continue;
      const part = places[situationOfKey(key)][h];
      const s = scale[h * keys + key];
      if (s === Number.NEGATIVE_INFINITY) part.impossible = true;
      else part.constant += counts[key] * s;
    }
    for (const f of likelihood.profiles[likelihood.profileOf[h]]) {
      if (counts[f.key] === 0) continue;
      places[situationOfKey(f.key)][h].powers.push({ form: f.form, exponent: f.sign * counts[f.key], offset: 0 });
    }
    if (incentives) {
      for (let x = 0; x < situations; x++) {
        const acting = likelihood.reinforcements.filter((r) => r.situation === x);
        if (acting.length === 0) continue;
        const forms: Form[] = [];
        for (let cell = structure.offset[x]; cell < structure.offset[x + 1]; cell++)
          forms.push(cellForm(structure, hypothesis, cell));
        const terms = reinforcementTerms(forms, acting);
        const part = places[x][h];
        part.constant += terms.constant;
        part.powers.push(...terms.powers);
        part.ratios.push(...terms.ratios);
      }
    }
    evidence.measured.forEach((m, d) => {
      const column = measuredColumn(m, hypothesis);
      if (!column || (m.rl && !incentives)) return;
      for (let i = 0; i < m.rows; i++) {
        if (m.count[i] === 0) continue;
        const part = places[m.situation[i] >= 0 ? m.situation[i] : situations + d][h];
        if (column[i] === Number.NEGATIVE_INFINITY) part.impossible = true;
        else part.constant += m.count[i] * column[i];
      }
    });
  });
  return places;
}

export function partAt(part: Part, point: CapabilityPoint): number {
  let sum = part.constant;
  for (const p of part.powers) sum += termLog(p, point);
  for (const r of part.ratios) sum += termLog(r, point);
  return sum;
}
