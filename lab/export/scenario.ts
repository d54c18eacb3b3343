/**
 * Measured cells as a scenario: the world's text, a condition for each arm and dose, its trained situations as
 * evaluations and what the protocol held out as held-out evaluations; runs are runs. Must not know networks or files.
 *
 * The evidence of a condition is as strong as the trained situations say under `selection`, times one shared parameter
 * that a fit may free; nothing held out enters it.
 */
import type { Evidence } from '../prediction/evidence';
import { evidenceText } from '../prediction/evidence';
import { cellsOf, type Pair, type World } from '../world/world';

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
  /** Held-out answers after other answers in the same conversation; for each run, counts over the situation's responses. */
  readonly given: readonly {
    readonly context: readonly Pair[];
    readonly situation: number;
    readonly runs: readonly ArrayLike<number>[];
  }[];
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

/** `given s1 -> r1, s2 -> r3`. */
function givenText(world: World, context: readonly Pair[]): string {
  const pairs = context.map(({ situation, response }) => {
    const { name, responses } = world.situations[situation] ?? {};
    return `${name} -> ${responses?.[response]}`;
  });
  return ` given ${pairs.join(', ')}`;
}

function conditionText(world: World, condition: ExportedCondition): string[] {
  const { evidence, strength, variants, trained, heldOut, runs } = condition;
  const rename = variants ? variantOf : undefined;
  const after = condition.after ? ` after ${condition.after}` : '';
  const plain = (situations: readonly number[], mark: string, pick: (run: Run) => Float64Array, named = same) =>
    situations.map((x) => {
      const [from, to] = cellsOf(world, x);
      const counts = runs.map((run) => pick(run).subarray(from, to));
      const { name = '', responses = [] } = world.situations[x] ?? {};
      return `  ${mark} "${name}": ${named(name)} -> ${observedText(responses, counts)} @lab`;
    });
  const pairs = condition.given.map(({ context, situation, runs: counts }) => {
    const { name = '', responses = [] } = world.situations[situation] ?? {};
    const observed = observedText(responses, counts);
    return `  evaluation held out "${name} in one conversation": ${name} -> ${observed}${givenText(world, context)} @lab`;
  });
  return [
    `condition ${condition.name} ${JSON.stringify(condition.title)}${after} unit world {`,
    ...evidenceText(world, evidence, strength, rename, '$worth').map((line) => `  ${line}`),
    ...plain(trained, 'evaluation', (run) => run.trained, rename),
    ...plain(heldOut, 'evaluation held out', (run) => run.plain),
    ...pairs,
    '}',
  ];
}

type Run = ExportedCondition['runs'][number];
const same = (name: string) => name;

/** One run as counts of every response; several as the commonest response against the rest, a pair for each run. */
function observedText(responses: readonly string[], runs: readonly ArrayLike<number>[]): string {
  const [only] = runs;
  if (runs.length === 1 && only) return responses.map((response, y) => `${response} ${only[y] ?? 0}`).join(', ');
  return oneAgainstRest(
    responses,
    runs.map((run) => Array.from(run)),
  );
}

/** The commonest response over all runs, which is the one that is best measured. */
function oneAgainstRest(responses: readonly string[], runs: readonly (readonly number[])[]): string {
  const totals = responses.map((_, y) => runs.reduce((sum, run) => sum + (run[y] ?? 0), 0));
  const focal = totals.indexOf(Math.max(...totals));
  const pairs = runs.map((run) => `${run[focal] ?? 0} of ${run.reduce((sum, n) => sum + n, 0)}`);
  return `${responses[focal]} ${pairs.join(', ')}`;
}
