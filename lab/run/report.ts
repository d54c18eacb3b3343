/**
 * The report on a results file: the gate, then for each arm which accounts hold, fail or stay undecided over worlds.
 * Markdown; every number comes from the lines. Must not know networks.
 */
import { betweenRuns } from '../measurement/betweenRuns';
import { overWorlds } from '../measurement/skill';
import type { LabAccount } from '../prediction/accounts';
import { ARMS, type Arm } from '../training/arms';
import { worldText } from '../world/generate';
import { cellsOf, readWorld, type World } from '../world/world';
import { type Line, type NetworkLine, unpackShares } from './lines';
import { GATE } from './network';
import { type CellScores, networkOfCell, networksOf, ownWorldOf, scoresOf, wholeCells } from './scores';
import { type ArmVerdict, judged, skillsByWorld, verdictOf } from './verdict';

/** Nats that no mixture explains, from which on a network counts as outside all of them. */
const OUTSIDE = 0.05;

export interface ReportSettings {
  readonly accounts: readonly LabAccount[];
  /** Of coverage, by the protocol. */
  readonly overdispersion: number;
  /** Stands at the top where the numbers are no result. */
  readonly stamp?: string;
}

/** Every complete cell with its scores, in the order of the file. */
export function allScores(lines: readonly Line[], { accounts, overdispersion }: ReportSettings): CellScores[] {
  const networks = networksOf(lines);
  const owns = new Map<string, World | undefined>();
  return wholeCells(lines).cells.map((cell) => {
    const written = readWorldOnce(cell.id.world);
    const arm = ARMS.find(({ name }) => name === cell.id.arm);
    const name = arm ? networkOfCell({ id: cell.id, arm }) : '';
    if (!owns.has(name)) owns.set(name, ownWorldOf(written, networks.get(name)));
    return scoresOf(cell, written, owns.get(name), accounts, overdispersion);
  });
}

export function report(lines: readonly Line[], settings: ReportSettings): string {
  const scores = allScores(lines, settings);
  const scrambled = scrambledSkills(scores);
  const sections = ARMS.flatMap((arm) => {
    const cells = scores.filter(({ id }) => id.arm === arm.name && id.width === 32);
    if (cells.length === 0) return [];
    const subjects = arm.pretraining === 'personas' ? ['own', 'written'] : ['written'];
    return [
      armSection(
        arm,
        cells,
        subjects.map((subject) => verdictOf(arm.name, subject, judged(cells, subject), scrambled(arm))),
      ),
    ];
  });
  return [
    ...(settings.stamp ? [`**${settings.stamp}**`, ''] : []),
    gateSection([...networksOf(lines).values()]),
    `Runs that differ in their pre-training alone: intraclass correlation of held-out answers ${number(correlationOfRuns(scores) ?? undefined)}; ` +
      `coverage allows for ${settings.overdispersion}.`,
    '',
    ...sections,
  ].join('\n');
}

/** Skills in the scrambled twin of an arm: the arm of the same method and situations, where there is one. */
function scrambledSkills(scores: readonly CellScores[]) {
  return (arm: Arm) => {
    const twin = ARMS.find(
      (other) =>
        other.pretraining === 'scrambled' &&
        other.objective.kind === arm.objective.kind &&
        other.trainable === arm.trainable &&
        other.trained === arm.trained,
    );
    if (!twin || arm.pretraining !== 'personas') return undefined;
    const skills = skillsByWorld(
      judged(
        scores.filter(({ id }) => id.arm === twin.name),
        'written',
      ),
    );
    return new Map([...skills].map(([account, byWorld]) => [account, overWorlds([...byWorld.values()])]));
  };
}

function gateSection(networks: readonly NetworkLine[]): string {
  const trained = networks.filter(({ network }) => !network.startsWith('none'));
  const failed = trained.filter(({ passed }) => !passed);
  const worst = trained.map(({ gate }) => Math.max(...gate)).sort((a, b) => a - b);
  return [
    '## The gate',
    '',
    `${trained.length} networks were pre-trained; ${failed.length} failed the gate (KL(exact ‖ network) above ${GATE} nats at some context length)` +
      `${failed.length > 0 ? `: ${failed.map(({ network }) => network).join(', ')}` : ''}.`,
    `Worst context length of a network: median ${number(worst[Math.floor(worst.length / 2)])}, greatest ${number(worst.at(-1))} nats.`,
    '',
  ].join('\n');
}

/** Intraclass correlation of held-out answers between pre-trainings, all else the same. */
function correlationOfRuns(scores: readonly CellScores[]): number | null {
  const groups = new Map<string, Float64Array[]>();
  for (const { id, assignment, measured } of scores) {
    for (const [d, dose] of measured.doses.entries()) {
      const exact = unpackShares(dose.exact);
      for (const x of assignment.untrained) {
        const key = [id.arm, id.world, id.fineTuning, id.width, d, x].join(' ');
        const world = readWorldOnce(id.world);
        groups.set(key, [...(groups.get(key) ?? []), exact.slice(...cellsOf(world, x))]);
      }
    }
  }
  return betweenRuns([...groups.values()]);
}

const worldsRead = new Map<number, World>();

function readWorldOnce(seed: number): World {
  const world = worldsRead.get(seed) ?? readWorld(worldText(seed));
  worldsRead.set(seed, world);
  return world;
}

function armSection(arm: Arm, cells: readonly CellScores[], verdicts: readonly ArmVerdict[]): string {
  const doses = cells.flatMap((cell) => cell.doses);
  const slopes = doses.flatMap(({ slope }) => (slope === null ? [] : [slope]));
  const correlations = doses.flatMap(({ correlation }) => (correlation === null ? [] : [correlation]));
  const unreached = doses.filter(({ reached }) => !reached).length;
  return [
    `## ${arm.title} (\`${arm.name}\`)`,
    '',
    `${cells.length} cells; ${unreached} of ${doses.length} doses were not reached. Slope of moved log odds on selection's: median ` +
      `${number(median(slopes))}, correlation ${number(median(correlations))}. No mixture of personas explains ` +
      `${number(median(doses.map(({ unexplained }) => unexplained)))} nats (median over doses). Another character moves ` +
      `${number(median(doses.flatMap(({ leakage }) => (leakage === null ? [] : [leakage]))))} times as far (slope, median).`,
    ...leaving(cells),
    '',
    ...verdicts.flatMap((verdict) => verdictTable(verdict)),
  ].join('\n');
}

/** Reinforcement: the number of episodes at which what no mixture explains exceeds the protocol's limit. */
function leaving(cells: readonly CellScores[]): string[] {
  const curves = cells.flatMap(({ measured }) => (measured.curve ? [measured.curve] : []));
  if (curves.length === 0) return [];
  const at = curves.flatMap((curve) => {
    const found = curve.find(([, , unexplained]) => unexplained > OUTSIDE);
    return found ? [found] : [];
  });
  return [
    '',
    `${at.length} of ${curves.length} runs leave every mixture (by more than ${OUTSIDE} nats): at the median after ` +
      `${number(median(at.map(([episodes]) => episodes)))} episodes, the rewarded response at ${number(median(at.map(([, p]) => p)))}.`,
  ];
}

function verdictTable({ subject, accounts, worlds, named }: ArmVerdict): string[] {
  const from = subject === 'own' ? 'the network’s own persona distribution' : 'the world as written';
  return [
    `Predictions from ${from}, ${worlds} worlds. Least log loss: ${named ?? 'none'}.`,
    '',
    'Regret: nats below the saturated model for each answer, without context / after it / in one conversation.',
    '',
    '| account | skill | 95% interval | regret | coverage of 90% intervals | verdict | because |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...accounts.map(({ account, skill, regrets, coverage, verdict, because }) => {
      const interval = skill?.interval95 ? `${number(skill.interval95[0])} to ${number(skill.interval95[1])}` : '';
      return `| ${account} | ${number(skill?.mean)} | ${interval} | ${regrets.map(number).join(' / ')} | ${number(coverage?.mean)} | ${verdict} | ${because} |`;
    }),
    '',
  ];
}

const number = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value)
    ? ''
    : Number((Math.abs(value) < 1e-9 ? 0 : value).toPrecision(3)).toString();

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
