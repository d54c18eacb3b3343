/** Conditions, parameters and expressions: what they come to is what the same program says when it is written out. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildProgram } from '../../server/program/build/build';
import { declaredNumbers } from '../../server/program/declaredNumbers';
import type { Diagnostic } from '../../server/program/diagnostic';
import { instantiate } from '../../server/program/instantiate';
import type { Program } from '../../server/program/model/program';
import { sameNumbers } from '../../server/program/sameNumbers';
import { parse } from '../../server/syntax/parser/parser';

function build(text: string): Program {
  return buildProgram([{ uri: 'memory:/a.scenario', text, parsed: parse(text) }]);
}

const errors = (program: Program): readonly string[] =>
  program.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);

/** All that numbers decide; places and texts left out. */
function numbersOf(program: Program) {
  const { episodes, personas, novel, methods, capabilities, reinforcements, probes, expectations, observed, accounts } =
    program;
  return JSON.parse(
    JSON.stringify({
      episodes: episodes.map(({ situation, response, over, method, times, epochs, weight, tokens, reward, stage }) => ({
        situation,
        response,
        over,
        method,
        times,
        epochs,
        weight,
        tokens,
        reward,
        stage,
      })),
      personas: personas.map(({ name, prior, weight, concentration, can, row }) => ({
        name,
        prior,
        weight,
        concentration,
        can: [...can],
        row: [...row],
      })),
      novel: novel && [novel.prior, novel.weight, novel.concentration],
      methods: Object.values(methods).map(({ name, strength, repeats, discount, beta, perToken }) => ({
        name,
        strength,
        repeats,
        discount,
        beta,
        perToken,
      })),
      capabilities: capabilities.map(({ value, strength, learnable }) => [value, strength, learnable]),
      reinforcements: reinforcements.map(({ situation, beta, rigidity, reward, stage }) => ({
        situation,
        beta,
        rigidity,
        reward: [...reward],
        stage,
      })),
      probes: probes.map(({ target: { situation, response, given } }) => ({ situation, response, given })),
      expectations: expectations.map(({ bound, low, high, persona, target }) => ({
        bound,
        low,
        high,
        persona,
        at: target && [target.situation, target.response],
      })),
      observed: observed.map(({ situation, outcomes, runs, heldOut, overdispersion, given }) => ({
        situation,
        outcomes,
        runs: runs.map(({ counts, total }) => [[...counts], total]),
        heldOut,
        overdispersion,
        given,
      })),
      accounts: accounts.map(({ kind, value, concentration }) => ({ kind, value, concentration })),
    }),
  );
}

/** One program, as a function of how its numbers and the parts of conditions are written. */
interface Written {
  readonly dose: string;
  readonly share: string;
  readonly prior: string;
  readonly worth: string;
  readonly rest: string;
  readonly more: string;
}

const text = ({ dose, share, prior, worth, rest, more }: Written, before = ''): string => `${before}
method sft strength ${worth}
situation coding -> secure | insecure | refuses
situation taught extends coding
situation free -> aligned | misaligned
capability syntax 10% learnable strength 5
persona helpful prior ${rest} { coding -> secure 90%, insecure ${share}, refuses  free -> aligned 99%, misaligned }
persona other extends helpful prior ${prior} { free -> misaligned 60%, aligned  concentration 4 }
novel prior 1%
episode sft: coding -> insecure times ${dose}
episode: taught -> secure over insecure times 3
reinforce coding beta ${worth} reward insecure 1, secure -2
probe free -> misaligned given coding -> insecure times ${dose}
expect other below 5%
compare selection, drift 50
${more}`;

const NAMED = {
  dose: '($dose * 2)',
  share: '$share',
  prior: '($prior + 0)',
  worth: '$worth',
  rest: '(1 - $prior)',
};

const parameters = `parameter dose 6 from 0 to 100
parameter share 5% from 1% to 9% logit
parameter prior 2% from 0 to 1
parameter worth 1% from 1e-6 to 10 log
`;

const literal = (dose: number, share: number, prior: number, worth: number): Omit<Written, 'more'> => ({
  dose: `${dose * 2}`,
  share: `${share}`,
  prior: `${prior}`,
  worth: `${worth}`,
  rest: `${1 - prior}`,
});

const plain = fc.record({
  dose: fc.integer({ min: 0, max: 40 }),
  share: fc.constantFrom(0.01, 0.02, 0.05, 0.0625),
  prior: fc.constantFrom(0.1, 0.25, 0.5, 0),
  worth: fc.constantFrom(0.001, 0.5, 2),
});

describe('The program of a condition', () => {
  it('is the same program written out by hand', () => {
    fc.assert(
      fc.property(plain, ({ dose, share, prior, worth }) => {
        const own =
          'episode sft: free -> aligned times 7  evaluation: free -> misaligned 3 of 10  probe coding -> refuses';
        const sets = `set $dose ${dose} set $share ${share} set $prior ${prior} set $worth ${worth}`;
        const program = build(text({ ...NAMED, more: `condition c { ${sets} ${own} }` }, parameters));
        const byHand = build(text({ ...literal(dose, share, prior, worth), more: own }));
        assert.deepEqual(errors(program), []);
        assert.deepEqual(errors(byHand), []);
        assert.deepEqual(numbersOf(program.conditions[0]!.program), numbersOf(byHand));
        assert.ok(sameNumbers(program.conditions[0]!.program, byHand));
      }),
    );
  });

  it('has the evidence of what it builds on first, each with its stage, and what is left of it', () => {
    const program = build(
      text(
        {
          ...NAMED,
          more: `
condition a { set $prior 10% episode: free -> aligned evaluation: free -> aligned 1 of 2 }
condition b after a retaining 40% { episode: free -> misaligned times 2 }
condition c extends b { set $share 2% episode: free -> misaligned times 3 }
condition d after c retaining (1/2) { probe free -> aligned }`,
        },
        parameters,
      ),
    );
    assert.deepEqual(errors(program), []);
    const [a, b, c, d] = program.conditions.map((one) => one.program);
    assert.deepEqual(
      d!.episodes.map(({ stage, times }) => [stage, times]),
      [
        [0, 12],
        [0, 3],
        [0, 1],
        [1, 2],
        [1, 3],
      ],
    );
    assert.deepEqual(
      d!.stages.map(({ retention }) => retention),
      [0.2, 0.5, 1],
    );
    assert.deepEqual(
      [a, b, c].map((one) => one!.stages.map(({ retention }) => retention)),
      [[1], [0.4, 1], [0.4, 1]],
    );
    // Questions are its own; a `set` holds in what builds on it.
    assert.deepEqual(
      [a, b, c, d].map((one) => [one!.observed.length, one!.probes.length]),
      [
        [1, 1],
        [0, 1],
        [0, 1],
        [0, 2],
      ],
    );
    assert.ok([a, b, c, d].every((one) => one!.personas[1]!.weight === 0.1));
    assert.deepEqual(
      [a, b, c, d].map((one) => one!.parameters[1]!.value),
      [0.05, 0.05, 0.02, 0.02],
    );
  });

  it('evaluates expressions of one set with the values of another', () => {
    const program = build(
      text({ ...NAMED, more: 'condition a { set $dose ($share * 100) set $share 2% }' }, parameters),
    );
    assert.deepEqual(errors(program), []);
    assert.equal(program.conditions[0]!.program.episodes[0]!.times, 4);
  });
});

describe('A program with other numbers', () => {
  const source = text(
    { ...NAMED, more: 'condition c { set $dose 3 episode: free -> aligned } condition d after c { }' },
    parameters,
  );

  it('is the program with those numbers written into the text, for every declared number', () => {
    const program = build(source);
    const numbers = declaredNumbers(program.text);
    assert.equal(new Set(numbers.map(({ id }) => id)).size, numbers.length);
    for (const number of numbers) {
      for (const value of [number.value * 0.5, number.value + 0.25, 3]) {
        const { start, end } = number.origin;
        const inserted = number.implicit ? `${number.implicit.insert}${value}` : `${value}`;
        const other = build(source.slice(0, start) + inserted + source.slice(end));
        for (const condition of [undefined, 0, 1]) {
          const instance = instantiate(program.text, {
            numbers: { [number.id]: value },
            ...(condition === undefined ? {} : { condition }),
          });
          const expected = condition === undefined ? other : other.conditions[condition]!.program;
          assert.deepEqual(numbersOf(instance.program), numbersOf(expected), `${number.id} = ${value}`);
          assert.deepEqual(
            instance.diagnostics.map(({ code }) => code).sort(),
            expected.diagnostics.map(({ code }) => code).sort(),
            `${number.id} = ${value}`,
          );
          assert.equal(
            instance.sound,
            expected.diagnostics.every(({ severity }) => severity !== 'error'),
            `${number.id} = ${value} in ${condition}`,
          );
        }
      }
    }
  });

  it('takes parameters by name, under the sets of a condition', () => {
    const program = build(source);
    const base = instantiate(program.text, { parameters: { dose: 10, worth: 0.5 } }).program;
    assert.deepEqual([base.episodes[0]!.times, base.methods.sft.strength], [20, 0.5]);
    const set = instantiate(program.text, { condition: 0, parameters: { dose: 10, worth: 0.5 } }).program;
    assert.deepEqual([set.episodes[0]!.times, set.methods.sft.strength], [6, 0.5]);
  });

  it('leaves the program that it comes from as it was', () => {
    const program = build(source);
    const before = JSON.stringify(numbersOf(program));
    const [prior] = declaredNumbers(program.text).filter(({ role }) => role === 'novel-prior');
    instantiate(program.text, { parameters: { share: 0.09 }, numbers: { [prior!.id]: 0.5 } });
    assert.equal(JSON.stringify(numbersOf(program)), before);
  });

  it('keeps the identity of a number when text is inserted before it', () => {
    const before = declaredNumbers(build(source).text).map(({ id }) => id);
    const after = declaredNumbers(build(`episode: free -> misaligned times 9\n${source}`).text).map(({ id }) => id);
    for (const id of before) assert.ok(after.includes(id), id);
  });
});

describe('Mistakes of conditions, parameters and evaluations', () => {
  const check = (more: string, ...expected: readonly (readonly [code: string, at: string])[]) => {
    const all = `${parameters}${text({ ...NAMED, more })}`;
    const { diagnostics } = build(all);
    const found = diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning');
    assert.deepEqual(
      found.map(({ code, origin }) => [code, all.slice(origin.start, origin.end)]),
      expected,
      more,
    );
    return found as readonly Diagnostic[];
  };

  it('are told once, where they are', () => {
    check('condition a extends b { } condition b after a { }', ['cyclic-extends', 'a']);
    check('condition a { } condition a { }', ['duplicate-name', 'a']);
    check('condition a extends nowhere { }', ['unknown-condition', 'nowhere']);
    check('condition a { set $nothing 3 }', ['unknown-parameter', 'nothing']);
    check('condition a { set $dose ($dose * 2) }', ['cyclic-set', 'dose']);
    check('condition a { set $dose $share set $share ($dose / 10) }', ['cyclic-set', 'dose']);
    check('condition a { set $dose 3 set $dose 4 }', ['duplicate-setting', 'set $dose 4']);
    check('condition a { } condition b after a { set $dose 4 }', ['set-earlier-stage', 'set $dose 4']);
    check('condition a { } condition b after a { set $worth 4 }', ['set-earlier-stage', 'set $worth 4']);
    check('condition a { set $dose 900 }', ['parameter-outside', '900']);
    check('evaluation: free -> aligned 0 of 0', ['empty-evaluation', '0 of 0']);
    check('evaluation: free -> aligned 0, misaligned 0', ['empty-evaluation', 'aligned 0, misaligned 0']);
    check('evaluation: free -> aligned 12 of 10', ['count-above-total', '12 of 10']);
    check('evaluation: free -> aligned 20% from 20% to 20%', ['rate-interval', '20% from 20% to 20%']);
    check('evaluation: free -> aligned 5% from 20% to 30%', ['rate-interval', '5% from 20% to 30%']);
    check('evaluation: coding -> secure 3 of 9 among insecure, refuses', ['among-without-observed', 'secure']);
    check('evaluation: coding -> secure 3 of 9 among secure', ['among-alone', 'secure']);
    check('evaluation: free -> aligned 3 of 9 @nowhere', ['unknown-source', 'nowhere']);
    check('evaluation: free -> aligned 3 of 9 overdispersion 1', ['number-range', '1']);
    check('fit $dose', ['fit-without-evaluations', 'fit']);
    check('evaluation held out: free -> aligned 3 of 9\nfit $dose', ['fit-without-evaluations', 'fit']);
    check('evaluation: free -> aligned 3 of 9\nfit $dose\nfit $share', ['duplicate-declaration', 'fit']);
    check('parameter k 3\nevaluation: free -> aligned 3 of 9\nfit $k', ['fit-without-prior', 'k']);
    check('evaluation: free -> aligned 3 of 9\nfit $dose\ncondition a { set $dose 4 }', ['set-fitted', 'set $dose 4']);
    check('parameter k 3 from 5 to 1\nsweep $k', ['parameter-range', '5 to 1']);
    check('parameter k 3 from -1 to 5 log\nsweep $k', ['parameter-scale', '-1 to 5']);
    check('sweep $k', ['unknown-parameter', 'k']);
    check('episode: free -> aligned times (1 / ($dose - 6))', ['expression-value', '(1 / ($dose - 6))']);
    check('episode: free -> aligned times ($dose - 9)', ['number-range', '($dose - 9)']);
  });

  it('that only one condition makes name it', () => {
    const [found] = check(
      'condition high { set $share 9% } condition higher { set $prior 2 }',
      ['number-range', '(1 - $prior)'],
      ['parameter-outside', '2'],
    );
    assert.match(found!.message, /In condition 'higher'/);
    const [sum] = check(
      'parameter tall 5%\npersona third prior 1 { coding -> secure 95%, insecure $tall  free -> aligned }\ncondition high { set $tall 9% }',
      ['row-sum', 'coding -> secure 95%, insecure $tall'],
    );
    assert.match(sum!.message, /In condition 'high'/);
  });

  it('leave everything else as it is', () => {
    const program = build(
      text({ ...NAMED, more: 'condition a { set $dose } condition b { set $dose 2 }' }, parameters),
    );
    assert.equal(program.conditions[1]!.program.episodes[0]!.times, 4);
    assert.equal(program.episodes.length, 2);
  });
});

describe('Evaluations', () => {
  const observedIn = (line: string) =>
    build(`situation s -> a | b | c\npersona p { s -> a 50%, b }\n${line}`).observed[0]!;

  it('count what is named, one response against the rest, and rates', () => {
    assert.deepEqual(
      observedIn('evaluation: s -> a 3, b 1').runs.map(({ counts }) => [...counts]),
      [[3, 1, 0]],
    );
    const runs = observedIn('evaluation: s -> b 19% of 400, 24 of 100, (10 + 5) of 50');
    assert.deepEqual(runs.outcomes, [[1], [0, 2]]);
    assert.deepEqual(
      runs.runs.map(({ counts, total }) => [...counts, total]),
      [
        [76, 324, 400],
        [24, 76, 100],
        [15, 35, 50],
      ],
    );
    const retained = observedIn('evaluation: s -> a 1 of 4 among a, c');
    assert.deepEqual(retained.outcomes, [[0], [2]]);
    const planned = observedIn('evaluation held out: s -> a of 250');
    assert.deepEqual([planned.runs.length, planned.planned, planned.heldOut], [0, 250, true]);
  });

  it('take a published rate for as many answers as its interval is wide', () => {
    // A Wald interval of n answers has the width 2·1.96·√(r(1−r)/n): solved for n.
    const r = 0.198;
    const n = 500;
    const half = 1.96 * Math.sqrt((r * (1 - r)) / n);
    const [run] = observedIn(`evaluation: s -> a ${r} from ${r - half} to ${r + half}`).runs;
    assert.ok(Math.abs(run!.total - n) < 1e-9 * n);
    assert.ok(Math.abs(run!.counts[0]! - r * n) < 1e-9 * n);
    // Of n answers without one, 1 − 0.05^(1/n) ≈ ln 20 / n is the upper end.
    const [zero] = observedIn('evaluation: s -> a 0 from 0 to 1%').runs;
    assert.deepEqual([...zero!.counts], [0, Math.log(20) / 0.01]);
    const [one] = observedIn('evaluation: s -> a 1 from 90% to 1').runs;
    assert.ok(Math.abs(one!.total - Math.log(20) / 0.1) < 1e-9);
  });
});
