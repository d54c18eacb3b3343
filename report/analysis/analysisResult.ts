/** `dramatis analyse --format json` (LANGUAGE section 11): what was analysed as plain data, logs in the program's unit. */
import { inUnit, toWire } from '../../panel/model/numbers';
import type { Analyses } from '../../server/analysis/analyses';
import type { Flip } from '../../server/analysis/flips/flips';
import type { HorizonResult } from '../../server/analysis/horizon/horizon';
import type { Identifiability } from '../../server/analysis/information/identifiability';
import type { Repair } from '../../server/analysis/remedies/remedies';
import type { Remedy } from '../../server/analysis/remedies/remedy';
import type { SweepResult } from '../../server/analysis/sweep/sweep';
import type { Origin } from '../../server/program/model/origin';
import type { Program } from '../../server/program/model/program';

type Wire = number | 'inf' | '-inf' | null;

export interface AnalysisContext {
  readonly program: Program;
  /** 1-based line of a place, with the file it is in. */
  readonly place: (origin: Origin) => { readonly file: string; readonly line: number };
}

export function analysisObject(found: Analyses, context: AnalysisContext): object {
  return {
    ...(found.sweeps ? { sweeps: found.sweeps.map(sweepObject) } : {}),
    ...(found.horizons ? { horizon: { conditions: found.horizons.map(horizonObject) } } : {}),
    ...(found.repairs ? { remedies: found.repairs.map((r) => repairObject(r, context)) } : {}),
    ...(found.powerScaling || found.tornado ? { sensitivity: sensitivityObject(found, context) } : {}),
    ...(found.flips ? { flips: found.flips.map((f) => flipObject(f, context)) } : {}),
    ...(found.identifiability ? { identifiability: identifiabilityObject(found.identifiability) } : {}),
  };
}

function sweepObject(s: SweepResult): object {
  return {
    parameter: s.name,
    condition: s.condition,
    scale: s.scale,
    written: toWire(s.written),
    x: s.x.map(toWire),
    probes: s.probes.map((curve) => curve.map(toWire)),
    personas: Object.fromEntries(Object.entries(s.personas).map(([name, curve]) => [name, curve.map(toWire)])),
    expectations: s.expectations.map((curve) => curve.map(toWire)),
    crossings: s.crossings.map(({ what, x }) => ({ what, x: toWire(x) })),
    gaps: s.gaps.map((g) => ({ ...g, from: toWire(g.from), to: toWire(g.to) })),
    points: s.points.map(({ x, condition, label, share, interval }) => ({ x, condition, label, share, interval })),
  };
}

function horizonObject(h: HorizonResult): object {
  return {
    condition: h.condition,
    ...(h.reason === undefined ? {} : { reason: h.reason }),
    leader: h.leader,
    leaderAt99: h.leaderAt99,
    ...(h.leaderReason === undefined ? {} : { leaderReason: h.leaderReason }),
    probes: h.probes.map((p) => ({ limit: toWire(p.limit), gone: toWire(p.gone) })),
    overtaken: h.overtaken,
    ...(h.discounted.length > 0 ? { discounted: h.discounted } : {}),
  };
}

function repairObject(r: Repair, context: AnalysisContext): object {
  return {
    expectation: r.text,
    condition: r.condition,
    value: toWire(r.value),
    options: r.options.map((o) => remedyObject(o, context)),
    ...(r.reason === undefined ? {} : { reason: r.reason }),
  };
}

function remedyObject(o: Remedy, { place, program }: AnalysisContext): object {
  const origin =
    o.number?.origin ?? (o.move?.evidence === 'episode' ? program.episodes[o.move.index]?.origin : undefined);
  const line = origin && place(origin);
  return {
    kind: o.kind,
    what: o.what,
    file: line?.file ?? null,
    line: line?.line ?? null,
    from: o.from,
    to: o.to,
    distance: o.distance,
    after: toWire(o.after),
  };
}

function sensitivityObject(found: Analyses, { place }: AnalysisContext): object {
  return {
    powerScaling: (found.powerScaling ?? []).map(({ condition, result }) => ({
      condition,
      prior: toWire(result.prior),
      likelihood: toWire(result.likelihood),
      diagnosis: result.diagnosis,
      probes: result.probes.map((p) => ({ prior: toWire(p.prior), likelihood: toWire(p.likelihood) })),
    })),
    notScaled: 'Beta and Dirichlet priors inside personas and capabilities',
    watched: found.tornado?.watched ?? null,
    tornado: (found.tornado?.bars ?? []).map((bar) => ({
      what: bar.number.label,
      ...place(bar.number.origin),
      value: bar.number.value,
      down: { value: bar.downValue, result: toWire(bar.down) },
      up: { value: bar.upValue, result: toWire(bar.up) },
      assumption: bar.assumption,
      ...(bar.reason === undefined ? {} : { reason: bar.reason }),
    })),
  };
}

function flipObject(f: Flip, { program, place }: AnalysisContext): object {
  return {
    what: f.what,
    condition: f.condition,
    episodes: f.episodes.map(({ episode, count }) => {
      const own = program.conditions.find((c) => c.name === f.condition)?.program ?? program;
      const e = own.episodes[episode];
      return { ...(e ? place(e.origin) : {}), label: e?.label ?? null, count };
    }),
    count: f.count,
    exact: f.exact,
    lowerBound: f.lowerBound,
  };
}

function identifiabilityObject(found: Identifiability): object {
  // The keys say bits, whatever unit the program shows.
  const bits = (nats: number): Wire => toWire(inUnit(nats, 'bits'));
  return {
    pairs: found.pairs.map(({ a, b }) => [a, b]),
    answers: found.answers,
    probes: found.probes.map((p) => ({
      situation: p.situation,
      ...(p.given === undefined ? {} : { given: p.given }),
      bitsAccount: bits(p.account),
      bitsPersonaInOneConversation: p.persona.map(bits),
      exact: p.exact,
    })),
  };
}
