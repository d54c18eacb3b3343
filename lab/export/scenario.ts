/**
 * Measured cells as a scenario: the world's text, a condition for each arm and dose, its trained situations as
 * evaluations and what the protocol held out as held-out evaluations; runs are runs. Must not know networks or files.
 *
 * The evidence of a condition is as strong as the trained situations say under `selection`, times one shared parameter
 * that a fit may free; nothing held out enters it.
 */
import type { Evidence } from '../prediction/evidence';
import { evidenceText } from '../prediction/evidence';
import { cellsOf, type World } from '../world/world';

export interface ExportedCondition {
  /** A name of the language. */
  readonly name: string;
  readonly title: string;
  readonly evidence: Evidence;
  readonly strength: number;
  /** True: the evidence stands in variants of the situations, which were trained behind a prefix. */
  readonly variants: boolean;
  /** A stage before: the condition that this one comes after. */
  readonly after?: string;
  readonly trained: readonly number[];
  readonly heldOut: readonly number[];
  /** One for each run: counts by flat cell. The trained situations' are those behind the trained prefix. */
  readonly runs: readonly { readonly trained: Float64Array; readonly plain: Float64Array }[];
}

const variantOf = (name: string) => `${name}_behind`;

/** The scenario of one world. At most `most` conditions; the rest is left out, in order. */
export function exportedScenario(
  world: World,
  title: string,
  conditions: readonly ExportedCondition[],
  most = 40,
): string {
  const included = conditions.slice(0, most);
  const header = world.text.replace(/^scenario .*$/m, `scenario ${JSON.stringify(title)}`);
  const anyVariants = included.some(({ variants }) => variants);
  const lines = [
    header.trimEnd(),
    ...(anyVariants ? ['', ...world.situations.map(({ name }) => `situation ${variantOf(name)} extends ${name}`)] : []),
    '',
    'source lab "The lab: tiny networks trained on this world" "docs/lab.md"',
    'parameter worth "What training is worth, as a multiple of what the trained situation says under selection" 1 from 0.1 to 10 log',
    'parameter g "Transfer between situations" 50% from 0 to 1',
    '',
    ...included.flatMap((condition) => [...conditionText(world, condition), '']),
    'fit $worth, $g under selection, transfer $g, contextual, habits 1, unmoved',
  ];
  return `${lines.join('\n')}\n`;
}

function conditionText(world: World, condition: ExportedCondition): string[] {
  const { evidence, strength, variants, trained, heldOut, runs } = condition;
  const rename = variants ? variantOf : undefined;
  const after = condition.after ? ` after ${condition.after}` : '';
  const evaluations = (
    situations: readonly number[],
    mark: string,
    pick: (run: (typeof runs)[number]) => Float64Array,
    named?: (name: string) => string,
  ) => situations.map((x) => `  ${evaluationText(world, x, runs.map(pick), mark, named)}`);
  return [
    `condition ${condition.name} ${JSON.stringify(condition.title)}${after} unit world {`,
    ...evidenceText(world, evidence, strength, rename, '$worth').map((line) => `  ${line}`),
    ...evaluations(trained, 'evaluation', (run) => run.trained, rename),
    ...evaluations(heldOut, 'evaluation held out', (run) => run.plain),
    '}',
  ];
}

/** One run as counts of every response; several as one response against the rest, the one that varies most over runs' mean. */
function evaluationText(
  world: World,
  situation: number,
  counts: readonly Float64Array[],
  mark: string,
  rename: (name: string) => string = (name) => name,
): string {
  const cells = cellsOf(world, situation);
  const { name = '', responses = [] } = world.situations[situation] ?? {};
  const own = counts.map((all) => Array.from(all.subarray(...cells)));
  const [only] = own;
  const observed =
    own.length === 1 && only
      ? responses.map((response, y) => `${response} ${only[y] ?? 0}`).join(', ')
      : oneAgainstRest(responses, own);
  return `${mark} "${name}": ${rename(name)} -> ${observed} @lab`;
}

/** The commonest response over all runs, which is the one that is best measured. */
function oneAgainstRest(responses: readonly string[], runs: readonly (readonly number[])[]): string {
  const totals = responses.map((_, y) => runs.reduce((sum, run) => sum + (run[y] ?? 0), 0));
  const focal = totals.indexOf(Math.max(...totals));
  const pairs = runs.map((run) => `${run[focal] ?? 0} of ${run.reduce((sum, n) => sum + n, 0)}`);
  return `${responses[focal]} ${pairs.join(', ')}`;
}
