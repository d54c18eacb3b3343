/**
 * Scores from a results file: every account's sealed prediction is made again from the lines, compared with what was
 * measured, and the seal is checked. Must not know networks: the world as a network has it stands in the lines.
 */
import { logOdds, movement } from '../measurement/movement';
import { nearestMixture } from '../measurement/nearestMixture';
import { type Score, scoreOf } from '../measurement/score';
import type { LabAccount } from '../prediction/accounts';
import { predictionsAt, type Subject } from '../prediction/judge';
import { type Arm, armNamed } from '../training/arms';
import { type Assignment, assignmentOf } from '../training/assignment';
import { plainText } from '../world/plain';
import { cellsOf, mixtureOf, readWorld, type World } from '../world/world';
import { firstQuestion, heldOutOf, lastQuestion, subjectsOf } from './asked';
import { withBefore } from './cell';
import {
  type CellId,
  cellId,
  type Line,
  type MeasuredLine,
  type NetworkLine,
  networkName,
  type SealedLine,
  unpackCounts,
  unpackShares,
  unpackStrengths,
} from './lines';

export interface DoseScores {
  readonly progress: number;
  readonly reached: boolean;
  /** By subject, by account; null where an account makes no prediction. */
  readonly scores: ReadonlyMap<string, ReadonlyMap<string, Score | null>>;
  /** ΣKL(network ‖ nearest mixture of the first subject's personas), nats. */
  readonly unexplained: number;
  /** Of held-out log odds: measured against selection's change. */
  readonly slope: number | null;
  readonly correlation: number | null;
  /** Slope of the other character's changes on the Assistant's, over all situations; from counts. */
  readonly leakage: number | null;
}

export interface CellScores {
  readonly id: CellId;
  readonly arm: Arm;
  readonly assignment: Assignment;
  readonly doses: readonly DoseScores[];
  readonly sealed: SealedLine;
  readonly measured: MeasuredLine;
}

/** The cells of a file that are complete, and the names of those that are not. */
export function wholeCells(lines: readonly Line[]): {
  readonly cells: readonly { readonly id: CellId; readonly sealed: SealedLine; readonly measured: MeasuredLine }[];
  readonly open: readonly string[];
} {
  const sealed = new Map<string, SealedLine>();
  const cells: { id: CellId; sealed: SealedLine; measured: MeasuredLine }[] = [];
  for (const line of lines) {
    if (line.kind === 'sealed') sealed.set(line.cell, line);
    if (line.kind !== 'measured') continue;
    // Only a measurement that comes after its own seal counts.
    const before = sealed.get(line.cell);
    const id = cellId(line.cell);
    if (!before || !id || before.seal !== line.seal) continue;
    cells.push({ id, sealed: before, measured: line });
    sealed.delete(line.cell);
  }
  return { cells, open: [...sealed.keys()] };
}

/** The networks of a file by name. */
export function networksOf(lines: readonly Line[]): ReadonlyMap<string, NetworkLine> {
  return new Map(lines.flatMap((line) => (line.kind === 'network' ? [[line.network, line] as const] : [])));
}

/** The world as a network has it, from its line. */
export function ownWorldOf(world: World, line: NetworkLine | undefined): World | undefined {
  if (!line?.own) return undefined;
  return readWorld(plainText(world, unpackShares(line.own.prior), unpackShares(line.own.rows)));
}

export function scoresOf(
  cell: { readonly id: CellId; readonly sealed: SealedLine; readonly measured: MeasuredLine },
  written: World,
  own: World | undefined,
  accounts: readonly LabAccount[],
  overdispersion: number,
): CellScores {
  const { id, sealed, measured } = cell;
  const arm = armNamed(id.arm);
  const assignment = assignmentOf(written, arm, id.fineTuning, id.world);
  const heldOut = heldOutOf(arm, assignment);
  const first = firstQuestion(written, arm, assignment, accounts);
  const { question } = lastQuestion(written, arm, assignment, accounts);
  const subjects = subjectsOf(written, own);
  const doses = measured.doses.map((seen, d): DoseScores => {
    const at = sealed.doses[d];
    const exact = unpackShares(seen.exact);
    const counts = {
      exact,
      plain: unpackCounts(seen.plain),
      context: unpackCounts(seen.context),
      paired: unpackCounts(seen.paired),
    };
    const predictions = subjects.map((subject) => {
      const before = sealed.before?.[subject.name];
      const asked = withBefore(
        question,
        first,
        before === undefined ? undefined : { strengths: unpackStrengths(before) },
      );
      return predictionsAt(subject, asked, unpackStrengths(at?.strengths[subject.name] ?? ''));
    });
    const reference = subjects[0] as Subject;
    const selection = predictions[0]?.[accounts.findIndex(({ name }) => name === 'selection')];
    const change = (to: ArrayLike<number>, from: ArrayLike<number>) => changes(written, heldOut, to, from);
    const moved = change(exact, unpackShares(measured.start));
    const predicted = selection && change(selection.cells, mixtureOf(reference.world, reference.world.prior));
    const { slope, correlation } = predicted ? movement(predicted, moved) : { slope: null, correlation: null };
    return {
      progress: at?.progress ?? 0,
      reached: at?.reached ?? false,
      scores: new Map(
        subjects.map((subject, s) => [
          subject.name,
          new Map(
            accounts.map(({ name }, a) => {
              const prediction = predictions[s]?.[a];
              return [
                name,
                prediction ? scoreOf(written, prediction, counts, heldOut, assignment.paired[1], overdispersion) : null,
              ];
            }),
          ),
        ]),
      ),
      unexplained: nearestMixture(exact, reference.world.rows, reference.world.personas.length).divergence,
      slope,
      correlation,
      leakage: leakageOf(written, measured, exact, unpackCounts(seen.other)),
    };
  });
  return { id, arm, assignment, doses, sealed, measured };
}

/** Counts are taken with half an answer more of each response, so that none is 0. */
function leakageOf(world: World, measured: MeasuredLine, exact: Float64Array, other: Float64Array): number | null {
  const all = world.situations.map((_, x) => x);
  const shares = new Float64Array(world.cells);
  for (const x of all) {
    const [from, to] = cellsOf(world, x);
    const counts = other.subarray(from, to);
    const total = counts.reduce((sum, n) => sum + n + 0.5, 0);
    shares.set(
      counts.map((n) => (n + 0.5) / total),
      from,
    );
  }
  const assistant = changes(world, all, exact, unpackShares(measured.start));
  return movement(assistant, changes(world, all, shares, unpackShares(measured.startOther))).slope;
}

/** Changes of log odds in the cells of some situations. */
function changes(
  world: World,
  situations: readonly number[],
  to: ArrayLike<number>,
  from: ArrayLike<number>,
): Float64Array {
  const pick = (cells: ArrayLike<number>) => situations.flatMap((x) => Array.from(cells).slice(...cellsOf(world, x)));
  const before = logOdds(pick(from));
  return logOdds(pick(to)).map((value, i) => value - (before[i] ?? 0));
}

/** The line of the network that a cell started from. */
export function networkOfCell({ id, arm }: { readonly id: CellId; readonly arm: Arm }): string {
  return networkName(arm.pretraining, id.world, id.pretraining, id.width);
}
