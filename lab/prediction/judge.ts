/**
 * From a checkpoint's measured trained situations to every account's sealed prediction. Must not know how networks are
 * trained or what is held out: it serves measured and synthetic ones alike.
 */
import type { World } from '../world/world';
import type { LabAccount } from './accounts';
import type { Evidence } from './evidence';
import { type Curves, curvesOf, fitStrength, stepOf, strengthAt } from './fit';
import { type GivenQuestion, type Prediction, type PredictionSettings, predict, predictionText } from './predict';
import { sealOf } from './seal';

/** What a prediction starts from: the world as written, or as the network itself has it. */
export interface Subject {
  readonly name: string;
  readonly world: World;
  /** False: costly accounts make no prediction from it. */
  readonly costly: boolean;
}

export interface Question {
  readonly evidence: Evidence;
  readonly probes: readonly GivenQuestion[];
  /** True: training stood behind a prefix, so the evidence is in variants of the situations. */
  readonly variants: boolean;
  readonly accounts: readonly LabAccount[];
  /** A stage before, with the strength that each account had for it. */
  readonly before?: { readonly evidence: Evidence; readonly strengths: readonly (number | null)[] };
}

/** By account: the fitted strength, null where nothing can explain the trained counts. */
export interface Sealed {
  readonly subject: string;
  readonly strengths: readonly (number | null)[];
  /** SHA-256 of the texts that predict. */
  readonly seal: string;
}

/** Strengths of one subject at one dose, from the trained counts (C) alone, and the seal of what they predict. */
export function sealPredictions(
  subject: Subject,
  question: Question,
  counts: Float64Array,
  curves: CurveStore,
): Sealed {
  const strengths = question.accounts.map((account, at) => {
    if (account.costly && !subject.costly) return null;
    const fitted = fitStrength(curves(subject, question, at), account, counts, question.variants);
    // The seal is about texts with the strength that a results line can hold, so that the line repeats them.
    return fitted && (fitted.strength > 0 ? strengthAt(stepOf(fitted.strength)) : 0);
  });
  const texts = strengths.map((strength, at) =>
    strength === null ? '' : predictionText(settingsOf(subject, question, at), strength),
  );
  return { subject: subject.name, strengths, seal: sealOf(texts) };
}

/** Every account's prediction at sealed strengths; null where there is none. */
export function predictionsAt(
  subject: Subject,
  question: Question,
  strengths: readonly (number | null)[],
): (Prediction | null)[] {
  return question.accounts.map((account, at) => {
    const strength = strengths[at] ?? null;
    if (strength === null) return null;
    return predict(settingsOf(subject, question, at), strength).get(account.name) ?? null;
  });
}

/** The curves of an account (by its place), stored because arms and doses that share the evidence share them. */
export type CurveStore = (subject: Subject, question: Question, account: number) => Curves;

/** A store that computes each curve once. Where no stage stands before, all accounts share one pass. */
export function curveStore(): CurveStore {
  const known = new Map<string, Curves>();
  return (subject, question, at) => {
    const alone = settingsOf(subject, question, at);
    const costly = question.accounts[at]?.costly === true;
    const cheap = question.accounts.filter((account) => !account.costly);
    const settings = question.before || costly ? alone : { ...alone, accounts: cheap };
    const key = sealOf([predictionText({ ...settings, probes: [] }, 1)]);
    const found = known.get(key) ?? curvesOf(settings, costly);
    known.set(key, found);
    return found;
  };
}

function settingsOf(subject: Subject, question: Question, at: number): PredictionSettings {
  const { evidence, probes, variants, before, accounts } = question;
  const account = accounts[at];
  return {
    world: subject.world,
    evidence,
    probes,
    accounts: account ? [account] : [],
    variants,
    ...(before ? { before: { evidence: before.evidence, strength: before.strengths[at] ?? 0 } } : {}),
  };
}
