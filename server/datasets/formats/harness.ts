/**
 * Samples of lm-evaluation-harness: one document, and what the model said to each request about it. Requests for
 * log-likelihoods have a context and a continuation; their answers are pairs of text, `["-25.625","False"]` (the sum of
 * the continuation's log-probabilities in nats, and whether it is what greedy decoding would have said).
 */

import { Kind, type Tape } from '../json/scan';
import { element, elements, isString, keyOf, looseNumber, member, numberOfText, stringOf } from '../json/values';
import { OUTPUT_TURN, side } from './conversation';
import type { Piece, Row } from './row';

const key = { arguments: keyOf('arguments'), resps: keyOf('resps'), filtered: keyOf('filtered_resps') };

/** One request: entries on the tape, -1 where there is none; `logprob` is NaN where the answer is text. */
export interface HarnessRequest {
  readonly context: number;
  readonly continuation: number;
  readonly logprob: number;
}

/** The requests of the sample on the tape, in order. */
export function harnessRequests(tape: Tape): readonly HarnessRequest[] {
  const args = member(tape, 0, key.arguments);
  const count = valuesIn(tape, args);
  return Array.from({ length: count }, (_, index) => {
    const request = inside(tape, args, index);
    return {
      context: inside(tape, request, 0),
      continuation: inside(tape, request, 1),
      logprob: logprobOf(tape, index, count),
    };
  });
}

/** The number in a pair of a number and whether it is greedy; undefined where the entry is no such pair. */
export function pairNumber(tape: Tape, node: number): number | undefined {
  if (elements(tape, node) !== 2) return undefined;
  const greedy = element(tape, node, 1);
  const kind = tape.kind[greedy]!;
  const isGreedy = kind === Kind.true || kind === Kind.false || isString(tape, greedy);
  const first = element(tape, node, 0);
  if (!isGreedy) return undefined;
  return isString(tape, first) ? numberOfText(stringOf(tape, first)) : looseNumber(tape, first);
}

/** What was repeated for one request stands in `resps` as a list; `filtered_resps` has one answer for each. */
function logprobOf(tape: Tape, index: number, requests: number): number {
  for (const answers of [member(tape, 0, key.resps), member(tape, 0, key.filtered)]) {
    const answer = element(tape, answers, index);
    const found = pairNumber(tape, answer) ?? pairNumber(tape, element(tape, answer, 0));
    if (found !== undefined) return found;
    // A lone request's pair may stand without a list around it.
    const lone = requests === 1 ? pairNumber(tape, answers) : undefined;
    if (lone !== undefined) return lone;
  }
  return Number.NaN;
}

/** The answer is what the model wrote; where it only weighed continuations, the one that it found likeliest. */
export function harnessSample(tape: Tape, resps: number, target: number): Row {
  const pieces: Piece[] = [];
  const requests = harnessRequests(tape);
  let best = requests[0];
  for (const request of requests) if (request.logprob > best!.logprob || Number.isNaN(best!.logprob)) best = request;
  side(tape, best?.context ?? -1, 'input', 'user', 0, pieces);
  let output = target;
  if (best && best.continuation >= 0 && !Number.isNaN(best.logprob)) output = best.continuation;
  else if (resps >= 0) {
    output = resps;
    while (output >= 0 && tape.kind[output] === Kind.array) output = element(tape, output, 0);
  }
  side(tape, output, 'output', 'assistant', OUTPUT_TURN, pieces);
  return { format: 'harness-sample', pieces };
}

/** Arguments are `{gen_args_0: {arg_0: context, arg_1: continuation}}`, or lists in the place of objects. */
function inside(tape: Tape, node: number, index: number): number {
  if (node < 0) return -1;
  if (tape.kind[node] === Kind.array) return element(tape, node, index);
  if (tape.kind[node] !== Kind.object) return -1;
  let i = 0;
  for (let entry = node + 1; entry < tape.next[node]!; entry = tape.next[entry + 1]!)
    if (i++ === index) return entry + 1;
  return -1;
}

function valuesIn(tape: Tape, node: number): number {
  if (node < 0 || tape.kind[node] !== Kind.object) return elements(tape, node);
  let count = 0;
  for (let entry = node + 1; entry < tape.next[node]!; entry = tape.next[entry + 1]!) count += 1;
  return count;
}
