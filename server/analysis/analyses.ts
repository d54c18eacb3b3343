/** All analyses of one program (LANGUAGE section 9), or those that were asked for, in steps. */
import type { Stepwise } from '../inference/stepwise';
import { declaredNumbers } from '../program/declaredNumbers';
import { type Flip, flips } from './flips/flips';
import { type HorizonResult, horizons } from './horizon/horizon';
import { type Identifiability, identifiability } from './information/identifiability';
import { type Repair, repairs } from './remedies/remedies';
import { type PowerScaling, powerScaling } from './sensitivity/powerScaling';
import { type Tornado, tornado, type Watched } from './sensitivity/tornado';
import { conditionName, conditionsOf, isUnsound, type Subject } from './subject/subject';
import { type SweepResult, sweepAll, sweptParameter } from './sweep/sweep';

export const ANALYSES = ['sweep', 'horizon', 'remedies', 'sensitivity', 'flips', 'identifiability'] as const;
export type AnalysisName = (typeof ANALYSES)[number];

export interface ConditionPowerScaling {
  readonly condition: string | null;
  readonly result: PowerScaling;
}

export interface Analyses {
  readonly sweeps?: readonly SweepResult[];
  readonly horizons?: readonly HorizonResult[];
  readonly repairs?: readonly Repair[];
  readonly powerScaling?: readonly ConditionPowerScaling[];
  /** Of the watched probe or persona; undefined where there is neither. */
  readonly tornado?: Tornado & { readonly watched: string };
  readonly flips?: readonly Flip[];
  readonly identifiability?: Identifiability;
}

export interface AnalysisOptions {
  readonly only?: readonly AnalysisName[];
  /** What the tornado watches; the first probe, else the first persona. */
  readonly watched?: Watched;
}

export function* analyses(subject: Subject, options: AnalysisOptions = {}): Stepwise<Analyses> {
  const asked = (name: AnalysisName) => options.only === undefined || options.only.includes(name);
  const { program } = subject;
  const numbers = declaredNumbers(program.text);
  return {
    ...(asked('sweep') ? { sweeps: yield* declaredSweeps(subject) } : {}),
    ...(asked('horizon') ? { horizons: yield* horizons(subject) } : {}),
    ...(asked('remedies') ? { repairs: yield* repairs(subject, numbers) } : {}),
    ...(asked('sensitivity') ? yield* sensitivity(subject, numbers, options.watched) : {}),
    ...(asked('flips') ? { flips: yield* flips(subject) } : {}),
    ...(asked('identifiability') ? { identifiability: yield* identifiability(subject, null) } : {}),
  };
}

function* declaredSweeps(subject: Subject): Stepwise<readonly SweepResult[]> {
  const results: SweepResult[] = [];
  for (const sweep of subject.program.sweeps) {
    const swept = sweptParameter(subject.program, sweep);
    if (swept) results.push(...(yield* sweepAll(subject, swept, sweep.parameter)));
  }
  return results;
}

function* sensitivity(
  subject: Subject,
  numbers: ReturnType<typeof declaredNumbers>,
  chosen: Watched | undefined,
): Stepwise<Pick<Analyses, 'powerScaling' | 'tornado'>> {
  const { program } = subject;
  const scaling: ConditionPowerScaling[] = [];
  for (const condition of conditionsOf(subject)) {
    const result = yield* powerScaling(subject, condition);
    if (!isUnsound(result)) scaling.push({ condition: conditionName(subject, condition), result });
  }
  const watched: Watched | undefined =
    chosen ?? (program.probes.length > 0 ? { probe: 0 } : program.personas.length > 0 ? { persona: 0 } : undefined);
  if (!watched) return { powerScaling: scaling };
  const name =
    'probe' in watched ? program.probes[watched.probe]?.target.text : program.personas[watched.persona]?.name;
  const bars = yield* tornado(subject, null, numbers, watched);
  return { powerScaling: scaling, tornado: { ...bars, watched: name ?? '' } };
}
