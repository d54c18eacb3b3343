/** Worlds from text: exact posteriors against Bayes' rule written out, and worlds read back out of answers. */
import assert from 'node:assert/strict';
import { characterPrior, personaRow, samplePairs } from '../../lab/documents/sample';
import { explainingRows } from '../../lab/measurement/ownWorld';
import { randomOf } from '../../lab/random';
import { worldText } from '../../lab/world/generate';
import { plainText } from '../../lab/world/plain';
import { DOCUMENTS, WORLD } from '../../lab/world/settings';
import { cellsOf, mixtureOf, posteriorGiven, readWorld } from '../../lab/world/world';

const SMALL = `scenario "Small"
method context strength 1
capability trick 25% learnable strength 10
situation x -> a | b
situation y -> a | b | rare needs trick else failed | failed
persona p prior 30% { x -> a 90%, b  y -> rare 40%, a 50%, b }
persona q prior 70% { x -> a 20%, b  y -> rare 10%, a 10%, b }
`;

describe('lab: worlds', () => {
  it('have the numbers of their text, capabilities at their prior means', () => {
    const world = readWorld(SMALL);
    assert.deepEqual(
      world.situations.map(({ responses }) => responses.length),
      [2, 4],
    );
    const expected = [0.9, 0.1, 0.5, 0.1, 0.1, 0.3, 0.2, 0.8, 0.1, 0.8, 0.025, 0.075];
    expected.forEach((p, i) => {
      assert.ok(Math.abs(p - (world.rows[i] ?? 0)) < 1e-12, `${i}: ${world.rows[i]}`);
    });
    assert.ok(Math.abs((world.prior[0] ?? 0) - 0.3) < 1e-12);
  });

  it('have exact posteriors after a context, by Bayes’ rule', () => {
    const world = readWorld(SMALL);
    const context = [
      { situation: 0, response: 0 },
      { situation: 0, response: 0 },
      { situation: 1, response: 3 },
    ];
    const p = 0.3 * 0.9 * 0.9 * 0.3;
    const q = 0.7 * 0.2 * 0.2 * 0.075;
    const found = posteriorGiven(world, world.prior, context);
    assert.ok(Math.abs((found[0] ?? 0) - p / (p + q)) < 1e-12);
    const predictive = mixtureOf(world, found);
    assert.ok(Math.abs((predictive[0] ?? 0) - (0.9 * p + 0.2 * q) / (p + q)) < 1e-12);
  });

  it('are the same for the same seed and differ for another, within their settings', () => {
    assert.equal(worldText(7), worldText(7));
    assert.notEqual(worldText(7), worldText(8));
    for (const seed of [1, 2, 3]) {
      const world = readWorld(worldText(seed));
      assert.equal(world.personas.length, WORLD.personas);
      assert.equal(world.situations.length, WORLD.situations);
      world.personas.forEach((_, h) => {
        world.situations.forEach((_, x) => {
          const row = personaRow(world, h).subarray(...cellsOf(world, x));
          assert.ok(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-9);
          // The two responses of the capability aside, none is below the floor (the text has two decimals of percent).
          row.slice(0, WORLD.responses).forEach((p) => {
            assert.ok(p >= WORLD.floor - 1e-3);
          });
        });
      });
    }
  });

  it('written as rows are read back as they were', () => {
    const world = readWorld(worldText(9));
    const again = readWorld(plainText(world));
    world.rows.forEach((p, i) => {
      assert.ok(Math.abs(p - (again.rows[i] ?? 0)) < 1e-6);
    });
    world.prior.forEach((p, h) => {
      assert.ok(Math.abs(p - (again.prior[h] ?? 0)) < 1e-8);
    });
    // A response that is never given stays possible.
    const rows = world.rows.map(() => 0);
    world.situations.forEach((_, x) => {
      for (let h = 0; h < world.personas.length; h++) rows[h * world.cells + cellsOf(world, x)[0]] = 1;
    });
    const certain = readWorld(plainText(world, [1, 0, 0, 0], rows));
    assert.ok(certain.rows.every((p) => p > 0));
  });

  it('give other characters a prior that leans to one persona each', () => {
    const world = readWorld(worldText(2));
    assert.deepEqual(characterPrior(world, DOCUMENTS, 0), world.prior);
    for (let k = 1; k < DOCUMENTS.characters; k++) {
      const prior = characterPrior(world, DOCUMENTS, k);
      assert.ok(Math.abs(prior.reduce((sum, p) => sum + p, 0) - 1) < 1e-12);
      assert.ok((prior[(k - 1) % world.personas.length] ?? 0) > DOCUMENTS.leaning);
    }
  });

  it('are found again in answers that are exact mixtures of their rows', () => {
    const world = readWorld(worldText(6));
    const random = randomOf('contexts');
    const contexts = world.personas.flatMap((_, h) =>
      Array.from({ length: 24 }, () => samplePairs(world, personaRow(world, h), 6, random)),
    );
    const posteriors = contexts.map((pairs) => posteriorGiven(world, world.prior, pairs));
    // Far from the world's own rows: the answers are a network's, and it is the network's rows that are wanted.
    const truth = world.rows.slice();
    for (let h = 0; h < world.personas.length; h++) {
      world.situations.forEach((_, x) => {
        const [from, to] = cellsOf(world, x);
        for (let c = from; c < to; c++) {
          truth[h * world.cells + c] = world.rows[h * world.cells + from + ((c - from + h) % (to - from))] ?? 0;
        }
      });
    }
    const replies = posteriors.map((weights) => mixtureOf({ ...world, rows: truth }, weights));
    const found = explainingRows(world, replies, posteriors);
    truth.forEach((p, i) => {
      assert.ok(Math.abs(p - (found[i] ?? 0)) < 1e-3, `${i}: ${found[i]} for ${p}`);
    });
  });
});
