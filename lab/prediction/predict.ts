/**
 * What each account predicts after training, by the product's own evaluator: the world's text, the evidence at a
 * strength, and a probe for each question with a context. Must not know networks or measurements.
 */
import { accountsOf, errorsIn } from '../dramatis';
import { cellsOf, type Pair, type World } from '../world/world';
import { ACCOUNTS, type LabAccount } from './accounts';
import { type Evidence, evidenceText } from './evidence';

/** A question after a context: `probe x -> … given …`. */
export interface GivenQuestion {
  readonly context: readonly Pair[];
  readonly situation: number;
}

export interface Prediction {
  /** C: the prediction of every cell, no context; NaN where the account makes none. */
  readonly cells: Float64Array;
  /** For each question with a context, over the situation's responses. */
  readonly given: readonly Float64Array[];
  /** C: the trained variants of the situations, where evidence has been moved to variants; else the same as `cells`. */
  readonly variants: Float64Array;
}

export interface PredictionSettings {
  readonly world: World;
  readonly evidence: Evidence;
  readonly probes: readonly GivenQuestion[];
  readonly accounts: readonly LabAccount[];
  /** True: the evidence stands in variants (`s1_variant extends s1`), as training behind a prefix does. */
  readonly variants?: boolean;
  /** Evidence before this one, with its strength. */
  readonly before?: { readonly evidence: Evidence; readonly strength: number };
}

const variantOf = (name: string) => `${name}_variant`;

/** Every account's prediction at a strength, by the account's name. */
export function predict(settings: PredictionSettings, strength: number): ReadonlyMap<string, Prediction> {
  const { world, probes, accounts } = settings;
  const { program, accounts: results } = accountsOf(predictionText(settings, strength));
  const out = new Map<string, Prediction>();
  accounts.forEach((account, index) => {
    const result = results[index];
    const usable = result && result.notComputable === undefined && result.predictive.length > 0;
    let at = 0;
    const given = probes.map(({ situation }) => {
      const [from, to] = cellsOf(world, situation);
      const values = usable ? result.probes.slice(at, at + to - from) : new Float64Array(to - from).fill(Number.NaN);
      at += to - from;
      return values;
    });
    const all = usable ? result.predictive : new Float64Array(program.cellOffset.at(-1) ?? 0).fill(Number.NaN);
    const cells = all.slice(0, world.cells);
    out.set(account.name, {
      cells,
      given,
      variants: settings.variants ? all.slice(world.cells, 2 * world.cells) : cells,
    });
  });
  return out;
}

/** The scenario of a prediction; its tokens are what a seal is about. */
export function predictionText(settings: PredictionSettings, strength: number): string {
  const { world, evidence, probes, accounts, before } = settings;
  const rename = settings.variants ? variantOf : undefined;
  const lines = [
    ...(settings.variants ? world.situations.map(({ name }) => `situation ${variantOf(name)} extends ${name}`) : []),
    ...(before ? evidenceText(world, before.evidence, before.strength) : []),
    ...evidenceText(world, evidence, strength, rename),
    ...probes.flatMap((question) => probeTexts(world, question)),
    `compare ${accounts.map(({ text }) => text).join(', ')}`,
  ];
  return `${world.text}\n${lines.join('\n')}\n`;
}

function probeTexts(world: World, { context, situation }: GivenQuestion): string[] {
  const name = (x: number) => world.situations[x]?.name ?? '';
  const given = context
    .map(({ situation: x, response }) => `${name(x)} -> ${world.situations[x]?.responses[response]}`)
    .join(', ');
  const asked = world.situations[situation];
  return (asked?.responses ?? []).map(
    (response) => `probe ${name(situation)} -> ${response}${given === '' ? '' : ` given ${given}`}`,
  );
}

/** The accounts that the product evaluates today; the protocol is final only when these are all of them. */
export function supportedAccounts(world: World): readonly LabAccount[] {
  return ACCOUNTS.filter(({ text }) => {
    const asked = `${world.text}\ncompare ${text}\n`;
    if (errorsIn(asked).length > 0) return false;
    const [result] = accountsOf(asked).accounts;
    return result?.notComputable === undefined && (result?.predictive.length ?? 0) >= world.cells;
  });
}
