/** Rows: who would do what, from what is written and what is left to be understood. */
import assert from 'node:assert/strict';
import { CellForm, type Program } from '../../server/program/model/program';
import { programOf } from './marked';

function rowOf(program: Program, persona: string, situation: string): number[] {
  const { index } = program.situations.find(({ name }) => name === situation)!;
  const { row } = program.personas.find(({ name }) => name === persona)!;
  return [...row.subarray(program.cellOffset[index]!, program.cellOffset[index + 1]!)];
}

function sourceOf(program: Program, persona: string, situation: string) {
  const { index } = program.situations.find(({ name }) => name === situation)!;
  const { origin: _, ...source } = {
    origin: undefined,
    ...program.personas.find(({ name }) => name === persona)!.rowSource[index]!,
  };
  return source;
}

/** One persona with one row in a situation of four responses, d being the fallback of a. */
async function completed(row: string, responses = 'a needs skill else d | b | c | d'): Promise<number[]> {
  const program = await programOf(
    `capability skill 50%\nsituation x -> ${responses}\npersona h { ${row === '' ? '' : `x -> ${row}`} }`,
  );
  return rowOf(program, 'h', 'x');
}

describe('A row', () => {
  it('shares what is left among cells without a number and responses that it does not name, a fallback apart', async () => {
    assert.deepEqual(await completed('a 1/2'), [0.5, 0.25, 0.25, 0]);
    assert.deepEqual(await completed('a 1/2, b'), [0.5, 0.25, 0.25, 0]);
    assert.deepEqual(await completed('a'), [1 / 3, 1 / 3, 1 / 3, 0]);
  });

  it('gives a fallback its part where it is named', async () => {
    assert.deepEqual(await completed('a 1/2, d'), [0.5, 0.5 / 3, 0.5 / 3, 0.5 / 3]);
    assert.deepEqual(await completed('a 1/2, b 1/4, c 0, d 1/4'), [0.5, 0.25, 0, 0.25]);
  });

  it('gives an unnamed fallback the rest only if nothing else can take it', async () => {
    assert.deepEqual(await completed('a 1/2, b 1/4, c 0'), [0.5, 0.25, 0, 0.25]);
    assert.deepEqual(await completed('a 1/2, b 1/4, c'), [0.5, 0.25, 0.25, 0]);
  });

  it('shares equally among several unnamed fallbacks', async () => {
    const responses = 'a needs skill else c | b needs skill else d | c | d';
    assert.deepEqual(await completed('a 1/2, b 1/4', responses), [0.5, 0.25, 0.125, 0.125]);
  });

  it('leaves nothing of the rounding of a sum that is one', async () => {
    // In binary 0.7 + 0.2 + 0.1 misses 1 by 1.1e-16, which is no response's share.
    assert.equal(0.7 + 0.2 + 0.1 === 1, false);
    assert.deepEqual(await completed('a 0.7, b 0.2, c 0.1, d', 'a | b | c | d'), [0.7, 0.2, 0.1, 0]);
  });

  it('keeps a share that is small on purpose', async () => {
    const [, rest] = await completed('a 0.999999999999, b', 'a | b');
    assert.ok(Math.abs(rest! - 1e-12) < 1e-16);
  });

  it('may miss one by a billionth', async () => {
    assert.deepEqual(
      await completed('a 0.3333333333, b 0.3333333333, c 0.3333333333', 'a | b | c'),
      [0.3333333333, 0.3333333333, 0.3333333333],
    );
  });

  it('is uniform over all responses where none is written', async () => {
    assert.deepEqual(await completed(''), [0.25, 0.25, 0.25, 0.25]);
  });

  it('knows how each of its numbers was given', async () => {
    const { personas } = await programOf(`capability skill 50%
situation x -> a needs skill else d | b | c | d
persona h { x -> a 1/2, b }`);
    const { absent, written, shared } = CellForm;
    assert.deepEqual([...personas[0]!.cellForm], [written, shared, shared, absent]);
  });
});

describe('A row is looked up', () => {
  const program = programOf(`situation top -> a | b
situation middle extends top
situation low extends middle
persona base { top -> a 10%, b  middle -> a 20%, b }
persona near extends base { top -> a 30%, b }
persona far extends near { }
persona copier { top as far  low -> a 90%, b }
persona alone { }
persona late extends alone { low as copier }`);

  it('first in the persona itself', async () => {
    assert.deepEqual(sourceOf(await program, 'near', 'top'), { kind: 'written' });
    assert.equal(rowOf(await program, 'near', 'top')[0], 0.3);
  });

  it('then in the personas that it extends, the nearest first', async () => {
    assert.deepEqual(sourceOf(await program, 'far', 'top'), { kind: 'extended', from: 1 });
    assert.equal(rowOf(await program, 'far', 'top')[0], 0.3);
    assert.deepEqual(sourceOf(await program, 'far', 'middle'), { kind: 'extended', from: 0 });
    assert.equal(rowOf(await program, 'far', 'middle')[0], 0.2);
  });

  it('then in the situation that this one extends, by the same rule', async () => {
    assert.deepEqual(sourceOf(await program, 'far', 'low'), { kind: 'parent', situation: 1, from: 0 });
    assert.equal(rowOf(await program, 'far', 'low')[0], 0.2);
    assert.deepEqual(sourceOf(await program, 'copier', 'middle'), { kind: 'parent', situation: 0, from: 3 });
    assert.equal(rowOf(await program, 'copier', 'middle')[0], 0.3);
  });

  it('and is a copy, through as many copies as it takes', async () => {
    assert.deepEqual(sourceOf(await program, 'copier', 'top'), { kind: 'copied', from: 2 });
    assert.deepEqual(sourceOf(await program, 'late', 'low'), { kind: 'copied', from: 3 });
    assert.equal(rowOf(await program, 'late', 'low')[0], 0.9);
  });

  it('and is uniform where the search ends', async () => {
    assert.deepEqual(sourceOf(await program, 'alone', 'low'), { kind: 'uniform' });
    assert.deepEqual(rowOf(await program, 'alone', 'low'), [0.5, 0.5]);
    assert.deepEqual(sourceOf(await program, 'late', 'top'), { kind: 'uniform' });
  });

  it('a row written for the persona’s ancestor wins over one written here for a wider situation', async () => {
    const { personas } = await programOf(`situation top -> a | b
situation low extends top
persona base { low -> a 10%, b }
persona child extends base { top -> a 70%, b }`);
    assert.deepEqual([...personas[1]!.row], [0.7, 1 - 0.7, 0.1, 0.9]);
  });

  it('through ten thousand personas that copy or extend each other', async () => {
    const chain = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 ? `persona h${i} { x as h${i - 1} }` : `persona h${i} extends h${i - 1} { }`,
    ).slice(1);
    const { personas, diagnostics } = await programOf(
      `situation x -> a | b\npersona h0 { x -> a 3%, b }\n${chain.reverse().join('\n')}`,
    );
    assert.ok(diagnostics.every(({ severity }) => severity !== 'error'));
    assert.ok(personas.every(({ row }) => row[0] === 0.03));
  });
});

describe('A broken row', () => {
  it('counts as not written, and the search goes on', async () => {
    const { personas, diagnostics } = await programOf(`situation x -> a | b
persona base { x -> a 10%, b }
persona child extends base { x -> a 70%, b 70% }
probe x -> a`);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['row-sum'],
    );
    assert.deepEqual([...personas[1]!.row], [0.1, 0.9]);
  });
});
