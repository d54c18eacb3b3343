/**
 * Evaluations as written to counts of outcomes (LANGUAGE section 7): counts of every response, one response against the
 * rest in one or more runs, a published rate with its interval, or nothing measured yet.
 */
import type { EvaluationDeclaration, Name, NumberNode, Observed, Span } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Observation, PublishedRate, Run } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import type { NameTable } from './names';
import { resolveName } from './names';
import { readByResponse, readGiven, textOfGiven } from './probes';
import { belowOne, notNegative, numberIn, positive, probability } from './ranges';
import { resolveResponse, type Situations } from './situations';
import { sourceOf } from './sources';

/** Of how many answers a prediction speaks where nothing says so. */
const PLANNED = 100;

/** Twice the 97.5% point of the normal distribution: the width of a 95% interval in standard errors. */
const WIDTH = 3.92;

/** Where nothing was seen, the upper end of a 95% interval by the rule of three, exactly: ln 20 / n. */
const LN_20 = Math.log(20);

export function buildObserved(
  ctx: BuildContext,
  declarations: readonly Placed<EvaluationDeclaration>[],
  situations: Situations,
  sources: NameTable,
): Observation[] {
  const observed: Observation[] = [];
  for (const placed of declarations) {
    const one = buildObservation(ctx, placed, observed.length, situations, sources);
    if (one) observed.push(one);
  }
  return observed;
}

function buildObservation(
  ctx: BuildContext,
  { file, node }: Placed<EvaluationDeclaration>,
  index: number,
  situations: Situations,
  sources: NameTable,
): Observation | undefined {
  const situation = resolveName(ctx, 'situation', situations.table, file, node.situation);
  const given = readGiven(ctx, file, node.given, situations);
  if (situation === undefined) return undefined;
  const among = readAmong(ctx, file, node, situation, situations);
  const overdispersion = numberIn(ctx, file, node.overdispersion, belowOne, 'The overdispersion');
  const answers = node.observed && readAnswers(ctx, file, node.observed, situation, situations, among);
  if (!given || among === 'mistake' || !answers) return undefined;
  if (node.overdispersion && overdispersion === undefined) return undefined;
  if (isDamaged(ctx, file, node)) return undefined;
  return {
    index,
    label: node.label?.value,
    situation,
    ...answers,
    heldOut: node.heldOut !== undefined,
    given,
    givenText: textOfGiven(node.given),
    among,
    overdispersion,
    source: sourceOf(sources, node.mark),
    origin: originOf(file, node),
  };
}

function readAmong(
  ctx: BuildContext,
  file: number,
  { among }: EvaluationDeclaration,
  situation: number,
  situations: Situations,
): readonly number[] | undefined | 'mistake' {
  if (among.length === 0) return undefined;
  const found: number[] = [];
  let sound = true;
  for (const name of among) {
    const response = resolveResponse(ctx, situations, situation, file, name);
    if (response === undefined) sound = false;
    else if (found.includes(response)) {
      report(ctx, file, name, 'duplicate-setting', `'${name.text}' is already among them.`);
      sound = false;
    } else found.push(response);
  }
  if (sound && found.length < 2) {
    const message = `Among one response alone every answer is that one: name the others that were counted too.`;
    report(ctx, file, among[0]!, 'among-alone', message);
    sound = false;
  }
  return sound ? found : 'mistake';
}

type Answers = Pick<Observation, 'outcomes' | 'focal' | 'named' | 'runs' | 'planned' | 'rate'>;

function readAnswers(
  ctx: BuildContext,
  file: number,
  node: Observed,
  situation: number,
  situations: Situations,
  among: readonly number[] | undefined | 'mistake',
): Answers | undefined {
  const retained = Array.isArray(among)
    ? (among as readonly number[])
    : situations.list[situation]!.responses.map((_, response) => response);
  const isKept = (name: Name, response: number): boolean => {
    if (among === 'mistake' || retained.includes(response)) return true;
    const message = `'${name.text}' was counted and is not 'among' the responses that were kept: name it there too.`;
    report(ctx, file, name, 'among-without-observed', message, { data: { response: name.text } });
    return false;
  };
  if (node.kind === 'counts') return readCounts(ctx, file, node, situation, situations, retained, isKept);
  const focal = resolveResponse(ctx, situations, situation, file, node.response);
  if (focal === undefined || !isKept(node.response, focal)) return undefined;
  const outcomes = [[focal], retained.filter((response) => response !== focal)];
  const against = { outcomes, focal, named: [focal] };
  switch (node.kind) {
    case 'runs': {
      const runs = node.runs.map((run) => readRun(ctx, file, run));
      return runs.every((run) => run !== undefined) ? { ...against, runs } : undefined;
    }
    case 'rate': {
      const found = readRate(ctx, file, node);
      return found && { ...against, ...found };
    }
    case 'planned': {
      const planned = node.of ? numberIn(ctx, file, node.of, positive, 'The number of answers') : PLANNED;
      return planned === undefined ? undefined : { ...against, runs: [], planned };
    }
  }
}

function readCounts(
  ctx: BuildContext,
  file: number,
  node: Extract<Observed, { kind: 'counts' }>,
  situation: number,
  situations: Situations,
  retained: readonly number[],
  isKept: (name: Name, response: number) => boolean,
): Answers | undefined {
  const table = situations.scopes[situation]!.table;
  const named = node.counts.flatMap(({ response }) => table.get(response.text) ?? []);
  const counts = readByResponse(ctx, file, node.counts, situation, situations, (number) =>
    numberIn(ctx, file, number, notNegative, 'A count'),
  );
  if (!counts || !node.counts.every(({ response }) => isKept(response, table.get(response.text) ?? -1)))
    return undefined;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!isSeen(ctx, file, node, total)) return undefined;
  const run = { counts: Float64Array.from(retained, (response) => counts[response]!), total };
  return { outcomes: retained.map((response) => [response]), named, runs: [run] };
}

function isSeen(ctx: BuildContext, file: number, place: Span, total: number): boolean {
  if (total > 0 && Number.isFinite(total)) return true;
  const message =
    total > 0
      ? 'These counts are too large to add up.'
      : `Nothing was counted: an evaluation needs answers. Write 'held out' and leave the counts out if they are not there yet.`;
  report(ctx, file, place, 'empty-evaluation', message);
  return false;
}

/** `amount of total`: an amount that is a literal with `%` is a rate, everything else a count. */
function readRun(
  ctx: BuildContext,
  file: number,
  { amount, of, start, end }: { readonly amount?: NumberNode; readonly of?: NumberNode } & Span,
): Run | undefined {
  const total = numberIn(ctx, file, of, notNegative, 'The number of answers');
  const isRate = amount?.expression === undefined && amount?.text.endsWith('%') === true;
  const value = isRate
    ? numberIn(ctx, file, amount, probability, 'A rate')
    : numberIn(ctx, file, amount, notNegative, 'A count');
  if (total === undefined || value === undefined || amount === undefined) return undefined;
  if (!isSeen(ctx, file, { start, end }, total)) return undefined;
  const count = isRate ? value * total : value;
  if (count > total) {
    const message = `${amount.text} of ${of?.text ?? ''} is more than all: the first number counts the response, the second all answers.`;
    report(ctx, file, { start, end }, 'count-above-total', message);
    return undefined;
  }
  return { counts: Float64Array.of(count, total - count), total };
}

/** A published rate r with its 95% interval counts as r·m of m answers (LANGUAGE section 7, Evaluations). */
function readRate(
  ctx: BuildContext,
  file: number,
  node: Extract<Observed, { kind: 'rate' }>,
): { readonly runs: readonly Run[]; readonly rate: PublishedRate } | undefined {
  const rate = numberIn(ctx, file, node.rate, probability, 'A rate');
  const low = numberIn(ctx, file, node.low, probability, 'The end of an interval');
  const high = numberIn(ctx, file, node.high, probability, 'The end of an interval');
  if (rate === undefined || low === undefined || high === undefined) return undefined;
  const place = { start: node.rate?.start ?? node.start, end: node.end };
  if (low === high) {
    const message = `An interval of no width says nothing of how many answers there were: write counts, such as '${node.response.text} 31 of 400'.`;
    report(ctx, file, place, 'rate-interval', message);
    return undefined;
  }
  if (!(low <= rate && rate <= high)) {
    const message = `The rate lies between the ends of its interval, the lower one first; here are ${node.rate?.text ?? ''} and ${node.low?.text ?? ''} to ${node.high?.text ?? ''}.`;
    report(ctx, file, place, 'rate-interval', message);
    return undefined;
  }
  const total =
    rate === 0 ? LN_20 / high : rate === 1 ? LN_20 / (1 - low) : rate * (1 - rate) * (WIDTH / (high - low)) ** 2;
  const run = { counts: Float64Array.of(rate * total, (1 - rate) * total), total };
  return { runs: [run], rate: { rate, low, high } };
}
