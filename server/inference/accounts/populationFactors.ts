/** What L(w) of the population account is made of: every key, measured row and reinforcement as a factor in the mixture's P. */

import type { PowerTerm, RatioTerm } from '../capabilities/terms';
import type { Evidence } from '../evidence/effectiveCounts';
import { measuredColumn } from '../evidence/measured';
import type { Likelihood } from '../likelihood/likelihood';
import { partitions } from '../likelihood/reinforcement';
import { cellForm, combine, type Form, formKey } from '../model/forms';
import { powersKey } from './capabilityGrid';

/** N · log Σ_h w_h·exp(logs_h)·Π forms_h: a cell, a pair, or a measured row. */
interface Factor {
  readonly count: number;
  readonly logs: Float64Array;
  /** By hypothesis: powers of forms, only where they are not the same for all. */
  readonly powers?: readonly (readonly PowerTerm[])[];
}

/** exponent · log(offset + Σ_h w_h·form_h) and Σ w·numerator / Σ w·denominator: reinforcement of the mixture. */
interface Incentive {
  readonly exponent: number;
  readonly offset: 0 | 1;
  readonly forms: readonly Form[];
  readonly denominators?: readonly Form[];
}

export interface Assembly {
  readonly factors: readonly Factor[];
  readonly incentives: readonly Incentive[];
  readonly constant: number;
  /** Capability factors that all hypotheses share: they leave the mixture. */
  readonly shared: readonly PowerTerm[];
  readonly sharedRatios: readonly RatioTerm[];
  readonly impossible: boolean;
}

export function assemble(
  likelihood: Likelihood,
  evidence: Evidence,
  used: readonly number[],
  counts: Float64Array,
  incentives: boolean,
): Assembly {
  const { keys, scale, profiles, profileOf, hypotheses, structure } = likelihood;
  const factors: Factor[] = [];
  const shared: PowerTerm[] = [];
  let constant = 0;
  let impossible = false;
  const add = (count: number, logs: Float64Array, powers?: readonly (readonly PowerTerm[])[]) => {
    let top = Number.NEGATIVE_INFINITY;
    for (const log of logs) if (log > top) top = log;
    if (top === Number.NEGATIVE_INFINITY) impossible = true;
    else {
      constant += count * top;
      factors.push({ count, logs: logs.map((log) => log - top), powers });
    }
  };
  for (let key = 0; key < keys; key++) {
    if (counts[key] === 0) continue;
    const logs = Float64Array.from(used, (h) => scale[h * keys + key]);
    const powers = used.map((h) =>
      profiles[profileOf[h]]
        .filter((f) => f.key === key)
        .map((f): PowerTerm => ({ form: f.form, exponent: f.sign, offset: 0 })),
    );
    const possible = used.flatMap((_, i) => (logs[i] > Number.NEGATIVE_INFINITY ? [i] : []));
    if (new Set(possible.map((i) => powersKey(powers[i], formKey))).size <= 1) {
      for (const p of possible.length > 0 ? powers[possible[0]] : [])
        shared.push({ ...p, exponent: p.exponent * counts[key] });
      add(counts[key], logs);
    } else add(counts[key], logs, powers);
  }
  for (const m of evidence.measured) {
    if (m.rl && !incentives) continue;
    const columns = used.map((h) => measuredColumn(m, hypotheses[h]) as Float64Array);
    for (let i = 0; i < m.rows; i++)
      if (m.count[i] !== 0)
        add(
          m.count[i],
          Float64Array.from(columns, (c) => c[i]),
        );
  }
  const acting: Incentive[] = [];
  if (incentives) {
    for (const x of new Set(likelihood.reinforcements.map((r) => r.situation))) {
      const rows = used.map((h) => {
        const forms: Form[] = [];
        for (let cell = structure.offset[x]; cell < structure.offset[x + 1]; cell++)
          forms.push(cellForm(structure, hypotheses[h], cell));
        return forms;
      });
      const exponents = new Float64Array(structure.offset[x + 1] - structure.offset[x]);
      let before: ReturnType<typeof partitions> | undefined;
      for (const r of likelihood.reinforcements) {
        if (r.situation !== x) continue;
        if (r.rigidity === undefined || r.rigidity === Number.POSITIVE_INFINITY) {
          const scaled = Array.from(exponents, (e, y) => {
            const reward = r.reward[y] / r.beta;
            return before && reward !== 0 ? reward * Math.exp(e - before.shift) : reward;
          });
          const unit: Form = { base: before?.offset ?? 1, capabilities: [], miss: [], hit: [] };
          const denominators = before?.forms.map((f) => combine([f, unit], [1, 1]));
          acting.push({
            exponent: 1,
            offset: 0,
            forms: rows.map((forms) => combine(forms, scaled)),
            denominators: denominators ?? rows.map(() => unit),
          });
          continue;
        }
        for (let y = 0; y < exponents.length; y++) exponents[y] += r.reward[y] / (r.rigidity * r.beta);
        const after = partitions(rows, exponents);
        constant += r.rigidity * (after.shift - (before?.shift ?? 0));
        acting.push({ exponent: r.rigidity, offset: after.offset, forms: after.forms });
        if (before) acting.push({ exponent: -r.rigidity, offset: before.offset, forms: before.forms });
        before = after;
      }
    }
  }
  // What is the same for every persona is the same for every mixture of them.
  const sharedRatios: RatioTerm[] = [];
  const own = acting.filter((i) => {
    const same = (forms: readonly Form[]) => forms.every((f) => formKey(f) === formKey(forms[0]));
    if (!same(i.forms) || !same(i.denominators ?? [])) return true;
    const [form] = i.forms;
    if (i.denominators) {
      const [denominator] = i.denominators;
      if (form.capabilities.length + denominator.capabilities.length > 0)
        sharedRatios.push({ numerator: form, denominator });
      else constant += form.base / denominator.base;
    } else if (form.capabilities.length > 0) shared.push({ form, exponent: i.exponent, offset: i.offset });
    else constant += i.exponent * (i.offset === 1 ? Math.log1p(form.base) : Math.log(form.base));
    return false;
  });
  return { factors, incentives: own, constant, shared, sharedRatios, impossible };
}
