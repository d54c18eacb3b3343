import assert from 'node:assert/strict';
import { parse } from '../../server/syntax/parser/parser';
import type { Declaration, DeclarationKind } from '../../server/syntax/tree';
import { spanless } from '../support/spanless';

function only<K extends DeclarationKind>(text: string, kind: K): Extract<Declaration, { kind: K }> {
  const { file, issues } = parse(text);
  assert.deepEqual(issues, []);
  assert.equal(file.declarations.length, 1);
  const declaration = file.declarations[0]!;
  assert.equal(declaration.kind, kind);
  assert.equal(text.slice(declaration.start, declaration.end), text);
  return declaration as Extract<Declaration, { kind: K }>;
}

const name = (text: string) => ({ text });
const number = (value: number, text = String(value)) => ({ value, text });
const string = (value: string) => ({ value });

/** The declaration as plain facts, without places, its kind and its keyword. */
function facts<K extends DeclarationKind>(text: string, kind: K): Record<string, unknown> {
  const { kind: _kind, keyword: _keyword, ...rest } = spanless(only(text, kind)) as Record<string, unknown>;
  return rest;
}

describe('the grammar', () => {
  it('reads import', () => {
    assert.deepEqual(facts('import "a/b.persona"', 'import'), { path: string('a/b.persona') });
  });

  it('reads scenario', () => {
    assert.deepEqual(facts('scenario "A title"', 'scenario'), { title: string('A title') });
  });

  it('reads units', () => {
    for (const unit of ['bits', 'nats', 'decibans']) {
      assert.deepEqual(facts(`units ${unit}`, 'units'), { unit: { value: unit } });
    }
  });

  it('reads method with each of its settings', () => {
    assert.deepEqual(facts('method sft strength 0.01 per token repeats 0.5 discount 1e-6 beta 2', 'method'), {
      method: { method: 'sft' },
      settings: [
        { key: 'strength', keySpan: true, value: number(0.01), perToken: true },
        { key: 'repeats', keySpan: true, value: number(0.5) },
        { key: 'discount', keySpan: true, value: number(1e-6, '1e-6') },
        { key: 'beta', keySpan: true, value: number(2) },
      ],
    });
    for (const method of ['pretrain', 'document', 'sft', 'prefer', 'rl', 'context']) {
      assert.deepEqual(facts(`method ${method}`, 'method'), { method: { method }, settings: [] });
    }
  });

  it('reads capability, fixed and learnable', () => {
    assert.deepEqual(facts('capability tools 0.1%', 'capability'), {
      name: name('tools'),
      value: number(0.001, '0.1%'),
    });
    assert.deepEqual(facts('capability tools "Knows" 0.5 learnable strength 10', 'capability'), {
      name: name('tools'),
      title: string('Knows'),
      value: number(0.5),
      learnable: true,
      strength: number(10),
    });
  });

  it('reads situation, with responses, fallbacks, a parent, and nothing but a name', () => {
    assert.deepEqual(facts('situation s', 'situation'), { name: name('s'), responses: [] });
    assert.deepEqual(facts('situation s "T" extends t -> a "A" | b needs c else a | d', 'situation'), {
      name: name('s'),
      title: string('T'),
      extends: name('t'),
      arrow: true,
      responses: [
        { name: name('a'), title: string('A') },
        { name: name('b'), needs: name('c'), fallback: name('a') },
        { name: name('d') },
      ],
    });
  });

  it('reads the title of a situation or persona also behind extends', () => {
    assert.deepEqual(facts('situation s extends t "T"', 'situation').title, string('T'));
    assert.deepEqual(facts('persona p extends q "T" prior 3', 'persona').title, string('T'));
  });

  it('reads persona with each kind of row', () => {
    const text = 'persona p "T" extends q prior 1/4 { a -> b 30%, c d as e concentration 7 can f 0.5 system "S" }';
    assert.deepEqual(facts(text, 'persona'), {
      name: name('p'),
      title: string('T'),
      extends: name('q'),
      prior: number(0.25, '1/4'),
      body: true,
      rows: [
        {
          kind: 'cells',
          situation: name('a'),
          cells: [{ response: name('b'), value: number(0.3, '30%') }, { response: name('c') }],
        },
        { kind: 'as', situation: name('d'), persona: name('e') },
        { kind: 'concentration', keyword: true, value: number(7) },
        { kind: 'can', keyword: true, capability: name('f'), value: number(0.5) },
        { kind: 'system', keyword: true, prompt: string('S') },
      ],
    });
    assert.deepEqual(facts('persona p', 'persona'), { name: name('p'), rows: [] });
    assert.deepEqual(facts('persona p {}', 'persona'), { name: name('p'), body: true, rows: [] });
  });

  it('reads novel', () => {
    assert.deepEqual(facts('novel prior 1%', 'novel'), { prior: number(0.01, '1%') });
    assert.deepEqual(facts('novel "N" prior 1 concentration 2', 'novel'), {
      title: string('N'),
      prior: number(1),
      concentration: number(2),
    });
  });

  it('reads episode with attributes on both sides, a label, a second response and turns', () => {
    assert.deepEqual(facts('episode: a -> b', 'episode'), {
      situation: name('a'),
      response: name('b'),
      attributes: [],
      turns: [],
    });
    const text =
      'episode rl times 2 reward -0.5 "L": a -> b over c epochs 3 weight 0.5 tokens 9 { system "1" user "2" assistant "3" tool "4" }';
    const attribute = (key: string, value: number) => ({ key, keySpan: true, value: number(value) });
    assert.deepEqual(facts(text, 'episode'), {
      method: { method: 'rl' },
      label: string('L'),
      situation: name('a'),
      response: name('b'),
      over: name('c'),
      attributes: [
        attribute('times', 2),
        attribute('reward', -0.5),
        attribute('epochs', 3),
        attribute('weight', 0.5),
        attribute('tokens', 9),
      ],
      body: true,
      turns: ['system', 'user', 'assistant', 'tool'].map((role, i) => ({
        role,
        roleSpan: true,
        text: string(String(i + 1)),
      })),
    });
  });

  it('reads dataset with each kind of mapping', () => {
    const text = `dataset prefer d from "x.jsonl" {
      situation a  response field "label"  weight 0.5  reward -1
      when "meta.kind" matches "^a": over b, epochs 2
      logprobs mean log10 field "p"
    }`;
    const set = (key: string, value: unknown) => ({ kind: 'set', entry: { key, keySpan: true, value } });
    assert.deepEqual(facts(text, 'dataset'), {
      method: { method: 'prefer' },
      name: name('d'),
      path: string('x.jsonl'),
      morePaths: [],
      body: true,
      mappings: [
        set('situation', { kind: 'name', ...name('a') }),
        set('response', { kind: 'field', path: string('label') }),
        set('weight', { kind: 'number', ...number(0.5) }),
        set('reward', { kind: 'number', ...number(-1) }),
        {
          kind: 'when',
          path: string('meta.kind'),
          pattern: string('^a'),
          entries: [
            { key: 'over', keySpan: true, value: { kind: 'name', ...name('b') } },
            { key: 'epochs', keySpan: true, value: { kind: 'number', ...number(2) } },
          ],
        },
        { kind: 'logprobs', aggregate: 'mean', base: 'log10', value: { kind: 'field', path: string('p') } },
      ],
    });
    assert.deepEqual(facts('dataset d from "x" { }', 'dataset').mappings, []);
  });

  it('reads dataset with several files and a selection of rows', () => {
    const text = `dataset d from "a.jsonl", "b*.jsonl" {
      where "a" not is "x"  where "b" is true  where "c" matches "^y"  where "d" not exists  where "e" is -2
      rows 3 to 7  rows 9  sample 100  turn each  labels "l.jsonl" by "id" corrected
    }`;
    const where = (path: string, negated: boolean, test: unknown) => ({
      kind: 'where',
      keyword: true,
      path: string(path),
      negated,
      test,
    });
    const read = facts(text, 'dataset');
    assert.deepEqual(read.morePaths, [string('b*.jsonl')]);
    assert.deepEqual(read.mappings, [
      where('a', true, { kind: 'is', value: { kind: 'string', ...string('x') } }),
      where('b', false, { kind: 'is', value: { kind: 'name', ...name('true') } }),
      where('c', false, { kind: 'matches', pattern: string('^y') }),
      where('d', true, { kind: 'exists' }),
      where('e', false, { kind: 'is', value: { kind: 'number', ...number(-2) } }),
      { kind: 'rows', keyword: true, first: number(3), last: number(7) },
      { kind: 'rows', keyword: true, last: number(9) },
      { kind: 'sample', keyword: true, count: number(100) },
      { kind: 'turn', keyword: true, which: 'each' },
      { kind: 'labels', keyword: true, path: string('l.jsonl'), by: string('id'), corrected: true },
    ]);
  });

  it('reads reinforce', () => {
    assert.deepEqual(facts('reinforce a beta 0.5 rigidity 2 reward b 1, c -1', 'reinforce'), {
      situation: name('a'),
      beta: number(0.5),
      rigidity: number(2),
      rewards: [
        { response: name('b'), value: number(1) },
        { response: name('c'), value: number(-1) },
      ],
    });
    assert.equal(facts('reinforce a beta 1 reward b 0', 'reinforce').rigidity, undefined);
  });

  it('reads probe with a context', () => {
    const target = (given: unknown[]) => ({ target: { situation: name('a'), response: name('b'), given } });
    assert.deepEqual(facts('probe a -> b', 'probe'), target([]));
    assert.deepEqual(
      facts('probe a -> b given c -> d times 8, e -> f', 'probe'),
      target([
        { situation: name('c'), response: name('d'), times: number(8) },
        { situation: name('e'), response: name('f') },
      ]),
    );
  });

  it('reads expect of a prediction and of a persona', () => {
    assert.deepEqual(facts('expect a -> b given c -> d below 5%', 'expect'), {
      target: {
        situation: name('a'),
        response: name('b'),
        given: [{ situation: name('c'), response: name('d') }],
      },
      bound: { kind: 'below', high: number(0.05, '5%') },
    });
    assert.deepEqual(facts('expect p above 0.5', 'expect'), {
      persona: name('p'),
      bound: { kind: 'above', low: number(0.5) },
    });
    assert.deepEqual(facts('expect p between 1% and 2%', 'expect').bound, {
      kind: 'between',
      low: number(0.01, '1%'),
      high: number(0.02, '2%'),
    });
  });

  it('reads evaluation', () => {
    const counts = [
      { response: name('b'), value: number(20) },
      { response: name('c'), value: number(80) },
    ];
    assert.deepEqual(facts('evaluation "E": a -> b 20, c 80', 'evaluation'), {
      label: string('E'),
      situation: name('a'),
      observed: { kind: 'counts', counts },
      given: [],
      among: [],
    });
    assert.deepEqual(facts('evaluation: a -> b 20, c 80', 'evaluation').observed, { kind: 'counts', counts });
  });

  it('reads compare with each account', () => {
    const text = 'compare selection, drift 50, novel 1%, novel 2% 3, contextual, population 10, unstructured 1';
    assert.deepEqual(facts(text, 'compare').accounts, [
      { account: 'selection', numbers: [] },
      { account: 'drift', numbers: [number(50)] },
      { account: 'novel', numbers: [number(0.01, '1%')] },
      { account: 'novel', numbers: [number(0.02, '2%'), number(3)] },
      { account: 'contextual', numbers: [] },
      { account: 'population', numbers: [number(10)] },
      { account: 'unstructured', numbers: [number(1)] },
    ]);
  });
});

describe('keywords are names wherever a name can stand', () => {
  const cases: readonly [string, DeclarationKind][] = [
    ['persona prior prior 1%', 'persona'],
    ['persona extends extends extends prior 1', 'persona'],
    ['persona persona { prior -> episode can -> as system -> x concentration -> y }', 'persona'],
    ['persona p { can as q system as q concentration as q as as as as -> as }', 'persona'],
    ['persona p { can as 4% can can 1 can -> can 1 }', 'persona'],
    ['situation situation extends situation -> needs needs needs else else | extends', 'situation'],
    ['episode sft: episode -> over over times times 3', 'episode'],
    ['episode: sft -> rl', 'episode'],
    ['dataset sft from "x" { situation field response response }', 'dataset'],
    ['dataset sft sft from "x" { situation when when "a" matches "b": response logprobs }', 'dataset'],
    ['dataset from from "x" {}', 'dataset'],
    ['reinforce reward beta 1 reward reward 1, rigidity 2', 'reinforce'],
    ['probe probe -> given given given -> times times 3, probe -> probe', 'probe'],
    ['expect below below 5%', 'expect'],
    ['expect expect -> given given a -> between between 1 and 2', 'expect'],
    ['evaluation: evaluation -> compare 3, probe 4', 'evaluation'],
    ['capability learnable 3 learnable strength 3', 'capability'],
  ];
  for (const [text, kind] of cases) it(text, () => void only(text, kind));

  it('and newlines mean nothing', () => {
    for (const [text] of cases) {
      const broken = text.replaceAll(' ', '\n');
      assert.deepEqual(parse(broken).issues, [], text);
      assert.deepEqual(spanless(parse(broken).file.declarations), spanless(parse(text).file.declarations));
    }
  });
});

describe('declarations that stand next to each other', () => {
  const cases: readonly [string, readonly DeclarationKind[]][] = [
    ['situation s novel prior 1%', ['situation', 'novel']],
    ['probe x -> y expect p below 1', ['probe', 'expect']],
    ['persona p novel prior 1%', ['persona', 'novel']],
    ['compare selection novel prior 1%', ['compare', 'novel']],
    ['compare novel 1% novel prior 1%', ['compare', 'novel']],
    ['method sft units bits', ['method', 'units']],
    [
      'episode: a -> b episode: c -> d times 2 episode: e -> f {user "x"} probe a -> b',
      ['episode', 'episode', 'episode', 'probe'],
    ],
    ['import "a" import "b" scenario "c"', ['import', 'import', 'scenario']],
  ];
  for (const [text, kinds] of cases) {
    it(`${text} are ${kinds.length}`, () => {
      const { file, issues } = parse(text);
      assert.deepEqual(issues, []);
      assert.deepEqual(
        file.declarations.map((d) => d.kind),
        kinds,
      );
    });
  }
});
