/**
 * The full path in small: one world, a short pre-training, one arm, predictions, seal, measurement, export. It fails if a
 * gradient step, a measurement, a seal or the export is broken. Its numbers are no result, and it says so.
 */

import { tokensOf } from '../documents/sample';
import { answerAt, answersAfter } from '../measurement/exact';
import { startEngine, trainerFrom } from '../network/engine';
import { referenceLogProbabilities } from '../network/reference';
import { curveStore } from '../prediction/judge';
import { supportedAccounts } from '../prediction/predict';
import { type Arm, armNamed } from '../training/arms';
import { PRETRAINING } from '../training/pretrain';
import { cellsOf } from '../world/world';
import { runCell } from './cell';
import { exportedWorld } from './exported';
import type { Line } from './lines';
import { networkOf } from './network';
import { networkLine } from './networkLine';
import { DEVELOPMENT_WORLDS } from './plan';
import { scoresOf, wholeCells } from './scores';

/** A looser gate than the protocol's, for a pre-training of a tenth of its length. */
const STEPS = 500;
const LOOSE_GATE = 0.12;
/** Total variation between the network's own in-context posterior over personas and the exact one. */
const LOOSE_DISTANCE = 0.3;
/** Between probabilities by the engine's float32 and by the float64 pass. */
const FORWARD = 1e-5;

export interface QuickResult {
  readonly failures: readonly string[];
  readonly lines: readonly Line[];
  readonly scenario: string;
  readonly summary: readonly string[];
}

/** Every check by name; empty failures mean that the path works. */
export async function quickRun(): Promise<QuickResult> {
  await startEngine();
  const failures: string[] = [];
  const summary: string[] = [];
  const check = (holds: boolean, what: string) => {
    summary.push(`${holds ? 'ok    ' : 'FAILED'} ${what}`);
    if (!holds) failures.push(what);
  };
  const world = DEVELOPMENT_WORLDS[0] ?? 0;
  const network = await networkOf(
    { world, pretraining: 0, documents: 'personas', settings: { ...PRETRAINING, steps: STEPS } },
    undefined,
  );
  const { source, shape, parameters } = network;
  const prior = network.gate.priorOnly.slice(1).reduce((sum, x) => sum + x, 0) / (network.gate.priorOnly.length - 1);
  check(
    network.gate.mean < LOOSE_GATE && network.gate.mean < prior,
    `loose gate: KL(exact ‖ network) ${network.gate.mean.toFixed(3)} nats, below ${LOOSE_GATE} and below ${prior.toFixed(3)} without context`,
  );
  const distance = network.own?.posteriorDistance ?? 1;
  check(
    distance < LOOSE_DISTANCE,
    `in-context posterior over personas is within ${LOOSE_DISTANCE} of the exact one: ${distance.toFixed(3)} (total variation)`,
  );

  const trainer = trainerFrom(shape, parameters);
  const [cells] = await answersAfter(trainer, source.world, source.vocabulary, [
    { prefix: source.vocabulary.none, character: 0, pairs: [{ situation: 0, response: 1 }] },
  ]);
  trainer.dispose();
  const tokens = tokensOf(source.world, source.vocabulary, {
    prefix: source.vocabulary.none,
    character: 0,
    pairs: [{ situation: 0, response: 1 }],
  });
  let apart = 0;
  source.world.situations.forEach((_, x) => {
    const logs = referenceLogProbabilities(shape, parameters, [...tokens, source.vocabulary.situation(x)]);
    const { distribution } = answerAt(logs, tokens.length * source.vocabulary.size, source.world, source.vocabulary, x);
    const [from] = cellsOf(source.world, x);
    distribution.forEach((p, y) => {
      apart = Math.max(apart, Math.abs(p - (cells?.[from + y] ?? Number.NaN)));
    });
  });
  check(apart < FORWARD, `answers are those of an independent float64 pass: ${apart.toExponential(1)} apart at most`);

  const arm: Arm = armNamed('sft-1');
  const accounts = supportedAccounts(source.world).filter(({ costly }) => !costly);
  const lines: Line[] = [networkLine(network)];
  await runCell({
    network,
    arm,
    fineTuning: 0,
    accounts,
    curves: curveStore(),
    code: 'quick',
    append: (line) => lines.push(line),
  });
  const [cell] = wholeCells(lines).cells;
  check(
    cell !== undefined &&
      lines.findIndex((line) => line.kind === 'sealed') < lines.findIndex((line) => line.kind === 'measured'),
    'predictions are sealed before the held-out situations are measured',
  );
  const steps = cell?.sealed.doses.map((dose) => dose.steps) ?? [];
  const last = cell?.sealed.doses.at(-1);
  check(
    last?.reached === true && steps.every((n, i) => i === 0 || n >= (steps[i - 1] ?? 0)),
    `gradient steps move the trained situation through every dose: ${steps.join(', ')} steps`,
  );
  if (cell) {
    const scored = scoresOf(cell, source.world, network.own?.world, accounts, 0);
    const end = scored.doses.at(-1)?.scores.get('own');
    for (const { name } of accounts) {
      const score = end?.get(name);
      summary.push(
        `       ${name.padEnd(11)} ${score ? `KL ${score.divergence.toFixed(3)} nats on what was held out` : 'no prediction'}`,
      );
    }
    check(
      accounts.some(({ name }) => Number.isFinite(end?.get(name)?.divergence)),
      'accounts have scores',
    );
  }
  const { scenario, problems } = exportedWorld(lines, world, accounts);
  check(
    problems.length === 0,
    `the exported scenario is read without an error${problems.length > 0 ? `: ${problems[0]}` : ''}`,
  );
  return { failures, lines, scenario, summary };
}

export async function quick(print: (line: string) => void): Promise<number> {
  const started = performance.now();
  print('NOT A RESULT: one development world, a tenth of the pre-training, one arm.');
  const { failures, summary } = await quickRun();
  for (const line of summary) print(line);
  print(
    `${failures.length === 0 ? 'All checks hold' : `${failures.length} checks failed`} (${((performance.now() - started) / 1000).toFixed(0)} s). NOT A RESULT.`,
  );
  return failures.length === 0 ? 0 : 1;
}
