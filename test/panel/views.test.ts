/** The panel's data, of small scenarios whose numbers can be checked by hand or by evaluating another text. */
import assert from 'node:assert/strict';
import type { ViewName } from '../../panel/model/messages';
import { fromWire } from '../../panel/model/numbers';
import type {
  AccountsView,
  EvidenceView,
  PosteriorView,
  PredictionsView,
  TrajectoryView,
} from '../../panel/model/viewTypes';
import { evaluate } from '../../server/inference/evaluate';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { snapshotOf, stateOf } from '../media/states';

const SCENARIO = `scenario "Two kinds"
method sft strength 1
method context strength 0.5
situation talk "Small talk" -> kind | unkind
situation work -> done | left
persona good "Means well" prior 75% { talk -> kind 90%, unkind  work -> done 80%, left }
persona bad prior 25% { talk -> unkind 80%, kind  work -> done 50%, left }
episode sft "an insult": talk -> unkind
episode sft: talk -> kind times 3
episode prefer "well done": work -> done over left weight 0.5
probe talk -> unkind
probe talk -> unkind given work -> left times 2
expect talk -> unkind below 5%
expect good above 10%
evaluation "later": talk -> unkind 9, kind 1
compare selection, unstructured 1
`;

const viewOf = <View>(snapshot: PosteriorSnapshot, view: ViewName, query: Record<string, unknown> = {}): View =>
  stateOf(snapshot, view, { query }).data as View;

describe('The panel’s data', () => {
  let snapshot: PosteriorSnapshot;
  before(async () => {
    snapshot = await snapshotOf({ 'a.scenario': SCENARIO });
  });

  it('can travel as JSON without losing anything', () => {
    for (const view of ['posterior', 'trajectory', 'evidence', 'predictions', 'accounts'] as const) {
      const data = viewOf<{ readonly kind: string }>(snapshot, view);
      assert.equal(data.kind, view);
      const text = JSON.stringify(data);
      assert.doesNotMatch(text, /NaN|Infinity/);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(data)));
      assert.ok(!hasNumberThatJsonLoses(data), view);
    }
  });

  it('gives odds that are those of the probabilities', () => {
    const { hypotheses } = viewOf<PosteriorView>(snapshot, 'posterior');
    for (const row of hypotheses) {
      const p = fromWire(row.posterior);
      assert.ok(Math.abs(fromWire(row.logOddsPosterior) - Math.log(p / (1 - p))) < 1e-9);
      assert.ok(Math.abs(fromWire(row.logOddsPrior) - Math.log(row.prior / (1 - row.prior))) < 1e-12);
    }
  });

  it('keeps odds that probabilities have no digits for', async () => {
    const many = await snapshotOf({ 'a.scenario': SCENARIO.replace('times 3', 'times 9000') });
    const bad = viewOf<PosteriorView>(many, 'posterior').hypotheses[1]!;
    assert.equal(bad.posterior, 0);
    // 9,000 kind answers at 0.9 against 0.2 each, and one unkind answer at 0.1 against 0.8, and half a preference.
    const expected = Math.log(1 / 3) + 9000 * Math.log(0.2 / 0.9) + Math.log(8) + 0.5 * Math.log(0.5 / 0.8);
    assert.ok(Math.abs(fromWire(bad.logOddsPosterior) / expected - 1) < 1e-9);
  });

  it('sets the parts of the personas so that they add up to the prediction', () => {
    for (const probe of viewOf<PredictionsView>(snapshot, 'predictions').probes) {
      const sum = (pieces: PredictionsView['probes'][number]['contribution']) =>
        pieces.reduce<number>((total, part) => total + fromWire(part), 0);
      assert.ok(Math.abs(sum(probe.contribution) - fromWire(probe.after)) < 1e-12);
      assert.ok(Math.abs(sum(probe.contributionBefore) - probe.before) < 1e-12);
    }
  });

  it('says what a probe would be without its given', () => {
    const [plain, given] = viewOf<PredictionsView>(snapshot, 'predictions').probes;
    assert.equal(plain!.withoutGiven, undefined);
    assert.equal(fromWire(given!.withoutGiven!.after), fromWire(plain!.after));
    assert.notEqual(fromWire(given!.after), fromWire(plain!.after));
  });

  it('measures how far an expectation is from its limit, negative where it fails', () => {
    const [below, above] = viewOf<PredictionsView>(snapshot, 'predictions').expectations;
    assert.equal(below!.holds, false);
    assert.ok(Math.abs(fromWire(below!.margin) - (0.05 - fromWire(below!.value))) < 1e-12);
    assert.ok(fromWire(below!.margin) < 0);
    assert.equal(above!.holds, true);
    assert.ok(Math.abs(fromWire(above!.margin) - (fromWire(above!.value) - 0.1)) < 1e-12);
  });

  it('names what was seen and no persona explains', () => {
    const [evaluation] = viewOf<PredictionsView>(snapshot, 'predictions').evaluations;
    assert.match(evaluation!.residual, /^kind was observed .* less often/);
    const kind = evaluation!.responses.find(({ name }) => name === 'kind')!;
    assert.ok(
      Math.abs(fromWire(kind.attainable[0]) - 0.2) < 1e-12 && Math.abs(fromWire(kind.attainable[1]) - 0.9) < 1e-12,
    );
    assert.ok(kind.interval[0] < 0.1 && kind.interval[1] > 0.1 && kind.interval[1] < 0.5);
  });

  it('gives the effect of an episode on a probe as what another text without the episode predicts', async () => {
    const rows = viewOf<EvidenceView>(snapshot, 'evidence', {
      measure: { kind: 'probe', probe: 0 },
      sort: 'order',
    }).rows;
    const lines = ['episode sft "an insult": talk -> unkind\n', 'episode sft: talk -> kind times 3\n'];
    for (const [index, line] of lines.entries()) {
      const without = await snapshotOf({ 'a.scenario': SCENARIO.replace(line, '') });
      const effect = snapshot.evaluation.probes[0]!.after - without.evaluation.probes[0]!.after;
      assert.ok(Math.abs(fromWire(rows[index]!.value) - effect) < 1e-9, line);
    }
  });

  it('sorts evidence by size whatever its sign, and by value with it', () => {
    const measure = { kind: 'weight', persona: 'bad' };
    const values = (query: Record<string, unknown>) =>
      viewOf<EvidenceView>(snapshot, 'evidence', { measure, ...query }).rows.map((row) => fromWire(row.value));
    const bySize = values({ sort: 'size' });
    assert.deepEqual(
      bySize,
      [...bySize].sort((a, b) => Math.abs(b) - Math.abs(a)),
    );
    const rising = values({ sort: 'value', ascending: true });
    assert.deepEqual(
      rising,
      [...rising].sort((a, b) => a - b),
    );
    assert.ok(rising[0]! < 0 && rising.at(-1)! > 0);
  });

  it('filters evidence by method, situation and what is written in it', () => {
    const labels = (query: Record<string, unknown>) =>
      viewOf<EvidenceView>(snapshot, 'evidence', { sort: 'order', ...query }).rows.map((row) => row.label);
    assert.deepEqual(labels({ method: 'prefer' }), ['well done']);
    assert.deepEqual(labels({ situation: 'talk' }), ['an insult', 'talk → kind']);
    assert.deepEqual(labels({ text: 'INSULT' }), ['an insult']);
    assert.deepEqual(labels({ text: 'nowhere' }), []);
  });

  it('has defaults for questions that make no sense', () => {
    const view = viewOf<EvidenceView>(snapshot, 'evidence', {
      measure: { kind: 'weight', persona: 'nobody' },
      sort: 'colour',
      start: Number.NaN,
      count: -5,
    });
    assert.equal(view.rows.length, 1);
    assert.deepEqual(view.measure, { kind: 'weight', persona: 'good' });
    assert.equal(view.sort, 'size');
    assert.equal(
      viewOf<EvidenceView>(snapshot, 'evidence', { measure: { kind: 'probe', probe: 99 } }).measure.kind,
      'shift',
    );
  });

  it('sends of ten thousand episodes only those that are looked at', async () => {
    const episodes = Array.from(
      { length: 10_000 },
      (_, i) => `episode sft "number ${i}": talk -> ${i % 3 === 0 ? 'unkind' : 'kind'} weight ${1 + (i % 7)}\n`,
    ).join('');
    const many = await snapshotOf({
      'a.scenario': SCENARIO.replace('method sft strength 1', 'method sft strength 0.001') + episodes,
    });
    const view = viewOf<EvidenceView>(many, 'evidence', { start: 5000, count: 30 });
    assert.equal(view.matching, 10_003);
    assert.equal(view.start, 5000);
    assert.equal(view.rows.length, 30);
    assert.ok(view.overview.length <= 160);
    assert.equal(
      view.overview.reduce((sum, bucket) => sum + bucket.count, 0),
      10_003,
    );
    const last = viewOf<EvidenceView>(many, 'evidence', { start: 1e9, count: 30 });
    assert.equal(last.start + last.rows.length, 10_003);
    const way = viewOf<TrajectoryView>(many, 'trajectory', { from: 10, to: 9000 });
    assert.ok(way.points.length > 100 && way.points.length <= 900);
    assert.ok(way.points.every(({ step }) => step >= 10 && step <= 9000));
  });

  it('has every single step where one looks closer at many of them', async () => {
    const episodes = Array.from({ length: 1000 }, (_, i) => `episode: talk -> ${i % 2 ? 'kind' : 'unkind'}\n`).join('');
    const long = await snapshotOf({ 'a.scenario': SCENARIO + episodes });
    const query = { from: 500, to: 510, persona: 'bad', rival: 'good' };
    const view = viewOf<TrajectoryView>(long, 'trajectory', query);
    assert.deepEqual(
      view.points.map(({ step }) => step),
      Array.from({ length: 11 }, (_, i) => 500 + i),
    );
    for (const { step, contribution } of view.points)
      assert.ok(Math.abs(fromWire(contribution) - Math.log(step % 2 ? 0.2 / 0.9 : 0.8 / 0.1)) < 1e-6, `step ${step}`);
  });

  it('keeps of many steps the extremes, each with its own contribution, and says how many it stands for', async () => {
    const pair = (i: number) => `episode: talk -> ${i % 2 ? 'kind' : 'unkind'}\n`;
    const episodes = Array.from({ length: 600 }, (_, i) =>
      i === 321 ? 'episode "the one": talk -> unkind times 4\n' : pair(i),
    ).join('');
    const long = await snapshotOf({ 'a.scenario': SCENARIO + episodes });
    const view = viewOf<TrajectoryView>(long, 'trajectory', { persona: 'bad', rival: 'good' });
    assert.ok(view.points.length < 603);
    const one = view.points.find(({ label }) => label?.startsWith('the one'));
    assert.ok(one && Math.abs(fromWire(one.contribution) - 4 * Math.log(0.8 / 0.1)) < 1e-9);
    for (const { step, contribution } of view.points.slice(1).filter(({ label }) => label === 'talk → kind'))
      assert.ok(Math.abs(fromWire(contribution) - Math.log(0.2 / 0.9)) < 1e-9, `step ${step}`);
    // Points inside an episode with `times` stand between whole steps, and belong to the one that they are inside of.
    const steps = view.points.map(({ step }) => Math.ceil(step));
    assert.deepEqual(
      view.points.slice(1).map(({ run }) => run),
      steps.slice(1).map((step, at) => Math.max(1, step - (steps[at] ?? 0))),
    );
  });

  it('gives as contribution what the log odds changed by, and exactly nothing where only rounding is left', async () => {
    const view = viewOf<TrajectoryView>(snapshot, 'trajectory', { persona: 'bad', rival: 'good' });
    const ends = view.points.filter(({ step }) => Number.isInteger(step));
    assert.deepEqual(
      ends.map(({ step }) => step),
      [0, 1, 2, 3],
    );
    assert.ok(
      view.points.some(({ step }) => step > 1 && step < 2),
      'points inside `times 3`',
    );
    const [, insult, kind] = ends;
    assert.ok(Math.abs(fromWire(insult?.contribution) - Math.log(0.8 / 0.1)) < 1e-9);
    assert.ok(Math.abs(fromWire(kind?.contribution) - 3 * Math.log(0.2 / 0.9)) < 1e-9);
    assert.equal(
      insult?.location?.range.start.line,
      SCENARIO.split('\n').findIndex((line) => line.includes('insult')),
    );
    const alike = SCENARIO.replace('work -> done 80%, left', 'work -> done 50%, left');
    const nothing = await snapshotOf({ 'a.scenario': `${alike}episode: work -> done times 3000\n` });
    const last = viewOf<TrajectoryView>(nothing, 'trajectory', { persona: 'bad', rival: 'good' }).points.at(-1);
    assert.equal(last?.contribution, 0);
  });

  const REINFORCED = `situation s -> a | b
persona p prior 50% { s -> a 90%, b }
persona q prior 50% { s -> a 10%, b }
episode sft: s -> b
reinforce s beta 0.1 reward a 1, b 0
probe s -> a
`;

  it('has a reinforcement as a last step, and as an item of evidence with a weight for each persona', async () => {
    const reinforced = await snapshotOf({ 'a.scenario': REINFORCED });
    const without = await snapshotOf({ 'a.scenario': REINFORCED.replace(/reinforce.*\n/, '') });
    const way = viewOf<TrajectoryView>(reinforced, 'trajectory', { persona: 'p', rival: 'q' });
    const now = viewOf<PosteriorView>(reinforced, 'posterior');
    const before = viewOf<PosteriorView>(without, 'posterior');
    assert.equal(way.points.at(-1)?.kind, 'reinforcement');
    for (const [h, { posterior }] of now.hypotheses.entries())
      assert.ok(Math.abs(fromWire(way.points.at(-1)?.posterior[h]) - fromWire(posterior)) < 1e-12);
    // (0.9 − 0.1) / 0.1 nats for p: strict selection.
    assert.ok(Math.abs(fromWire(way.points.at(-1)?.contribution) - 8) < 1e-9);
    const evidence = viewOf<EvidenceView>(reinforced, 'evidence', { sort: 'order' });
    const row = evidence.rows.at(-1);
    assert.equal(row?.kind, 'reinforcement');
    for (const [h, { logOddsPosterior }] of now.hypotheses.entries()) {
      const difference = fromWire(logOddsPosterior) - fromWire(before.hypotheses[h]?.logOddsPosterior);
      assert.ok(Math.abs(fromWire(row?.weight[h]) - difference) < 1e-9);
    }
    assert.match(way.headline, /reinforcement then moves p 10% → 99\.7/);
  });

  it('takes the effect on a probe from evaluating again, learned rows and capabilities included', async () => {
    const text = `situation s -> a | b
capability skill 5% learnable strength 2
situation t -> c needs skill else d | d
persona p prior 60% { s -> a 90%, b  t -> c 90%, d }
persona q prior 40% { s -> a 10%, b  t -> c 80%, d }
episode sft "one": t -> c times 4
episode sft "two": s -> b
reinforce s beta 1 reward a 1
probe t -> c
`;
    const entire = await snapshotOf({ 'a.scenario': text });
    const measure = { kind: 'probe', probe: 0 };
    for (const single of [false, true]) {
      const view = viewOf<EvidenceView>(entire, 'evidence', { measure, sort: 'order', single });
      const texts = [
        single ? text.replace('times 4', 'times 3') : text.replace(/episode sft "one".*\n/, ''),
        text.replace(/episode sft "two".*\n/, ''),
        text.replace(/reinforce.*\n/, ''),
      ];
      for (const [at, other] of texts.entries()) {
        const rest = await snapshotOf({ 'a.scenario': other });
        const effect = (entire.evaluation.probes[0]?.after ?? 0) - (rest.evaluation.probes[0]?.after ?? 0);
        assert.ok(Math.abs(fromWire(view.rows[at]?.value) - effect) < 1e-12, `item ${at}, single ${single}`);
      }
    }
  });

  it('gives shift and capability of a single episode, not of all of them', async () => {
    const text = SCENARIO.replace('times 3', 'times 5');
    const many = await snapshotOf({ 'a.scenario': text });
    const fewer = await snapshotOf({ 'a.scenario': SCENARIO.replace('times 3', 'times 4') });
    const [now, then] = [many, fewer].map(({ evaluation }) => evaluation.personas.map(({ posterior }) => posterior));
    const shift = now?.reduce((sum, w, h) => sum + w * Math.log(w / (then?.[h] ?? 1)), 0) ?? 0;
    const single = viewOf<EvidenceView>(many, 'evidence', { sort: 'order', single: true }).rows[1];
    const entire = viewOf<EvidenceView>(many, 'evidence', { sort: 'order' }).rows[1];
    assert.ok(Math.abs(fromWire(single?.shift) - shift) < 1e-12);
    assert.ok(fromWire(entire?.shift) > 2 * shift);
  });

  it('draws the bar before a given from its own weights', async () => {
    const text = `method context strength 1
situation s -> a | b
situation t -> c | d
persona p prior 50% { s -> a 90%, b  t -> c 90%, d }
persona q prior 50% { s -> a 10%, b  t -> c 10%, d }
probe t -> d given s -> a times 4
`;
    const probe = viewOf<PredictionsView>(await snapshotOf({ 'a.scenario': text }), 'predictions').probes[0];
    const [p, q] = [0.9 ** 4, 0.1 ** 4];
    assert.ok(Math.abs(fromWire(probe?.contributionBefore[0]) - (p / (p + q)) * 0.1) < 1e-12);
    assert.ok(Math.abs(fromWire(probe?.contributionBefore[1]) - (q / (p + q)) * 0.9) < 1e-12);
  });

  it('draws no verdict from log marginals: without measurements it says that nothing bears on the accounts', async () => {
    const unmeasured = await snapshotOf({ 'a.scenario': SCENARIO.replace(/evaluation.*\n/, '') });
    assert.equal(viewOf<AccountsView>(unmeasured, 'accounts').headline, 'Nothing measured bears on the accounts.');
    const { headline, accounts } = viewOf<AccountsView>(snapshot, 'accounts');
    const best = [...accounts].sort((a, b) => fromWire(b.logScore) - fromWire(a.logScore))[0];
    assert.match(headline, new RegExp(`^On the evaluations ${best?.name} scores best`));
    const one = await snapshotOf({ 'a.scenario': SCENARIO.replace(', unstructured 1', '') });
    assert.match(viewOf<AccountsView>(one, 'accounts').headline, /^One account: selection/);
  });

  it('has a first sentence whose numbers are those of the view', () => {
    const posterior = viewOf<PosteriorView>(snapshot, 'posterior');
    const top = [...posterior.hypotheses].sort((a, b) => fromWire(b.posterior) - fromWire(a.posterior))[0];
    assert.ok(posterior.headline.startsWith(`${top?.name} `));
    const evaluation = evaluate(snapshot.program, snapshot.counts);
    const shifts = [...evaluation.episodes.shift];
    const line = SCENARIO.split('\n').findIndex((text) => text.startsWith('episode')) + 1;
    const most = shifts.indexOf(Math.max(...shifts));
    assert.match(posterior.headline, new RegExp(`by line ${line + most}\\.$`));
    assert.match(viewOf<EvidenceView>(snapshot, 'evidence').headline, new RegExp(`^Line ${line + most} moves`));
  });

  it('sets the reference account at no distance and the others below it', () => {
    const view = viewOf<AccountsView>(snapshot, 'accounts');
    const behind = view.accounts.map((row) => fromWire(row.behind));
    assert.equal(Math.max(...behind), 0);
    assert.ok(
      Math.abs(
        Math.exp(behind[0]!) / Math.exp(behind[1]!) -
          fromWire(view.accounts[0]!.probability) / fromWire(view.accounts[1]!.probability),
      ) < 1e-9,
    );
  });

  it('says that the posterior is not defined, and keeps what does not depend on it', async () => {
    const broken = await snapshotOf({
      'a.scenario': SCENARIO.replace('kind 90%, unkind', 'kind 100%, unkind').replace(
        'unkind 80%, kind',
        'kind 100%, unkind',
      ),
    });
    const { status, data } = stateOf(broken, 'posterior');
    assert.equal(status, 'undefined');
    const view = data as PosteriorView;
    assert.deepEqual(
      view.hypotheses.map((row) => row.posterior),
      [null, null],
    );
    assert.deepEqual(
      view.hypotheses.map((row) => row.prior),
      [0.75, 0.25],
    );
    for (const other of ['trajectory', 'evidence', 'predictions', 'accounts'] as const)
      assert.ok(!hasNumberThatJsonLoses(viewOf(broken, other)), other);
  });

  it('tells measured evidence from declared', async () => {
    const measured = await snapshotOf({
      'a.scenario': `${SCENARIO}dataset sft scored from "s.jsonl" { situation talk  response kind  logprobs sum nats field "lp" }\n`,
      's.jsonl': '{"text":"a","lp":{"good":-1,"bad":-3}}\n{"text":"b","lp":{"good":-2,"bad":-2.5}}\n',
    });
    const { rows } = viewOf<EvidenceView>(measured, 'evidence', { sort: 'order' });
    assert.deepEqual(
      rows.map((row) => row.measured),
      [false, false, false, true],
    );
    assert.equal(viewOf<PosteriorView>(measured, 'posterior').evidence.measured, 2);
  });
});

/** Whether any number in here would become null on its way: NaN or an infinity. */
function hasNumberThatJsonLoses(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasNumberThatJsonLoses);
}
