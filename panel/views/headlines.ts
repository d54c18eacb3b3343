/**
 * The first sentence of each view: what it shows, computed from the numbers that the view has. A sentence names lines,
 * not causes: what it says about evidence is what leaving that evidence out changes.
 */
import type { Origin } from '../../server/program/model/origin';
import { type PosteriorSnapshot, toLocation } from '../../server/snapshot';
import { formatCount, formatInterval, formatLog, formatProbability, fromWire } from '../model/numbers';
import type {
  AccountsView,
  EvaluationRow,
  PosteriorView,
  PredictionsView,
  TrajectoryPoint,
  TrajectoryView,
} from '../model/viewTypes';
import { evidenceItems } from './effects';
import type { ViewExtra } from './extra';

/** `line 68`, with its file where that is not the scenario's own. */
export function lineWords(snapshot: PosteriorSnapshot, origin: Origin): string {
  const { uri, range } = toLocation(snapshot, origin);
  const file = origin.file === 0 ? '' : ` of ${decoded(uri.slice(uri.lastIndexOf('/') + 1))}`;
  return `line ${formatCount(range.start.line + 1)}${file}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const UNDEFINED = 'The posterior is not defined.';
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** A change of probability; one number where both read alike. */
function change(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`;
}

/** Where each item of `evidenceItems` is written, and how far it moves the posterior (nats; NaN where not known). */
function shifts(snapshot: PosteriorSnapshot, extra: ViewExtra): { readonly origin: Origin; readonly shift: number }[] {
  const { program, evaluation } = snapshot;
  return evidenceItems(program).flatMap(({ kind, index }) => {
    const origin =
      kind === 'episode'
        ? program.episodes[index]?.origin
        : kind === 'dataset'
          ? program.datasets[index]?.nameOrigin
          : program.reinforcements[index]?.origin;
    const shift =
      kind === 'episode'
        ? evaluation.episodes.shift[index]
        : kind === 'dataset'
          ? evaluation.datasets.shift[index]
          : (extra.reinforcements?.shift[index] ??
            (program.reinforcements.length === 1 ? evaluation.reinforcements[0]?.selection : undefined));
    return origin ? [{ origin, shift: shift ?? Number.NaN }] : [];
  });
}

export function posteriorHeadline(snapshot: PosteriorSnapshot, extra: ViewExtra, view: PosteriorView): string {
  if (!view.defined) return UNDEFINED;
  const order = [...view.hypotheses].sort((a, b) => fromWire(b.logOddsPosterior) - fromWire(a.logOddsPosterior));
  const [first, ...rest] = order;
  if (!first) return '';
  const text = (row: PosteriorView['hypotheses'][number]): string =>
    formatProbability(fromWire(row.posterior), fromWire(row.logOddsPosterior));
  const others = rest.filter((row) => fromWire(row.posterior) >= 0.01).slice(0, 2);
  const pieces = [
    `${first.name} ${change(formatProbability(first.prior), text(first))}`,
    ...others.map((row) => `${row.name} ${text(row)}`),
  ];
  const items = shifts(snapshot, extra);
  if (items.length === 0) return `${pieces.join(', ')}; no evidence yet.`;
  const known = items.filter(({ shift }) => !Number.isNaN(shift)).sort((a, b) => b.shift - a.shift);
  const [most, ...less] = known;
  if (!most || most.shift < 1e-12) return `${pieces.join(', ')}; the evidence does not move it.`;
  const sum = less.reduce((total, { shift }) => total + shift, 0);
  const how = less.length === 0 ? 'moved' : most.shift > sum ? 'moved mostly' : 'moved most';
  return `${pieces.join(', ')}; ${how} by ${lineWords(snapshot, most.origin)}.`;
}

export function evidenceHeadline(snapshot: PosteriorSnapshot, extra: ViewExtra): string {
  if (!snapshot.evaluation.defined) return UNDEFINED;
  const units = extra.unit ?? snapshot.program.units;
  const known = shifts(snapshot, extra)
    .filter(({ shift }) => !Number.isNaN(shift))
    .sort((a, b) => b.shift - a.shift);
  const [first, second] = known;
  if (!first) return '';
  if (first.shift < 1e-12) return 'No line moves the posterior.';
  const moves = `${capital(lineWords(snapshot, first.origin))} moves the posterior by ${formatLog(first.shift, units)}`;
  if (!second) return `${moves}.`;
  // Rounded up, so that "at most" is true of what is printed.
  return `${moves}, every other line by at most ${formatLog(second.shift, units)}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const leaderOf = (point: TrajectoryPoint): number => {
  const logs = point.logPosterior.map(fromWire);
  return logs.reduce((best, log, h) => (log > (logs[best] ?? Number.NEGATIVE_INFINITY) ? h : best), 0);
};

/** `lines` says where the evidence of a step is written; steps are whole or inside an evidence. */
export function trajectoryHeadline(
  snapshot: PosteriorSnapshot,
  points: readonly TrajectoryPoint[],
  view: Pick<TrajectoryView, 'defined'>,
): string {
  const { program, evaluation } = snapshot;
  const [start, end] = [points[0], points.at(-1)];
  if (!view.defined) return UNDEFINED;
  if (!start || !end) return '';
  const name = (h: number): string => evaluation.hypotheses[h] ?? '';
  const evidence = points.filter(({ kind }) => kind !== 'reinforcement');
  const before = evidence.at(-1) ?? start;
  const leader = leaderOf(before);
  const text = (point: TrajectoryPoint, h: number): string => formatProbability(fromWire(point.posterior[h]));
  let last = evidence.length;
  for (let at = evidence.length - 1; at >= 0; at--) {
    const point = evidence[at];
    if (!point || leaderOf(point) !== leader) break;
    last = at;
  }
  const crossing = evidence[last];
  const previous = evidence[last - 1];
  let first: string;
  if (last === 0 || !crossing || !previous)
    first = `${name(leader)} leads throughout: ${change(text(start, leader), text(before, leader))}`;
  else {
    const reference = program.evidence[Math.ceil(crossing.step) - 1];
    const origin =
      reference?.kind === 'episode'
        ? program.episodes[reference.index]?.origin
        : reference && program.datasets[reference.index]?.nameOrigin;
    const times = reference?.kind === 'episode' ? (program.episodes[reference.index]?.times ?? 1) : 1;
    const inside = times * (crossing.step - Math.floor(crossing.step));
    const where = origin ? lineWords(snapshot, origin) : '';
    first =
      inside > 0
        ? `${name(leader)} overtakes ${name(leaderOf(previous))} about ${plural(Math.round(inside), 'episode')} into ${where}`
        : `${name(leader)} overtakes ${name(leaderOf(previous))} at ${where}`;
  }
  if (end === before || end.kind !== 'reinforcement') return `${first}.`;
  const final = leaderOf(end);
  const moved = change(text(before, final), text(end, final));
  return `${first}; reinforcement then moves ${final === leader && last > 0 ? 'it' : name(final)} ${moved}.`;
}

export function predictionsHeadline(view: PredictionsView): string {
  const pieces: string[] = [];
  if (view.expectations.length > 0) {
    const failing = view.expectations.filter(({ holds }) => !holds).length;
    const all = view.expectations.length;
    pieces.push(
      !view.defined
        ? 'Expectations are not judged'
        : failing === 0
          ? `${all === 1 ? 'The expectation holds' : `All ${formatCount(all)} expectations hold`}`
          : `${formatCount(failing)} of ${plural(all, 'expectation')} ${failing === 1 ? 'fails' : 'fail'}`,
    );
  }
  if (!view.defined) return pieces.length === 0 ? UNDEFINED : `${pieces.join('; ')}. ${UNDEFINED}`;
  const worst = worstResponse(view.evaluations);
  if (worst) {
    const { row, response } = worst;
    const what = `${row.situation} → ${response.name}`;
    pieces.push(
      `${what} predicted ${formatProbability(fromWire(response.predicted))}, measured ${formatProbability(response.share)} (${formatInterval(...response.interval)})`,
    );
  } else {
    const moved = [...view.probes].sort(
      (a, b) => Math.abs(fromWire(b.after) - b.before) - Math.abs(fromWire(a.after) - a.before),
    )[0];
    if (moved)
      pieces.push(`${moved.text} ${change(formatProbability(moved.before), formatProbability(fromWire(moved.after)))}`);
  }
  return pieces.length === 0 ? '' : `${pieces.join('; ')}.`;
}

/** Of what was measured, the response that the prediction misses by most (in points). */
export function worstResponse(
  rows: readonly EvaluationRow[],
): { readonly row: EvaluationRow; readonly response: EvaluationRow['responses'][number] } | undefined {
  let worst: { row: EvaluationRow; response: EvaluationRow['responses'][number]; size: number } | undefined;
  for (const row of rows) {
    if (!(row.total > 0)) continue;
    for (const response of row.responses) {
      const size = Math.abs(fromWire(response.predicted) - response.share);
      if (Number.isNaN(size)) continue;
      // Of two responses each misses by what the other does: the rarer one is what people ask about.
      const tie = worst && Math.abs(size - worst.size) < 1e-9;
      if (!worst || (tie ? response.share < worst.response.share && row === worst.row : size > worst.size))
        worst = { row, response, size };
    }
  }
  return worst;
}

/** About the accounts only measurements speak: log marginals say which account would have expected the training file. */
export function accountsHeadline(snapshot: PosteriorSnapshot, extra: ViewExtra, view: AccountsView): string {
  const unit = extra.unit ?? snapshot.program.units;
  const computable = view.accounts.filter((row) => row.notComputable === undefined);
  if (view.accounts.length === 0) return '';
  if (!(view.answers > 0)) return 'Nothing measured bears on the accounts.';
  const scored = computable.filter((row) => !Number.isNaN(fromWire(row.logScore)));
  if (scored.length === 0) return 'No account has a score on the evaluations.';
  const perAnswer = (score: number): string => formatLog(score / view.answers, unit);
  const answers = plural(view.answers, 'answer');
  const order = [...scored].sort((a, b) => fromWire(b.logScore) - fromWire(a.logScore));
  const [first, second] = order;
  if (!first) return '';
  if (!second)
    return `One account: ${first.name} scores ${perAnswer(fromWire(first.logScore))} for each of ${answers}.`;
  const ahead = fromWire(first.logScore) - fromWire(second.logScore);
  if (!(ahead > 0))
    return `On the evaluations ${first.name} and ${second.name} score alike: ${perAnswer(fromWire(first.logScore))} for each of ${answers}.`;
  const by = Number.isFinite(ahead)
    ? `, ${formatLog(ahead, unit)} ahead of ${second.name}`
    : `; ${second.name} had excluded what was observed`;
  return `On the evaluations ${first.name} scores best: ${perAnswer(fromWire(first.logScore))} for each of ${answers}${by}.`;
}
