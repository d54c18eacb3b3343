/**
 * Sweeps (LANGUAGE section 9): one number runs over its range while all else stays. Curves of every probe, persona and
 * expectation, where an expectation begins or ceases to hold, where another persona leads, and evaluations as points.
 */
import type { Stepwise } from '../../inference/stepwise';
import type { DeclaredNumber } from '../../program/declaredNumbers';
import type { Condition, Program, Sweep } from '../../program/model/program';
import { type ScaleName, scaleOf } from '../fit/scale';
import { bracketChange } from '../numbers/bracket';
import { entry } from '../numbers/entry';
import { wilson } from '../numbers/wilson';
import { holds, leaderOf, type Standing, standingWith } from '../subject/standing';
import { type Change, conditionName, conditionsOf, isUnsound, type Subject, type Unsound } from '../subject/subject';
import { adaptiveGrid, type Place } from './grid';

export interface Crossing {
  /** In words: `"…" holds`, `"…" fails`, `NAME leads`. */
  readonly what: string;
  readonly x: number;
  /** Index of the expectation that begins or ceases to hold; of the hypothesis that leads from there on. */
  readonly expectation?: number;
  readonly holds?: boolean;
  readonly leader?: string;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export interface SweepPoint {
  readonly x: number;
  readonly condition: string;
  readonly label: string | null;
  readonly situation: number;
  readonly response: number;
  readonly share: number;
  /** 90% Wilson score interval. */
  readonly interval: readonly [number, number];
}

export interface SweepResult {
  /** What was swept: a parameter's name, or a number's label. */
  readonly name: string;
  readonly condition: string | null;
  readonly scale: ScaleName;
  /** The value in the text. */
  readonly written: number;
  readonly x: readonly number[];
  /** By probe, then by x; NaN in a gap. */
  readonly probes: readonly (readonly number[])[];
  readonly personas: Readonly<Record<string, readonly number[]>>;
  readonly expectations: readonly (readonly number[])[];
  readonly crossings: readonly Crossing[];
  readonly gaps: readonly Gap[];
  readonly points: readonly SweepPoint[];
}

/** What runs: how a value becomes a change, over which range. */
export interface Swept {
  readonly name: string;
  readonly scale: ScaleName;
  readonly from: number;
  readonly to: number;
  readonly written: number;
  readonly change: (x: number) => Change;
}

type State = Standing | Unsound;

/** The range of a number that says none: a tenth to ten times, or 0.001 to 0.999 for a probability. */
export function rangeAround(value: number, scale: ScaleName): { readonly from: number; readonly to: number } {
  if (scale === 'logit') return { from: 0.001, to: 0.999 };
  if (value === 0) return { from: 0, to: 1 };
  return value > 0 ? { from: value / 10, to: value * 10 } : { from: value * 10, to: value / 10 };
}

export function sweptParameter(
  program: Program,
  { parameter: index, ...sweep }: Pick<Sweep, 'parameter' | 'from' | 'to' | 'scale'>,
): Swept | undefined {
  const parameter = program.parameters[index];
  if (!parameter) return undefined;
  const around = rangeAround(parameter.written, sweep.scale);
  return {
    name: parameter.name,
    scale: sweep.scale,
    from: sweep.from ?? parameter.from ?? around.from,
    to: sweep.to ?? parameter.to ?? around.to,
    written: parameter.written,
    change: (x) => ({ parameters: { [parameter.name]: x } }),
  };
}

export function sweptNumber(number: DeclaredNumber): Swept {
  const scale: ScaleName =
    number.scale === 'logit' ? 'logit' : number.scale === 'log2' && number.value > 0 ? 'log' : 'linear';
  return {
    name: number.label,
    scale,
    ...rangeAround(number.value, scale),
    written: number.value,
    change: (x) => ({ numbers: { [number.id]: x } }),
  };
}

/** One sweep for the program and each condition that the number speaks in. */
export function* sweepAll(subject: Subject, swept: Swept, parameter?: number): Stepwise<readonly SweepResult[]> {
  const results: SweepResult[] = [];
  for (const condition of conditionsOf(subject)) {
    if (parameter !== undefined && condition !== null && setsIt(subject.program, condition, parameter)) continue;
    const result = yield* sweep(subject, condition, swept);
    const constant = parameter !== undefined && condition !== null && flat(result);
    if (!constant) results.push(parameter === undefined ? result : { ...result, points: pointsOf(subject, parameter) });
  }
  return results;
}

/** Whether a condition, or one that it builds on, sets the parameter. */
export function setsIt(program: Program, condition: number, parameter: number): boolean {
  for (
    let c: Condition | undefined = program.conditions[condition];
    c;
    c = c.base && program.conditions[c.base.condition]
  )
    if (c.sets.some((s) => s.parameter === parameter)) return true;
  return false;
}

/** A condition that does not use the number: no curve moves at all. */
function flat({ probes, personas, expectations, gaps }: SweepResult): boolean {
  const still = (curve: readonly number[]) => curve.every((y) => Object.is(y, curve[0]));
  return gaps.length === 0 && [...probes, ...Object.values(personas), ...expectations].every(still);
}

export function* sweep(subject: Subject, condition: number | null, swept: Swept): Stepwise<SweepResult> {
  const scale = scaleOf(swept.scale);
  function* state(z: number): Stepwise<State> {
    yield;
    return yield* standingWith(subject, condition, swept.change(scale.value(z)));
  }
  function* curves(z: number): Stepwise<Omit<Place<State>, 'z'>> {
    const here = yield* state(z);
    return { state: here, curves: isUnsound(here) ? null : curvesOf(here) };
  }
  const { places } = yield* adaptiveGrid(curves, scale.place(swept.from), scale.place(swept.to), [
    scale.place(swept.written),
  ]);
  const sample = places.map((p) => p.state).find((s): s is Standing => !isUnsound(s));
  const x = places.map((p) => scale.value(p.z));
  const series = (of: (s: Standing) => number) => places.map((p) => (isUnsound(p.state) ? Number.NaN : of(p.state)));
  const crossings: Crossing[] = [];
  for (const [i, b] of places.entries()) {
    const a = places[i - 1];
    if (a && !isUnsound(a.state) && !isUnsound(b.state))
      crossings.push(...(yield* crossingsBetween(state, a.z, b.z, a.state, b.state, scale.value)));
  }
  return {
    name: swept.name,
    condition: conditionName(subject, condition),
    scale: swept.scale,
    written: swept.written,
    x,
    probes: (sample?.program.probes ?? []).map((_, k) => series((s) => entry(s.probes, k))),
    personas: Object.fromEntries(
      (sample?.hypotheses ?? []).map((name, h) => [name, series((s) => entry(s.weights, h))]),
    ),
    expectations: (sample?.program.expectations ?? []).map((_, k) => series((s) => entry(s.expectations, k))),
    crossings,
    gaps: gapsOf(places, scale.value),
    points: [],
  };
}

function curvesOf(s: Standing): Float64Array {
  const out = new Float64Array(s.probes.length + s.weights.length + s.expectations.length);
  out.set(s.probes);
  out.set(s.weights, s.probes.length);
  out.set(s.expectations, s.probes.length + s.weights.length);
  // A context that is impossible under every persona has no prediction: not a bend.
  return out.map((y) => (Number.isNaN(y) ? -1 : y));
}

/** Every change of an expectation and of the leader between two neighbours. */
function* crossingsBetween(
  state: (z: number) => Stepwise<State>,
  from: number,
  to: number,
  first: Standing,
  last: Standing,
  value: (z: number) => number,
): Stepwise<readonly Crossing[]> {
  const found: Crossing[] = [];
  for (const [k, expectation] of first.program.expectations.entries()) {
    const here = (s: Standing) => holds(expectation, entry(s.expectations, k));
    if (here(first) === here(last)) continue;
    const change = yield* bracketChange(
      function* (z) {
        const s = yield* state(z);
        return isUnsound(s) ? here(last) : here(s);
      },
      from,
      to,
      here(first),
      here(last),
      (a, b) => a === b,
      value,
    );
    const word = change.state ? 'holds' : 'fails';
    found.push({
      what: `${expectation.text} ${word}`,
      x: value((change.before + change.after) / 2),
      expectation: k,
      holds: change.state,
    });
  }
  let at = from;
  let leader = leaderOf(first);
  for (let n = 0; n < first.hypotheses.length && leader !== leaderOf(last); n++) {
    const change: { after: number; before: number; state: number } = yield* bracketChange(
      function* (z) {
        const s = yield* state(z);
        return isUnsound(s) ? leaderOf(last) : leaderOf(s);
      },
      at,
      to,
      leader,
      leaderOf(last),
      (a, b) => a === b,
      value,
    );
    const name = first.hypotheses[change.state] ?? '';
    found.push({ what: `${name} leads`, x: value((change.before + change.after) / 2), leader: name });
    at = change.after;
    leader = change.state;
  }
  return found.sort((a, b) => a.x - b.x);
}

function gapsOf(places: readonly Place<State>[], value: (z: number) => number): readonly Gap[] {
  const gaps: { from: number; to: number; reason: string }[] = [];
  for (const [i, { z, state }] of places.entries()) {
    if (!isUnsound(state)) continue;
    const open = gaps[gaps.length - 1];
    const before = places[i - 1];
    // Messages name values, so that neighbours differ: the reason is the one where the gap begins.
    if (open && before && isUnsound(before.state)) open.to = value(z);
    else gaps.push({ from: value(z), to: value(z), reason: state.unsound });
  }
  return gaps;
}

/** Evaluations of conditions that set the parameter, at the value that they set. */
function pointsOf({ program }: Subject, parameter: number): readonly SweepPoint[] {
  const points: SweepPoint[] = [];
  for (const condition of program.conditions) {
    if (!setsIt(program, condition.index, parameter)) continue;
    const x = condition.program.parameters[parameter]?.value ?? Number.NaN;
    for (const o of condition.program.observed) {
      const response = o.focal ?? o.named[0];
      if (response === undefined) continue;
      const outcome = o.outcomes.findIndex((set) => set.includes(response));
      for (const run of o.runs) {
        const n = run.counts[outcome] ?? 0;
        if (!(run.total > 0)) continue;
        points.push({
          x,
          condition: condition.name,
          label: o.label ?? null,
          situation: o.situation,
          response,
          share: n / run.total,
          interval: wilson(n, run.total, 0.9),
        });
      }
    }
  }
  return points;
}
