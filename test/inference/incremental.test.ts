/** An evaluation that goes on from the one before gives what evaluating from nothing gives, byte for byte. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate } from '../../server/inference/evaluate';
import type { EvaluationCache } from '../../server/inference/posterior/posteriorState';
import { arbitraryProgram, type ProgramShape } from '../support/arbitraryProgram';
import { load } from './program';
import { type Declaration, textOf } from './rewriting';

/** One edit as three numbers: what is done, to which declaration, with what. */
const arbitraryEdit = fc.tuple(fc.nat(9), fc.nat(999), fc.nat(999));
const NOTHING = new Map();
type Edit = readonly [number, number, number];

const NUMBERS = ['0', '1', '2', '0.25', '7', '1000', '3.5', '20'];

/** Mostly episodes are edited, as people do; now and then anything else. The text may become wrong, and right again. */
function edited(declarations: readonly Declaration[], spare: readonly Declaration[], edit: Edit): Declaration[] {
  const [what, where, how] = edit;
  const chosen = declarations.filter(({ kind }) => what > 7 || kind === 'episode');
  const one = chosen[where % Math.max(1, chosen.length)];
  const list = [...declarations];
  const put = (at: number, ...now: Declaration[]) => list.splice(at, now.length === 1 && at < 0 ? 0 : 1, ...now);
  const at = one ? list.indexOf(one) : -1;
  const others = spare.filter(({ kind }) => kind === (one?.kind ?? 'episode'));
  const other = others[how % Math.max(1, others.length)];
  if (what < 2 && other) list.splice(how % (list.length + 1), 0, other);
  else if (what === 2 && at >= 0) list.splice(at, 1);
  else if (what === 3 && one) list.splice(how % (list.length + 1), 0, one);
  else if (what === 4 && one && other) put(at, other);
  else if (one) {
    // Another number for one of its numbers.
    const numbers = [...one.text.matchAll(/(?<![\w.])\d+(?:\.\d+)?/g)];
    const number = numbers[how % Math.max(1, numbers.length)];
    if (number) {
      const text = `${one.text.slice(0, number.index)}${NUMBERS[how % NUMBERS.length]}${one.text.slice(number.index + number[0].length)}`;
      put(at, { kind: one.kind, text });
    } else if (one.kind === 'episode') put(at, { kind: 'episode', text: `${one.text} times ${NUMBERS[how % 8]}` });
  }
  return list;
}

const shapes: Readonly<Record<string, ProgramShape>> = {
  'rigid personas': {
    capabilities: false,
    concentrations: false,
    novel: false,
    reinforcements: false,
    accounts: false,
  },
  'personas that drift, and a novel one': { capabilities: false, accounts: false },
  'capabilities with fallbacks of their own': { intendedFallbacks: false, accounts: false },
  'everything, accounts included': {},
};

describe('an evaluation that remembers the one before', () => {
  for (const [what, shape] of Object.entries(shapes)) {
    it(`gives the bytes of one from nothing after any edits, with ${what}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          arbitraryProgram(shape),
          arbitraryProgram(shape),
          fc.array(arbitraryEdit, { minLength: 3, maxLength: 12 }),
          async (program, spare, edits) => {
            const evaluationCache: EvaluationCache = {};
            let declarations: readonly Declaration[] = program.declarations;
            evaluate(await load(textOf(declarations)), NOTHING, { evaluationCache });
            for (const edit of edits) {
              declarations = edited(declarations, spare.declarations, edit);
              const now = await load(textOf(declarations));
              assert.deepEqual(
                evaluate(now, NOTHING, { evaluationCache }),
                evaluate(now, NOTHING),
                textOf(declarations),
              );
            }
          },
        ),
        { numRuns: shape.capabilities === false ? 60 : 12, seed: 2026 },
      );
    });
  }

  it('gives them with the accounts that are rules of prediction too', async () => {
    const compare = {
      kind: 'compare',
      text: 'compare declared, unmoved, habits 2, transfer 0.3, blend 3, population 2',
    };
    await fc.assert(
      fc.asyncProperty(
        arbitraryProgram({ accounts: false }),
        arbitraryProgram({ accounts: false }),
        fc.array(arbitraryEdit, { minLength: 2, maxLength: 5 }),
        async (program, spare, edits) => {
          const evaluationCache: EvaluationCache = {};
          let declarations: readonly Declaration[] = [...program.declarations, compare];
          for (const edit of edits) {
            declarations = edited(declarations, spare.declarations, edit);
            const now = await load(textOf(declarations));
            assert.deepEqual(evaluate(now, NOTHING, { evaluationCache }), evaluate(now, NOTHING), textOf(declarations));
          }
        },
      ),
      { numRuns: 8, seed: 2027 },
    );
  });

  const findings: Readonly<Record<string, (episodes: string) => string>> = {
    'a preference that was in the way of an exact number': (episodes) => `
      situation x -> a | b | c
      persona p { x -> a 60%, b 30%, c  concentration 5 }
      persona q { x -> a 20%, b 30%, c }
      episode: x -> a over b
      ${episodes}
    `,
    'the only episode of a fallback that a drifting persona intends': (episodes) => `
      capability skill 50% learnable strength 4
      situation x -> a needs skill else b | b | c
      persona p { x -> a 60%, b 30%, c  concentration 5 }
      persona q { x -> a 20%, b 30%, c }
      episode: x -> c times 3
      ${episodes.replace('b over c', 'b')}
    `,
  };
  for (const [what, text] of Object.entries(findings)) {
    it(`forgets ${what} when it goes, and knows it when it comes`, async () => {
      const evaluationCache: EvaluationCache = {};
      const [without, within] = [await load(text('')), await load(text('episode: x -> b over c'))];
      const alone = evaluate(without, NOTHING);
      const both = evaluate(within, NOTHING);
      assert.notDeepEqual(alone, both);
      for (const program of [without, within, without, within])
        assert.deepEqual(evaluate(program, NOTHING, { evaluationCache }), program === within ? both : alone);
    });
  }

  it('leaves alone what an edit of an episode does not touch', async () => {
    const text = (times: number) => `
      situation x -> a | b
      situation z -> c | d
      persona p { x -> a 60%, b  z -> c 10%, d }
      persona q { x -> a 30%, b  z -> c 40%, d  concentration 4 }
      episode: x -> a times ${times}
      episode: z -> c times 3
      episode: x -> b
    `;
    const evaluationCache: EvaluationCache = {};
    evaluate(await load(text(2)), NOTHING, { evaluationCache });
    const before = evaluationCache.reached!;
    evaluate(await load(text(5)), NOTHING, { evaluationCache });
    const after = evaluationCache.reached!;
    assert.notEqual(after, before);
    assert.equal(after.state.likelihood.scale, before.state.likelihood.scale);
    const same = after.valid.evidence.slots.map((slot, s) => slot === before.valid.evidence.slots[s]);
    assert.deepEqual(same, [false, true, true]);
  });

  it('starts anew where anything but episodes and questions is another', async () => {
    const text = (percent: number) => `
      situation x -> a | b
      persona p { x -> a ${percent}%, b }
      persona q { x -> a 30%, b }
      episode: x -> a
    `;
    const evaluationCache: EvaluationCache = {};
    evaluate(await load(text(60)), NOTHING, { evaluationCache });
    const before = evaluationCache.reached!;
    const after = evaluate(await load(text(70)), NOTHING, { evaluationCache });
    assert.notEqual(evaluationCache.reached!.state.likelihood.scale, before.state.likelihood.scale);
    assert.equal(after.personas[0]!.posterior, 0.7);
  });
});
