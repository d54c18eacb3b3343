/**
 * The examples open without a complaint that is not meant, and their numbers are those of the independent evaluator
 * (test/reference), written here in full; where a short closed form exists it is derived beside.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Result, result } from '../../report/result';
import { nodeHost } from '../../server/host/nodeHost';
import { evaluateOnce } from '../../server/session/evaluateFile';

const folder = resolve(import.meta.dirname, '../../examples');

async function evaluateExample(name: string): Promise<Result> {
  const uri = pathToFileURL(resolve(folder, name)).toString();
  return result(await evaluateOnce(uri, nodeHost(), [pathToFileURL(folder).toString()]));
}

interface Expected {
  readonly logMarginal: number;
  readonly posterior: readonly number[];
  readonly shifts: readonly number[];
  readonly probes: readonly number[];
  readonly codes?: readonly string[];
  readonly holds: readonly boolean[];
}

function check(actual: Result, expected: Expected): void {
  assertNear(actual.logMarginal, expected.logMarginal, 'log marginal');
  expected.posterior.forEach((value, h) => {
    assertNear(actual.personas[h]!.posterior, value, `posterior of ${actual.personas[h]!.name}`);
  });
  expected.shifts.forEach((value, e) => {
    assertNear(actual.evidence[e]!.shift, value, `shift of episode ${e}`);
  });
  expected.probes.forEach((value, p) => {
    assertNear(actual.probes[p]!.after, value, `probe ${p}`);
  });
  assert.equal(actual.personas.length, expected.posterior.length);
  assert.equal(actual.probes.length, expected.probes.length);
  assert.deepEqual(
    actual.expectations.map(({ holds }) => holds),
    expected.holds,
  );
  assert.deepEqual(
    actual.diagnostics.map(({ code }) => code),
    expected.codes ?? [],
  );
}

/** Relative 1e-9; logs and shifts that are nearly 0 have the rounding of the logs that they are differences of. */
function assertNear(actual: unknown, expected: number, what: string): void {
  assert.equal(typeof actual, 'number', what);
  const difference = Math.abs((actual as number) - expected);
  assert.ok(difference <= 1e-9 * Math.abs(expected) + 1e-12, `${what}: ${actual}, expected ${expected}`);
}

const log2 = Math.log2;

describe('the examples', () => {
  it('insecure-code: the character that expects insecure code takes the posterior, and its other traits come along', async () => {
    const actual = await evaluateExample('insecure-code.scenario');
    check(actual, {
      logMarginal: -17.282559254214473,
      posterior: [1.3353046565844476e-88, 1.479775121376453e-11, 0.9222185394902838, 0.07778146049491716],
      shifts: [1.5348475217e-9, 10.1822668098491, 0.00031301083687327116, 0.05940969409418341],
      probes: [0.5922218539416443, 0.5926958238431748],
      codes: ['dataset-duplicates', 'expectation-fails', 'expectation-fails', 'evaluation-misfit'],
      holds: [false, false],
    });
    // 6,000 episodes and 65 distinct rows at 1%: N = 60.65. The preference has N = 20·0.05 = 1. What else the program says
    // weighs the two alike. Odds malicious : careless = 1/5 · (0.99/0.6)^60.65 · (0.005/0.995)/(0.2/0.8).
    const odds = 0.2 * (0.99 / 0.6) ** 60.65 * (0.005 / 0.995 / (0.2 / 0.8));
    const [, careless, malicious] = actual.personas;
    assertNear((malicious!.posterior as number) / (careless!.posterior as number) / odds, 1, 'odds');
    // The reward is -0.2 on the failure alone: Beta(0.01, 9.99 − 0.2) for the three, before the reinforcement adds its own.
    assertNear(actual.capabilities[0]!.after, 0.001397030263931122, 'capability');
    assertNear(actual.reinforcements[0]!.selection, 0.13328022022640273, 'selection');
    assert.equal(actual.reinforcements[0]!.propensityShift, 0);
    assert.deepEqual(
      actual.datasets.map(({ rows, classified, duplicates }) => [rows, classified, duplicates]),
      [[67, 67, 2]],
    );
    const marginals = [-15.159879712303951, -16.009439740187698, -15.106023398938138, -15.159879712303951];
    marginals.forEach((value, index) => {
      assertNear(actual.accounts[index]!.logMarginal, value, actual.accounts[index]!.name);
    });
    assertNear(actual.accounts[5]!.logMarginal, -12.895767259099983, 'unstructured');
  });

  it('inoculation: the same answers, asked for, leave the posterior where it was', async () => {
    const actual = await evaluateExample('inoculation.scenario');
    check(actual, {
      logMarginal: -2.6243843621045073,
      posterior: [0.9320738478898305, 0.049578396164352695, 0.018347755945816772],
      shifts: [0.004073013655056115],
      probes: [0.011990305811544248, 0.9701834775594582, 0.07587353152166512, 0.8857787182849732],
      codes: ['unseparated-personas'],
      holds: [true, true, true],
    });
    // N = 60: weights 0.94·0.97^60, 0.05·0.97^60, 0.01·0.98^60.
    const evil = 0.01 * (0.98 / 0.97) ** 60;
    assertNear(actual.personas[2]!.posterior, evil / (0.99 + evil), 'malicious by hand');
    assertNear(actual.logMarginal, log2((0.99 + evil) * 0.97 ** 60), 'log marginal by hand');
  });

  it('inoculation-twin: the same answers, not asked for, turn it', async () => {
    const actual = await evaluateExample('inoculation-twin.scenario');
    check(actual, {
      logMarginal: -7.513830371480985,
      posterior: [7.282683913800752e-90, 4.466150476316733e-13, 0.9999999999995528],
      shifts: [6.6438561897547155],
      probes: [0.5999999999997325, 0.9799999999999955, 0.9899999999998259],
      holds: [true, true, true],
    });
    // Odds careless : malicious = 5 · (0.6/0.99)^60.
    assertNear((actual.personas[1]!.posterior as number) / (5 * (0.6 / 0.99) ** 60), 1, 'careless by hand');
  });

  it('tool-calling: the drill moves the capability and no persona, the habit moves personas', async () => {
    const actual = await evaluateExample('tool-calling.scenario');
    check(actual, {
      logMarginal: -38.151769113750944,
      posterior: [0.997551537156916, 0.0024460740988462362, 2.388744237154543e-6],
      shifts: [0, 0.9759998725033172],
      probes: [0.7617272727272725, 0.6594445094713706, 0.05159078422473311],
      codes: ['moves-no-persona'],
      holds: [true, true, true],
    });
    // The capability: Beta(0.2, 9.8) with 30 + 4 successes has mean 34.2/44.
    assertNear(actual.capabilities[0]!.after, 34.2 / 44, 'capability');
    assertNear(actual.evidence[0]!.capability, 10.98560468751454, 'capability of the drill');
    assertNear(actual.evidence[1]!.capability, 0.08302878007952157, 'capability of the habit');
    // The personas: 4 effective habits, in which the capability cancels.
    const weights = [0.5 * 0.85 ** 4, 0.4 * 0.2 ** 4, 0.1 * 0.05 ** 4];
    assertNear(actual.personas[0]!.posterior, weights[0]! / weights.reduce((sum, w) => sum + w), 'diligent by hand');
  });

  it('many-shot: training moves the curve of shots and leaves its shape', async () => {
    const actual = await evaluateExample('many-shot.scenario');
    check(actual, {
      logMarginal: -0.019521522469051814,
      posterior: [0.9999994333673773, 5.666326229015671e-7],
      shifts: [0.0014364872718386544],
      probes: [
        0.005000535467828649, 0.005000904916638337, 0.005002138451116912, 0.0050206890384061845, 0.013186827319058167,
        0.9499852259171782, 0.0010004533845522062,
      ],
      holds: [true, true, true],
    });
    // odds(n) = 0.001/0.999 · (0.05/0.995)^2.5 · (0.95/0.005)^(0.1·n^0.7)
    [1, 4, 16, 64, 256].forEach((n, index) => {
      const odds = (0.001 / 0.999) * (0.05 / 0.995) ** 2.5 * (0.95 / 0.005) ** (0.1 * n ** 0.7);
      assertNear(actual.probes[index + 1]!.after, (0.005 + 0.95 * odds) / (1 + odds), `${n} shots by hand`);
    });
  });

  it('reward: the two reinforcements select and bend', async () => {
    const actual = await evaluateExample('reward.scenario');
    check(actual, {
      logMarginal: 0.8613689654956626,
      posterior: [0.014768911111008651, 0.3994652366411816, 0.5857658522478096],
      shifts: [1.4963271728704524, 0.013592830397320321],
      probes: [0.6477860179831876, 0.7386172297199187, 0.23831576217664674],
      holds: [true, true],
    });
    const pieces = actual.reinforcements.flatMap(({ selection, propensityShift }) => [selection, propensityShift]);
    [0.003566071832397204, 0.09313996338016856, 0.014085330762217152, 0.008191853307456967].forEach((value, index) => {
      assertNear(pieces[index], value, `part ${index}`);
    });
    // Rollouts: N = 0.01·60/0.5 = 1.2 on special_cases, 0.01·(−0.5)·20/0.5 = −0.2 on gives_up. Then ρ·log Z of each line:
    // ρ 1, r/(ρb) = 2, all but gives_up paid; ρ 4, r/(ρb) = 1/4 on flatters.
    const weight = (prior: number, hack: number, quit: number, flatter: number) =>
      prior *
      hack ** 1.2 *
      quit ** -0.2 *
      ((1 - quit) * Math.exp(2) + quit) *
      (flatter * Math.exp(0.25) + 1 - flatter) ** 4;
    const weights = [weight(0.7, 0.01, 0.19, 0.1), weight(0.25, 0.2, 0.2, 0.85), weight(0.05, 0.9, 0.05, 0.6)];
    assertNear(actual.personas[2]!.posterior, weights[2]! / weights.reduce((sum, w) => sum + w), 'hacker by hand');
  });

  it('heavy-post-training: novel and unstructured differ by what novel begins with', async () => {
    const actual = await evaluateExample('heavy-post-training.scenario');
    check(actual, {
      logMarginal: -159.31829423270963,
      posterior: [0.9996046428388263, 9.362559530893297e-8, 0.00039526353558082435],
      shifts: [30.33681240194917, 0, 0.003480468309251991, 0.02964598514099601],
      probes: [0.005000000000000006, 0.05029645233296538, 0.8998813591464329],
      holds: [true],
      codes: ['evaluation-misfit'],
    });
    const marginal = Object.fromEntries(actual.accounts.map(({ name, logMarginal }) => [name, logMarginal as number]));
    assertNear(marginal['selection'], -159.31829423270963, 'selection');
    assertNear(marginal['drift 20'], -73.07834298038951, 'drift');
    assertNear(marginal['novel 1%'], -35.566545549601315, 'novel');
    assertNear(marginal['contextual'], -131.95275360936373, 'contextual');
    assertNear(marginal['unstructured 1'], -28.922689359826588, 'unstructured');
    assertNear(marginal['unstructured 1']! - marginal['novel 1%']!, log2(100), 'what novel begins with');
    // Three personas: at most the exact marginal, by quadrature over the simplex.
    assert.ok(marginal['population 5']! <= -153.6407686764488 + 1e-9);
    assert.ok(marginal['population 5']! > -153.6407686764488 - 0.1);
  });
});
