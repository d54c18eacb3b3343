/** The exported scenario is read by the product: its conditions, counts and predictions are those that went in. */
import assert from 'node:assert/strict';
import { evaluateConditions } from '../../lab/dramatis';
import { type ExportedCondition, exportedScenario } from '../../lab/export/scenario';
import { sampledCounts } from '../../lab/measurement/measure';
import { ACCOUNTS } from '../../lab/prediction/accounts';
import { predict } from '../../lab/prediction/predict';
import { randomOf } from '../../lab/random';
import { armNamed } from '../../lab/training/arms';
import { assignmentOf, evidenceOf } from '../../lab/training/assignment';
import { worldText } from '../../lab/world/generate';
import { cellsOf, mixtureOf, readWorld } from '../../lab/world/world';

const SEED = 103;
const world = readWorld(worldText(SEED));
const selection = ACCOUNTS.filter(({ name }) => name === 'selection');

function conditionOf(armName: string, index: number, runs: number, strength: number): ExportedCondition {
  const arm = armNamed(armName);
  const assignment = assignmentOf(world, arm, index, SEED);
  const draw = (name: string, run: number, situations?: readonly number[]) =>
    sampledCounts(world, mixtureOf(world, world.prior), randomOf(name, armName, index, run), situations);
  return {
    name: `${armName.replaceAll('.', '_')}-${index}`,
    title: arm.title,
    evidence: evidenceOf(world, arm, assignment),
    strength,
    variants: arm.prefix === 'fixed',
    trained: assignment.trained,
    heldOut: assignment.untrained,
    runs: Array.from({ length: runs }, (_, run) => ({
      trained: draw('trained', run, assignment.trained),
      plain: draw('plain', run),
    })),
    given: [
      {
        context: [{ situation: 0, response: 1 }],
        situation: 2,
        runs: Array.from({ length: runs }, () => [5, 10, 15, 20]),
      },
    ],
  };
}

describe('lab: the exported scenario', () => {
  for (const [arm, runs] of [
    ['sft-1', 1],
    ['sft-4', 3],
    ['dpo', 2],
    ['rl-preferred-0.1', 2],
    ['about', 1],
    ['prefix-fixed', 2],
  ] as const) {
    it(`predicts for ${arm} what the lab predicts under selection, and has its counts`, () => {
      const strength = 2.25;
      const condition = conditionOf(arm, 1, runs, strength);
      const read = evaluateConditions(exportedScenario(world, 'Exported', [condition])).get(condition.name);
      assert.ok(read);
      const { program, evaluation } = read;
      const prediction = predict(
        { world, evidence: condition.evidence, probes: [], accounts: selection, variants: condition.variants },
        strength,
      ).get('selection');
      const total = program.cellOffset.at(-1) ?? 0;
      for (let c = 0; c < world.cells; c++) {
        const p = evaluation.personas.reduce(
          (sum, { posterior }, h) => sum + posterior * (evaluation.predictiveAfter[h * total + c] ?? 0),
          0,
        );
        assert.ok(
          Math.abs(p - (prediction?.cells[c] ?? Number.NaN)) < 1e-5,
          `cell ${c}: ${p}, ${prediction?.cells[c]}`,
        );
      }
      const { observed } = program;
      assert.equal(observed.length, condition.trained.length + condition.heldOut.length + condition.given.length);
      assert.deepEqual(
        observed.map(({ heldOut }) => heldOut),
        [
          ...condition.trained.map(() => false),
          ...condition.heldOut.map(() => true),
          ...condition.given.map(() => true),
        ],
      );
      // What was trained behind a prefix stands, with its evidence, in variants of the situations.
      const place = (x: number) => (condition.variants ? world.situations.length + x : x);
      const evidence = new Set([...program.episodes, ...program.reinforcements].map(({ situation }) => situation));
      assert.deepEqual([...evidence].sort(), condition.trained.map(place).sort());
      condition.trained.forEach((x, i) => {
        assert.equal(observed[i]?.situation, place(x));
      });
      condition.heldOut.forEach((x, i) => {
        const evaluationOf = observed[condition.trained.length + i];
        assert.equal(evaluationOf?.situation, x);
        assert.equal(evaluationOf?.runs.length, runs);
        condition.runs.forEach(({ plain }, run) => {
          const own = [...plain.subarray(...cellsOf(world, x))];
          const { counts = [] } = evaluationOf?.runs[run] ?? {};
          const focal = evaluationOf?.focal;
          assert.deepEqual([...counts], focal === undefined ? own : [own[focal], 200 - (own[focal] ?? 0)]);
        });
      });
      assert.deepEqual(observed.at(-1)?.given, [{ situation: 0, response: 1, times: 1 }]);
    });
  }

  it('has at most 40 conditions', () => {
    const many = Array.from({ length: 43 }, (_, i) => ({ ...conditionOf('sft-1', 0, 1, 1), name: `c${i}` }));
    assert.equal(evaluateConditions(exportedScenario(world, 'Many', many)).size, 40);
  });
});
