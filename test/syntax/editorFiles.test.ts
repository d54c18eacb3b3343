import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { IGrammar, StateStack } from 'vscode-textmate';
import { parse } from '../../server/syntax/parser/parser';
import { ACCOUNTS, ATTRIBUTES, METHODS, UNITS } from '../../server/syntax/tree';

const require = createRequire(import.meta.url);
const textmate = require('vscode-textmate') as typeof import('vscode-textmate');
const oniguruma = require('vscode-oniguruma') as typeof import('vscode-oniguruma');

const repository = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8');

async function loadGrammar(): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm);
  const path = 'syntaxes/dramatis.tmLanguage.json';
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources: string[]) => new oniguruma.OnigScanner(sources),
      createOnigString: (text: string) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(read(path), path),
  });
  return (await registry.loadGrammar('source.dramatis'))!;
}

describe('the TextMate grammar', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar();
  });

  /** `text:scope` of every token that is not white space, the innermost scope without `.dramatis`. */
  function colours(text: string): string[] {
    const result: string[] = [];
    let state: StateStack = textmate.INITIAL;
    for (const line of text.split('\n')) {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      for (const { startIndex, endIndex, scopes } of tokens) {
        const piece = line.slice(startIndex, endIndex).trim();
        const scope = scopes[scopes.length - 1]!.replace('.dramatis', '');
        if (piece !== '') result.push(`${piece}:${scope}`);
      }
    }
    return result;
  }

  /** The scope of the first token with this text. */
  function scopeOf(text: string, piece: string): string {
    const found = colours(text).find((entry) => entry.startsWith(`${piece}:`));
    return found === undefined ? '' : found.slice(piece.length + 1);
  }

  it('tells situations, responses, personas and capabilities apart', () => {
    assert.deepEqual(colours('  coding   -> secure 96%, insecure 3%, refuses'), [
      'coding:entity.name.namespace.situation',
      '->:keyword.operator.arrow',
      'secure:variable.other.enummember.response',
      '96%:constant.numeric',
      ',:punctuation.separator',
      'insecure:variable.other.enummember.response',
      '3%:constant.numeric',
      ',:punctuation.separator',
      'refuses:variable.other.enummember.response',
    ]);
    assert.equal(scopeOf('  taught as helpful', 'helpful'), 'entity.name.type.persona');
    assert.equal(scopeOf('  can tool_syntax 5%', 'tool_syntax'), 'entity.name.tag.capability');
    const needs = '  -> calls_tool needs tool_syntax else garbled_call | answers';
    assert.equal(scopeOf(needs, 'tool_syntax'), 'entity.name.tag.capability');
    assert.equal(scopeOf(needs, 'garbled_call'), 'variable.other.enummember.response');
    assert.equal(scopeOf(needs, 'answers'), 'variable.other.enummember.response');
  });

  it('colours a name that is spelt like a keyword as a name where the line shows it', () => {
    assert.equal(scopeOf('  probe -> episode 3%', 'probe'), 'entity.name.namespace.situation');
    assert.equal(scopeOf('  probe -> episode 3%', 'episode'), 'variable.other.enummember.response');
    assert.equal(scopeOf('persona prior', 'prior'), 'entity.name.type.persona');
    assert.equal(scopeOf('dataset sft from "x" {', 'sft'), 'variable.other.dataset');
  });

  it('knows every declaration', () => {
    const lines: readonly [string, string][] = [
      ['import "x"', 'import'],
      ['scenario "x"', 'scenario'],
      ['units bits', 'units'],
      ['method sft strength 1', 'method'],
      ['capability c 1', 'capability'],
      ['situation s', 'situation'],
      ['persona p', 'persona'],
      ['novel prior 1%', 'novel'],
      ['episode sft: a -> b', 'episode'],
      ['dataset d from "x" {', 'dataset'],
      ['reinforce s beta 1 reward a 1', 'reinforce'],
      ['probe a -> b', 'probe'],
      ['expect p below 1', 'expect'],
      ['evaluation: a -> b 1', 'evaluation'],
      ['compare selection', 'compare'],
    ];
    for (const [line, keyword] of lines) {
      assert.equal(parse(line.endsWith('{') ? `${line}}` : line).issues.length, 0, line);
      assert.match(scopeOf(line, keyword), /^(storage\.type|keyword\.control)/, line);
    }
  });

  it('knows every method, account, attribute and unit', () => {
    for (const method of METHODS) assert.match(scopeOf(`method ${method} strength 1`, method), /^support/);
    for (const account of ACCOUNTS) {
      const list = `compare selection, contextual, ${account} 3, drift 4`;
      assert.equal(scopeOf(list, account), 'support.constant.account', account);
    }
    for (const key of ATTRIBUTES) assert.equal(scopeOf(`episode: a -> b ${key} 3`, key), 'variable.parameter', key);
    for (const unit of UNITS) assert.equal(scopeOf(`units ${unit}`, unit), 'constant.language.unit');
  });

  it('knows every form of number as one token', () => {
    for (const number of ['3', '0.25', '1e-6', '30%', '1/1000', '6_000', '-0.2']) {
      assert.equal(scopeOf(`x ${number} y`, number), 'constant.numeric', number);
    }
    assert.equal(scopeOf('a-1 -> b', 'a-1'), 'entity.name.namespace.situation');
  });

  it('colours strings, escapes, and comments of each kind', () => {
    assert.equal(scopeOf('scenario "a\\n\\u{1F600}"', '\\n'), 'constant.character.escape');
    assert.equal(scopeOf('scenario "a\\q"', '\\q'), 'invalid.illegal.escape');
    assert.equal(scopeOf('user """\n  persona\n"""\nprobe a -> b', 'persona'), 'string.quoted.triple');
    assert.equal(scopeOf('user """\n  persona\n"""\nprobe a -> b', 'probe'), 'keyword.control.question');
    assert.equal(scopeOf('scenario "open\nprobe a -> b', 'probe'), 'keyword.control.question');
    assert.equal(scopeOf('/// doc', 'doc'), 'comment.line.documentation');
    assert.equal(scopeOf('// note', 'note'), 'comment.line.double-slash');
    assert.equal(scopeOf('/* one\ntwo */ probe a -> b', 'two'), 'comment.block');
  });

  it('finds nothing wrong with, and no name unknown in, the complete example', () => {
    const entries = colours(read('test/syntax/fixtures/complete.scenario'));
    assert.deepEqual(
      entries.filter((entry) => entry.includes(':invalid') || entry.endsWith(':variable.other')),
      [],
    );
  });
});

describe('the language configuration', () => {
  const configuration = JSON.parse(read('language-configuration.json'));

  it('takes a name of the language as one word', () => {
    const { pattern, flags } = configuration.wordPattern;
    const words = 'tool-use -> ärger-2, 30% 6_000 हिन्दी'.match(new RegExp(pattern, `g${flags}`));
    assert.deepEqual(words, ['tool-use', 'ärger-2', '30%', '6_000', 'हिन्दी']);
  });

  it('continues documentation until a line of it is empty', () => {
    const [rule] = configuration.onEnterRules;
    assert.match('/// The assistant.', new RegExp(rule.beforeText));
    assert.doesNotMatch('/// ', new RegExp(rule.beforeText));
    assert.equal(rule.action.appendText, '/// ');
  });

  it('indents after a brace that stays open, outside of strings and comments', () => {
    const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
    for (const line of ['persona p {', 'persona p "a { b" {', 'episode: a -> b { // why']) assert.match(line, increase);
    for (const line of ['persona p { a -> b }', '// persona p {', 'scenario "a {"', 'probe a -> b // {']) {
      assert.doesNotMatch(line, increase);
    }
  });
});

describe('the snippets', () => {
  const snippets: Record<string, { prefix: string | string[]; description: string; body: string | string[] }> =
    JSON.parse(read('snippets/dramatis.json'));

  /** The text of a snippet with the first of its choices. */
  function filled(body: string | string[]): string {
    const text = Array.isArray(body) ? body.join('\n') : body;
    return text
      .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
      .replace(/\$\{\d+:([^}]*)\}/g, '$1')
      .replace(/\$\{?\d+\}?/g, '')
      .replaceAll('\\$', '$');
  }

  for (const [name, { body, description }] of Object.entries(snippets)) {
    it(`${name} is right as it stands`, () => {
      assert.deepEqual(parse(filled(body)).issues, []);
      assert.ok(description.length > 0);
    });
  }

  it('cover every declaration', () => {
    const kinds = Object.values(snippets).flatMap(({ body }) =>
      parse(filled(body)).file.declarations.map((d) => d.kind),
    );
    const wanted = ['import', 'scenario', 'units', 'method', 'capability', 'situation', 'persona', 'novel', 'episode'];
    wanted.push(
      'dataset',
      'reinforce',
      'probe',
      'expect',
      'evaluation',
      'compare',
      'source',
      'parameter',
      'condition',
      'fit',
      'sweep',
    );
    assert.deepEqual(
      wanted.filter((kind) => !kinds.some((found) => found === kind)),
      [],
    );
  });

  it('have prefixes of their own', () => {
    const prefixes = Object.values(snippets).flatMap(({ prefix }) => prefix);
    assert.equal(new Set(prefixes).size, prefixes.length);
  });
});
