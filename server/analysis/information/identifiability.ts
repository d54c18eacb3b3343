/**
 * Identifiability (LANGUAGE section 9): personas that no evidence and no probe tells apart, and what each probe without an
 * evaluation would say about the accounts and about who answers in one conversation.
 */
import type { DatasetCounts } from '../../datasets/counts';
import { rivals } from '../../inference/evaluate';
import type { Stepwise } from '../../inference/stepwise';
import type { Account, Probe, Program, Target } from '../../program/model/program';
import { entry } from '../numbers/entry';
import { type Standing, standingOf } from '../subject/standing';
import { countsFor, isUnsound, programWith, type Subject } from '../subject/subject';
import { variant } from '../subject/variant';
import { type Alternative, expectedInformation } from './information';
import { unitRow } from './unitRow';

export interface Pair {
  readonly a: string;
  readonly b: string;
}

export interface ProbeInformation {
  readonly probe: number;
  readonly situation: string;
  readonly given?: string;
  /** Nats that n separate answers say about the accounts; NaN with fewer than two. */
  readonly account: number;
  /** Nats by k answers in one conversation, from 1 on, about which persona it drew. */
  readonly persona: readonly number[];
  readonly exact: boolean;
}

export interface Identifiability {
  readonly pairs: readonly Pair[];
  readonly probes: readonly ProbeInformation[];
  readonly answers: number;
}

export interface MeasuringOptions {
  /** Separate conversations. */
  readonly answers?: number;
  /** Answers in one conversation, at most. */
  readonly inOne?: number;
  /** What each account predicts for a situation (and `given`) after a fit: weighted probabilities by response. */
  readonly fitted?: (account: Account, target: Target) => Alternative['mixture'] | undefined;
}

const ANSWERS = 100;
const IN_ONE = 8;
/** Two personas that differ by less than rounding are the same. */
const SAME = 1e-12;

export function* identifiability(
  subject: Subject,
  condition: number | null,
  options: MeasuringOptions = {},
): Stepwise<Identifiability> {
  const answers = options.answers ?? ANSWERS;
  const program = programWith(subject, condition);
  if (isUnsound(program)) return { pairs: [], probes: [], answers };
  const counts = countsFor(subject, program);
  const now = yield* standingOf(program, counts);
  if (isUnsound(now)) return { pairs: [], probes: [], answers };
  const accounts = subject.program.fit?.accounts.length ? subject.program.fit.accounts : program.accounts;
  const unmeasured = distinctTargets(program.probes).filter(({ target }) => !isMeasured(program, target));
  const predictions = yield* accountPredictions(program, counts, accounts, unmeasured);
  const probes: ProbeInformation[] = [];
  for (const [k, { index, target }] of unmeasured.entries()) {
    yield;
    const equal = accounts.flatMap((account, a): Alternative[] => {
      const own = options.fitted?.(account, target);
      const p = predictions[a]?.[k];
      return own ? [{ weight: 1, mixture: own }] : p ? [{ weight: 1, mixture: [{ weight: 1, p }] }] : [];
    });
    const about = yield* expectedInformation(equal, answers);
    const { weights } = now.answer(target);
    const personas = Array.from(
      weights,
      (weight, h): Alternative => ({
        weight,
        mixture: [{ weight: 1, p: unitRow(rowOf(now, h, target)) }],
      }),
    );
    const persona: number[] = [];
    let exact = about.exact;
    for (let n = 1; n <= (options.inOne ?? IN_ONE); n++) {
      const inOne = yield* expectedInformation(personas, n);
      persona.push(inOne.nats);
      exact &&= inOne.exact;
    }
    probes.push({
      probe: index,
      situation: program.situations[target.situation]?.name ?? '',
      ...(target.givenText === undefined ? {} : { given: target.givenText }),
      account: equal.length < 2 ? Number.NaN : about.nats,
      persona,
      exact,
    });
  }
  return { pairs: samePairs(program, now), probes, answers };
}

function rowOf(now: Standing, h: number, { situation }: Target): Float64Array {
  const { cellOffset, situations } = now.program;
  const cells = entry(cellOffset, situations.length);
  return now.predictive.slice(h * cells + entry(cellOffset, situation), h * cells + entry(cellOffset, situation + 1));
}

/** Probes of one question (situation and context) say the same about what to measure. */
function distinctTargets(probes: readonly Probe[]): readonly Probe[] {
  const seen = new Set<string>();
  return probes.filter(({ target }) => {
    const key = `${target.situation} ${target.givenText ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isMeasured(program: Program, target: Target): boolean {
  return program.observed.some(
    (o) => o.situation === target.situation && (o.givenText ?? '') === (target.givenText ?? '') && o.runs.length > 0,
  );
}

/** By account, by target: probabilities by response; undefined where the account has none. */
function* accountPredictions(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  accounts: readonly Account[],
  targets: readonly Probe[],
): Stepwise<readonly (readonly (Float64Array | undefined)[])[]> {
  if (accounts.length === 0 || targets.length === 0) return accounts.map(() => []);
  const probes: Probe[] = [];
  for (const { target, origin } of targets) {
    const size = program.situations[target.situation]?.responses.length ?? 0;
    for (let response = 0; response < size; response++)
      probes.push({ index: probes.length, target: { ...target, response }, origin });
  }
  const asked = variant(program, { accounts, probes, expectations: [], observed: [] });
  const { accounts: results } = yield* rivals(asked, counts);
  return results.map((result) => {
    let at = 0;
    return targets.map(({ target }) => {
      const size = program.situations[target.situation]?.responses.length ?? 0;
      const p = result.probes.slice(at, at + size);
      at += size;
      return p.length === size && !p.some(Number.isNaN) ? unitRow(p) : undefined;
    });
  });
}

/** Personas with a prior whose predictions agree wherever there is evidence, a context or a probe. */
function samePairs(program: Program, now: Standing): readonly Pair[] {
  const touched = new Set<number>();
  const situation = (x: number) => {
    for (let cell = entry(program.cellOffset, x); cell < entry(program.cellOffset, x + 1); cell++) touched.add(cell);
  };
  for (const e of program.episodes)
    if (e.times > 0)
      for (const y of [e.response, e.over])
        if (y !== undefined) touched.add(entry(program.cellOffset, e.situation) + y);
  for (const r of program.reinforcements) situation(r.situation);
  const targets = [...program.probes.map((p) => p.target), ...program.expectations.flatMap((e) => e.target ?? [])];
  for (const t of targets) {
    touched.add(entry(program.cellOffset, t.situation) + t.response);
    for (const g of t.given) touched.add(entry(program.cellOffset, g.situation) + g.response);
  }
  const cells = entry(program.cellOffset, program.situations.length);
  const equal = (a: number, b: number) => {
    const x = entry(now.logLikelihood, a);
    const y = entry(now.logLikelihood, b);
    if (x !== y && !(Math.abs(x - y) <= SAME * Math.max(1, Math.abs(x)))) return false;
    for (const cell of touched) {
      const p = entry(now.predictive, a * cells + cell);
      const q = entry(now.predictive, b * cells + cell);
      if (Math.abs(p - q) > SAME * Math.max(p, q)) return false;
    }
    return true;
  };
  const pairs: Pair[] = [];
  for (let b = 1; b < now.hypotheses.length; b++)
    for (let a = 0; a < b; a++) if (equal(a, b)) pairs.push({ a: now.hypotheses[a] ?? '', b: now.hypotheses[b] ?? '' });
  return pairs;
}
