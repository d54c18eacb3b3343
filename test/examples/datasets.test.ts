import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeHost } from '../../server/host/nodeHost';
import { evaluateOnce } from '../../server/session/evaluateFile';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { nodeMatcher } from '../../server/workers/nodeMatcher';

const folder = resolve(import.meta.dirname, '../../examples');
const uri = (file: string) => pathToFileURL(resolve(folder, file)).toString();
const evaluateExample = (file: string) =>
  evaluateOnce(uri(file), nodeHost(), [pathToFileURL(folder).toString()], nodeMatcher());

function rowsOf<Row>(file: string): readonly Row[] {
  return readFileSync(resolve(folder, 'data', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

function assertNear(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, expected ${expected}`,
  );
}

/** The posterior of priors and log-likelihoods in nats, compared with the evaluation's. */
function checkPosterior(
  snapshot: PosteriorSnapshot,
  prior: readonly number[],
  log: readonly number[],
): readonly number[] {
  const weights = prior.map((p, h) => p * Math.exp(log[h]! - Math.max(...log)));
  const posterior = weights.map((weight) => weight / weights.reduce((sum, each) => sum + each, 0));
  const errors = snapshot.program.diagnostics.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, []);
  posterior.forEach((expected, h) => {
    assertNear(snapshot.evaluation.personas[h]!.logLikelihood, log[h]!, `log-likelihood ${h}`);
    assertNear(snapshot.evaluation.personas[h]!.posterior, expected, `posterior ${h}`);
  });
  return posterior;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the examples with datasets', () => {
  it('chat-rules: rules read every row as the person who labelled it, and the posterior is that of the labels', async () => {
    const snapshot = await evaluateExample('chat-rules.scenario');
    const rows = rowsOf<{ label: string | null; messages: readonly { content: string }[] }>('candour.jsonl');
    const counts = snapshot.counts.get(0)!;
    const { index, groups, names } = counts;
    const became = rows.map((_, row) => {
      const group = index!.group[row]!;
      return group < 0 ? null : `${names[groups.situation[group]!]}/${names[groups.response[group]!]}`;
    });
    assert.deepEqual(
      became,
      rows.map(({ label }) => label),
    );
    const unique = new Map(
      rows.map((row) => [JSON.stringify(row.messages.map(({ content }) => content.replace(/\s+/gu, ' ').trim())), row]),
    );
    assert.deepEqual(
      [counts.rows, counts.unclassified, counts.duplicates],
      [rows.length, rows.filter(({ label }) => label === null).length, rows.length - unique.size],
    );
    const P: Readonly<Record<string, readonly number[]>> = {
      'asked_prompt/declines': [0.6, 0.55, 0.25],
      'asked_prompt/denies': [0.02, 0.35, 0.7],
      'asked_prompt/shows': [0.38, 0.1, 0.05],
      'asked_feelings/open': [0.85, 0.1, 0.2],
      'asked_feelings/flat': [0.15, 0.9, 0.8],
    };
    const labels = [...unique.values()].flatMap(({ label }) => (label === null ? [] : [label]));
    const posterior = checkPosterior(
      snapshot,
      [0.5, 0.4, 0.1],
      [0, 1, 2].map((h) => sum(labels.map((label) => 0.4 * Math.log(P[label]![h]!)))),
    );
    assertNear(snapshot.evaluation.probes[1]!.after, sum([0.98, 0.7, 0.2].map((p, h) => p * posterior[h]!)), 'admits');
    assert.deepEqual(
      snapshot.evaluation.expectations.map(({ holds }) => holds),
      [true, true],
    );
  });

  it('preferences: each pair weighs what the two answers weigh against each other', async () => {
    const snapshot = await evaluateExample('preferences.scenario');
    const rows = rowsOf<{ topic: string; better: string; worse: string }>('sycophancy.jsonl');
    assert.deepEqual([snapshot.counts.get(0)!.classified, snapshot.counts.get(0)!.method], [rows.length, 'prefer']);
    const P: readonly Readonly<Record<string, number>>[] = [
      { candid: 0.8, flatters: 0.15, harsh: 0.05, corrects: 0.9, agrees: 0.1 },
      { candid: 0.2, flatters: 0.79, harsh: 0.01, corrects: 0.35, agrees: 0.65 },
      { candid: 0.4, flatters: 0.02, harsh: 0.58, corrects: 0.98, agrees: 0.02 },
    ];
    const log = P.map((p) =>
      sum(rows.map(({ better, worse }) => 0.5 * Math.log(p[better]! / (p[better]! + p[worse]!)))),
    );
    const posterior = checkPosterior(snapshot, [0.3, 0.5, 0.2], log);
    assertNear(
      snapshot.evaluation.probes[1]!.after,
      sum([0.1, 0.85, 0.03].map((p, h) => p * posterior[h]!)),
      'gives in',
    );
  });

  it('rollouts: each row counts with its reward, for or against', async () => {
    const snapshot = await evaluateExample('rollouts.scenario');
    const rows = rowsOf<{ behaviour: string; score: number }>('rollouts.jsonl');
    assert.deepEqual(
      [snapshot.counts.get(0)!.classified, snapshot.counts.get(0)!.method, snapshot.counts.get(0)!.format],
      [rows.length, 'rl', 'RL rollout'],
    );
    const P: readonly Readonly<Record<string, number>>[] = [
      { fixes: 0.88, gives_up: 0.08, special_cases: 0.03, edits_tests: 0.01 },
      { fixes: 0.4, gives_up: 0.05, special_cases: 0.3, edits_tests: 0.25 },
      { fixes: 0.5, gives_up: 0.47, special_cases: 0.02, edits_tests: 0.01 },
    ];
    const log = P.map((p) => sum(rows.map(({ behaviour, score }) => 0.3 * score * Math.log(p[behaviour]!))));
    const posterior = checkPosterior(snapshot, [0.7, 0.1, 0.2], log);
    assertNear(
      snapshot.evaluation.probes[1]!.after,
      sum([0.05, 0.85, 0.03].map((p, h) => p * posterior[h]!)),
      'takes it',
    );
  });

  it('measured: the likelihood is the sum of the columns', async () => {
    const snapshot = await evaluateExample('measured.scenario');
    const rows = rowsOf<{ p: Readonly<Record<string, number>> }>('logprobs.jsonl');
    assert.equal(snapshot.counts.get(0)!.measured!.rows, rows.length);
    const log = ['careful', 'hasty', 'hostile'].map((persona) => 0.03 * sum(rows.map(({ p }) => p[persona]!)));
    const posterior = checkPosterior(snapshot, [1 / 3, 1 / 3, 1 / 3], log);
    assertNear(
      snapshot.evaluation.probes[0]!.after,
      sum([0.05, 0.7, 0.98].map((p, h) => p * posterior[h]!)),
      'complies',
    );
  });
});
