/** A program's `fit` as a problem of free numbers, counted runs and accounts (LANGUAGE section 8). */
import type { Stepwise } from '../../inference/stepwise';
import type { Account, Observation, Parameter, Program } from '../../program/model/program';
import type { FitProblem, FittedAccount, FreeParameter, Measured, Prediction, Predictions } from '../fit/model';
import { normalPrior, type Prior, uniformPrior } from '../fit/prior';
import { type Scale, scaleOf } from '../fit/scale';
import { entry } from '../numbers/entry';
import { predictObserved } from './accountPredictions';
import { conditionName, conditionsOf, countsFor, isUnsound, programWith, type Subject } from './subject';

/** The unit of the program without a condition. */
const OWN_UNIT = 'the program itself';

interface Place {
  readonly condition: number | null;
  readonly observation: number;
}

export interface ProgramFit {
  readonly problem: FitProblem;
  /** Where each of the problem's evaluations stands. */
  readonly places: readonly Place[];
}

/** Undefined where the program has no `fit`. */
export function* fitProblem(subject: Subject): Stepwise<ProgramFit | undefined> {
  const { fit, parameters } = subject.program;
  if (!fit) return undefined;
  return yield* problemOf(
    subject,
    fit.parameters.flatMap((index) => parameters[index] ?? []),
  );
}

/** The same with nothing free: the program as written, and before its evidence. */
export function* unfittedProblem(subject: Subject): Stepwise<ProgramFit> {
  return yield* problemOf(subject, []);
}

function* problemOf(subject: Subject, free: readonly Parameter[]): Stepwise<ProgramFit> {
  const { program } = subject;
  const places: Place[] = [];
  const measured: Measured[] = [];
  for (const condition of conditionsOf(subject)) {
    const own = condition === null ? program : program.conditions[condition]?.program;
    for (const [observation, o] of (own?.observed ?? []).entries()) {
      places.push({ condition, observation });
      measured.push(measuredFrom(subject, condition, own ?? program, o));
    }
  }
  const parameters: FreeParameter[] = [];
  for (const parameter of free) parameters.push(yield* freeParameter(subject, parameter));
  const accounts: FittedAccount[] = [];
  for (const [index, account] of fittedAccounts(program).entries()) {
    yield;
    accounts.push(yield* fittedAccount(subject, account, index, free, places));
  }
  return { problem: { parameters, measured, accounts }, places };
}

function measuredFrom(subject: Subject, condition: number | null, program: Program, o: Observation): Measured {
  const declared = condition === null ? undefined : subject.program.conditions[condition];
  const names = program.situations[o.situation]?.responses.map((r) => r.name) ?? [];
  const oneAgainstRest = o.focal !== undefined;
  return {
    condition: conditionName(subject, condition),
    label: o.label ?? null,
    unit: declared?.unit ?? declared?.name ?? OWN_UNIT,
    heldOut: o.heldOut,
    answers: oneAgainstRest ? [names[o.focal ?? 0] ?? '', 'other'] : o.outcomes.map((set) => names[set[0] ?? 0] ?? ''),
    oneAgainstRest,
    runs: o.runs.map((run) => run.counts),
    planned: o.planned ?? 100,
  };
}

function* freeParameter(subject: Subject, parameter: Parameter): Stepwise<FreeParameter> {
  const scale = scaleOf(parameter.scale);
  const from = parameter.from === undefined ? Number.NEGATIVE_INFINITY : scale.place(parameter.from);
  const to = parameter.to === undefined ? Number.POSITIVE_INFINITY : scale.place(parameter.to);
  if (parameter.sd !== undefined) {
    const prior = normalPrior(scale.place(parameter.written), parameter.sd, from, to);
    return { name: parameter.name, scale, prior, halved: prior, doubled: prior };
  }
  const quarter = (to - from) / 4;
  const prior = uniformPrior(from, to);
  return {
    name: parameter.name,
    scale,
    prior,
    halved: uniformPrior(from + quarter, to - quarter),
    doubled: yield* doubled(subject, parameter, scale, from, to),
  };
}

/** Twice the range about its middle, cut to where the program has no error with the other numbers as written. */
function* doubled(subject: Subject, parameter: Parameter, scale: Scale, from: number, to: number): Stepwise<Prior> {
  function* sound(z: number): Stepwise<boolean> {
    yield;
    const change = { parameters: { [parameter.name]: scale.value(z) } };
    return conditionsOf(subject).every((condition) => !isUnsound(programWith(subject, condition, change)));
  }
  const half = (to - from) / 2;
  const ends: number[] = [];
  for (const [inside, outside] of [
    [from, from - half],
    [to, to + half],
  ] as const) {
    if (yield* sound(outside)) {
      ends.push(outside);
      continue;
    }
    let good = inside;
    let bad = outside;
    for (let step = 0; step < 60 && Math.abs(good - bad) > 1e-12 * half; step++) {
      const middle = (good + bad) / 2;
      if (yield* sound(middle)) good = middle;
      else bad = middle;
    }
    ends.push(good);
  }
  return uniformPrior(entry(ends, 0), entry(ends, 1));
}

/** Those named by `under`, else `declared`; `unmoved` always beside them. */
export function fittedAccounts(program: Program): readonly Account[] {
  const origin = program.fit?.origin ?? { file: 0, start: 0, end: 0 };
  const named = program.fit?.accounts ?? [];
  const make = (kind: 'declared' | 'unmoved'): Account => ({ index: -1, kind, name: kind, origin });
  const list = named.length > 0 ? named : [make('declared')];
  return list.some((a) => a.kind === 'unmoved') ? list : [...list, make('unmoved')];
}

function* fittedAccount(
  subject: Subject,
  written: Account,
  index: number,
  free: readonly Parameter[],
  places: readonly Place[],
): Stepwise<FittedAccount> {
  const conditions = [...new Set(places.map((p) => p.condition))];
  // What an account lacks does not depend on the values: one look at what is written tells.
  let missing: string | undefined;
  for (const condition of conditions) {
    const program = programWith(subject, condition);
    if (isUnsound(program)) continue;
    const { notComputable } = yield* predictObserved(
      program,
      countsFor(subject, program),
      accountOf(program, written, index),
    );
    missing ??= notComputable;
  }
  const evaluationCache = new Map<number | null, { key: string; value: Predictions }>();
  return {
    name: written.name,
    ...(missing === undefined ? {} : { notComputable: missing }),
    *predict(values) {
      const parameters = Object.fromEntries(free.map((p, i) => [p.name, entry(values, i)]));
      const by = new Map<number | null, Predictions>();
      for (const condition of conditions) {
        const program = programWith(subject, condition, { parameters });
        if (isUnsound(program)) return undefined;
        const account = accountOf(program, written, index);
        const key = fingerprint(program, account);
        const known = evaluationCache.get(condition);
        let own = known?.key === key ? known.value : undefined;
        if (known?.key !== key) {
          own = yield* predictions(subject, program, account);
          evaluationCache.set(condition, { key, value: own });
        }
        if (!own) return undefined;
        by.set(condition, own);
      }
      return places.map(({ condition, observation }) => by.get(condition)?.[observation] ?? null);
    },
  };
}

/** The account with the numbers that it has in a program: its value may be a parameter. */
function accountOf(program: Program, written: Account, index: number): Account {
  return program.fit?.accounts[index] ?? written;
}

function* predictions(subject: Subject, program: Program, account: Account): Stepwise<Predictions> {
  const { notComputable, outcomes } = yield* predictObserved(program, countsFor(subject, program), account);
  if (notComputable !== undefined) return undefined;
  return program.observed.map((o, i): Prediction | null => {
    const p = outcomes[i];
    return p && !p.some(Number.isNaN) ? { p, correlation: o.overdispersion ?? program.fit?.overdispersion ?? 0 } : null;
  });
}

/** All numbers that a program's predictions depend on, so that one that did not change is not computed again. */
function fingerprint(program: Program, account: Account): string {
  const pieces: (number | undefined)[] = [account.value, account.concentration, program.fit?.overdispersion];
  for (const p of program.personas) pieces.push(p.prior, p.concentration, ...p.can, ...p.row);
  pieces.push(program.novel?.prior, program.novel?.concentration);
  for (const c of program.capabilities) pieces.push(c.value, c.strength);
  const used = new Set<string>(['context']);
  for (const e of program.episodes) {
    if (e.times === 0) continue;
    used.add(e.method);
    pieces.push(e.times, e.epochs, e.weight, e.tokens, e.reward);
  }
  for (const d of program.datasets) {
    for (const name of d.method === undefined ? ['sft', 'prefer', 'rl'] : [d.method]) used.add(name);
    for (const entryOf of d.entries) if (entryOf.value.kind === 'number') pieces.push(entryOf.value.value);
    for (const rule of d.rules)
      for (const entryOf of rule.entries) if (entryOf.value.kind === 'number') pieces.push(entryOf.value.value);
  }
  for (const m of Object.values(program.methods))
    if (used.has(m.name)) pieces.push(m.strength, m.repeats, m.discount, m.beta);
  for (const r of program.reinforcements) pieces.push(r.beta, r.rigidity, ...r.reward);
  for (const s of program.stages) pieces.push(s.retention);
  for (const o of program.observed) {
    pieces.push(o.overdispersion);
    for (const g of o.given) pieces.push(g.times);
  }
  return pieces.join(' ');
}
