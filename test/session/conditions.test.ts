/** Conditions after an edit: the same numbers as from nothing, and no work for those that the edit cannot touch. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runToEnd } from '../../server/inference/stepwise';
import { buildProgram } from '../../server/program/build/build';
import type { Program } from '../../server/program/model/program';
import { conditionCache, datasetPool, evaluateConditions } from '../../server/session/conditionEvaluator';
import { parse } from '../../server/syntax/parser/parser';
import { arbitraryProgram } from '../support/arbitraryProgram';

function build(text: string): Program {
  return buildProgram([{ uri: 'memory:/a.scenario', text, parsed: parse(text) }]);
}

function evaluated(text: string, cache = conditionCache()) {
  const program = build(text);
  return runToEnd(evaluateConditions(program, datasetPool(program), new Map(), cache));
}

const TEXT = `parameter dose 5
situation s -> a | b
persona p prior 1 { s -> a 90%, b }
persona q prior 1 { s -> b 90%, a }
condition one { episode: s -> a times $dose }
condition two extends one { set $dose 3 }
condition three { episode: s -> b times 4 probe s -> a }
`;

describe('The numbers of conditions', () => {
  it('are those of evaluating from nothing, after any edit', () => {
    fc.assert(
      fc.property(
        arbitraryProgram({ tested: true, accounts: false }),
        fc.array(fc.tuple(fc.nat(99), fc.nat(9)), { minLength: 1, maxLength: 4 }),
        ({ text }, edits) => {
          const cache = conditionCache();
          evaluated(text, cache);
          let edited = text;
          for (const [at, digit] of edits) {
            const numbers = [...edited.matchAll(/times (\d+)/g)];
            const found = numbers[at % Math.max(1, numbers.length)];
            if (!found) break;
            const start = found.index + 'times '.length;
            edited = edited.slice(0, start) + (digit + 1) + edited.slice(start + found[1]!.length);
            assert.deepEqual(evaluated(edited, cache), evaluated(edited));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are kept where an edit does not reach', () => {
    const cache = conditionCache();
    const before = evaluated(TEXT, cache);
    const after = evaluated(`// a note\n${TEXT.replace('times 4', 'times 6')}`, cache);
    assert.equal(after[0]!.evaluation, before[0]!.evaluation);
    assert.equal(after[1]!.evaluation, before[1]!.evaluation);
    assert.notEqual(after[2]!.evaluation, before[2]!.evaluation);
    const changed = evaluated(TEXT.replace('set $dose 3', 'set $dose 2'), cache);
    assert.equal(changed[0]!.evaluation, before[0]!.evaluation);
    assert.notEqual(changed[1]!.evaluation, before[1]!.evaluation);
  });

  it('change with what a condition builds on', () => {
    const cache = conditionCache();
    const before = evaluated(TEXT, cache);
    const after = evaluated(TEXT.replace('times $dose', 'times ($dose + 1)'), cache);
    assert.notEqual(after[0]!.evaluation.personas[0]!.posterior, before[0]!.evaluation.personas[0]!.posterior);
    assert.notEqual(after[1]!.evaluation.personas[0]!.posterior, before[1]!.evaluation.personas[0]!.posterior);
    assert.equal(after[2]!.evaluation, before[2]!.evaluation);
  });

  it('keep of earlier stages what is retained', () => {
    // 10 episodes of which 40% are left, then 2: log L = 4·log P(a) + 2·log P(b), discounts within each stage.
    const numbers = evaluated(`situation s -> a | b
persona p prior 1 { s -> a 90%, b }
persona q prior 1 { s -> a 20%, b }
condition first { episode: s -> a times 10 }
condition second after first retaining 40% { episode: s -> b times 2 }
`);
    const logs = numbers[1]!.evaluation.personas.map(({ logLikelihood }) => logLikelihood);
    const expected = [4 * Math.log(0.9) + 2 * Math.log(0.1), 4 * Math.log(0.2) + 2 * Math.log(0.8)];
    for (const [h, log] of logs.entries()) assert.ok(Math.abs(log - expected[h]!) < 1e-12, `${log}`);
  });
});
