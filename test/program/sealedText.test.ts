/** What a seal covers: the tokens that predict, and nothing that is measured later or only said. */
import assert from 'node:assert/strict';
import { sealedText } from '../../server/program/sealedText';
import { load } from '../inference/program';

const TEXT = `
situation x -> a | b | c
persona one prior 1 { x -> a 50%, b 30%, c }
condition run {
  episode sft: x -> a times 2
  evaluation held out "first": x -> a
  evaluation held out: x -> a 3, b 2, c 4 overdispersion 1%
  evaluation "used": x -> b 3 of 9
}
`;

const seal = async (text: string): Promise<string> => sealedText((await load(text)).text);

describe('The text that is sealed', () => {
  it('stays as it is when a held-out evaluation is measured, in whatever form', async () => {
    const sealed = await seal(TEXT);
    for (const measured of [
      'x -> a of 50',
      'x -> a 12 of 50',
      'x -> a 24% of 50, 30% of 60',
      'x -> a 20% from 10% to 33%',
    ])
      assert.equal(await seal(TEXT.replace('"first": x -> a', `"first": ${measured}`)), sealed, measured);
    assert.equal(await seal(TEXT.replace('a 3, b 2, c 4', 'a 30, b 20, c 41')), sealed);
  });

  it('ignores comments and layout', async () => {
    assert.equal(
      await seal(`// why\n${TEXT.replaceAll('  ', '    ').replace('episode', '/* so */ episode')}`),
      await seal(TEXT),
    );
  });

  it('changes with everything that predicts', async () => {
    const sealed = await seal(TEXT);
    for (const [from, to] of [
      ['a 50%', 'a 51%'],
      ['times 2', 'times 3'],
      ['overdispersion 1%', 'overdispersion 2%'],
      ['x -> b 3 of 9', 'x -> b 4 of 9'],
      ['held out "first": x -> a', 'held out "first": x -> b'],
      ['held out "first"', '"first"'],
    ] as const)
      assert.notEqual(await seal(TEXT.replace(from, to)), sealed, from);
  });
});
