/** What a hover says, by the place of the caret. */
import assert from 'node:assert/strict';
import type { MarkupContent } from 'vscode-languageserver-types';
import { hover } from '../../server/features/hover';
import { DEFAULT_SETTINGS, readSettings } from '../../server/settings';
import { caretIn, numbersOf, numbersWith } from '../support/posterior';

const TEXT = `scenario "Two"
units bits
method sft strength 0.5
capability skill "Can do it" 10% learnable strength 10
/// Where it *matters*.
situation s "Asked" -> a "Says a" | b | c needs skill else d | d
situation t -> x | y
/// The good one.
persona one "One" prior 90% { s -> a 90%, b  t -> x 20%, y }
persona two prior 10% { s -> b 90%, a  t as one }
episode sft "label": s -> b times 4 { user "hello" }
episode sft: s -> a
episode rl reward -0.5: s -> d
reinforce t beta 0.5 rigidity 1 reward x 1
probe s -> b given s -> b
expect two below 99%
evaluation "seen": s -> a 3, b 4
compare selection, drift 5
`;

/** The hover where `$0` stands in front of the n-th `word`. */
function at(word: string, nth = 1, settings: unknown = {}): string | undefined {
  let index = -1;
  for (let n = 0; n < nth; n++) index = TEXT.indexOf(word, index + 1);
  assert.ok(index >= 0, word);
  const { text, position } = caretIn(`${TEXT.slice(0, index)}$0${TEXT.slice(index)}`);
  const answer = hover(numbersOf(text), position, readSettings(settings));
  return (answer?.contents as MarkupContent | undefined)?.value;
}

describe('A hover', () => {
  it('over an episode has the weight for each persona with a named scale, its shift, its rank and its bars', () => {
    const text = at('episode')!;
    assert.match(text, /^sft episode \*\*s .* b\*\* — label/);
    // Half an observation each: 4 · 0.5 · log2(0.9 / 0.05) bits.
    assert.match(text, /\| `two` \| \+8\.34 bits \| `.*█.*` \| .* \(Kass–Raftery\) \|/);
    assert.match(text, /\| `one` \| −8\.34 bits \|/);
    assert.match(text, /Shift of the posterior \*\*[\d.]+ bits\*\*, rank 1 of 3/);
    assert.match(text, /learnable capabilities by \*\*/);
    assert.match(text, /A single one of the 4: `(one|two)` [+−]2\.08 bits/);
  });

  it('over an episode speaks the unit of the settings', () => {
    assert.match(at('episode', 1, { unit: 'decibans' })!, /\+25\.1 decibans/);
  });

  it('over its label and its response says the same as over the episode', () => {
    assert.equal(at('"label"'), at('episode')!.replace(/\n\n`episode METHOD[\s\S]*$/, ''));
    assert.equal(at('b times 4'), at('"label"'));
  });

  it('over a persona has prior → posterior, and the evidence for and against it', () => {
    const text = at('two prior')!;
    assert.match(text, /prior \| 10% \|/);
    assert.match(text, /posterior \| \d/);
    assert.match(text, /Evidence for it:\n- \+8\.34 bits: `s -> b` × 4 \(line 11\)/);
    assert.match(text, /Evidence against it:\n- −2\.08 bits: `s -> a` \(line 12\)/);
  });

  it('over a persona shows its title and documentation, as text', () => {
    assert.match(at('one "One"')!, /\*\*one\*\* — One/);
    assert.match(at('one "One"')!, /The good one/);
    assert.match(at('s "Asked"')!, /Where it \\\*matters\\\*/);
  });

  it('over a reference says the same as over the name', () => {
    assert.equal(at('t -> x 20%'), at('t -> x |'));
    assert.equal(at('two below'), at('two prior'));
  });

  it('over a cell has before and after and what an episode of that kind would weigh, and the number’s other forms', () => {
    const text = at('a 90%')!;
    assert.match(text, /Propensity \*\*90%\*\*/);
    assert.match(text, /before \| 90%/);
    assert.match(text, /One more episode `sft: s -> a` would weigh/);
    const number = at('90%, b')!;
    assert.match(number, /9 : 1/);
    assert.match(number, /\+9\.54 decibans/);
  });

  it('over a situation has the personas’ rows side by side', () => {
    const text = at('s "Asked"')!;
    assert.match(text, /\| `one` \| 90% \|/);
    assert.match(text, /needs `skill`, else `d`/);
    assert.match(at('t -> x')!, /`two` as `one`/);
  });

  it('over a probe has its decomposition', () => {
    const text = at('probe')!;
    assert.match(text, /→/);
    assert.match(text, /weight \| P\(response\) \| contribution/);
    assert.equal(at('b given')!, text.replace(/\n\n`probe[\s\S]*$/, ''));
  });

  it('over an expectation says whether it holds', () => {
    assert.match(at('expect')!, /the expectation holds/);
  });

  it('over a learnable capability has its mean and interval before and after', () => {
    assert.match(at('skill "Can')!, /Learnable, shared by all personas/);
    assert.match(at('skill "Can')!, /before \| 10%/);
  });

  it('over a method has its settings here, and of one that is not declared its defaults', () => {
    assert.match(at('sft strength')!, /strength \| 0\.5/);
    assert.match(at('rl reward')!, /these are the defaults/);
  });

  it('over a reinforcement has the two parts of the change', () => {
    assert.match(at('reinforce')!, /selection among personas \| [\d.e−-]+ bits/);
  });

  it('over an account says what it assumes and how it fares', () => {
    assert.match(at('drift 5')!, /log marginal/);
  });

  it('over each keyword and each setting explains it', () => {
    for (const word of ['scenario', 'units', 'method', 'capability', 'situation', 'persona', 'evaluation', 'compare'])
      assert.match(at(word)!, new RegExp(`\`${word}`), word);
    for (const word of ['strength 0.5', 'times', 'reward -0.5', 'learnable']) assert.ok(at(word), word);
  });

  it('over nothing says nothing', () => {
    assert.equal(at('"hello"'), undefined);
    assert.equal(at('\nunits'), undefined);
  });

  it('without numbers still says what the text means', () => {
    const { text, position } = caretIn(TEXT.replace('persona two', 'persona $0two'));
    const { evaluation: _, counts: __, revision: ___, ...semantic } = numbersOf(text);
    const answer = hover(semantic, position, DEFAULT_SETTINGS);
    assert.match((answer!.contents as MarkupContent).value, /prior 10%/);
  });

  it('keeps hostile titles as text', () => {
    const { text, position } = caretIn(
      'situation $0s "<img src=x onerror=alert(1)> [x](command:y) `c` | p" -> a | b\n',
    );
    const { value } = hover(numbersOf(text), position, DEFAULT_SETTINGS)!.contents as MarkupContent;
    assert.ok(!value.includes('<img'));
    assert.ok(!value.includes('[x](command'));
  });

  it('over a dataset says what was read, and what it moved', async () => {
    const row = JSON.stringify({
      messages: [
        { role: 'user', content: 'u' },
        { role: 'assistant', content: 'v' },
      ],
    });
    const { text, position } = caretIn(`${TEXT}dataset $0rows from "rows.jsonl" { situation s  response b }\n`);
    const snapshot = await numbersWith(text, { 'rows.jsonl': `${row}\n${row}\n` });
    const { value } = hover(snapshot, position, DEFAULT_SETTINGS)!.contents as MarkupContent;
    assert.match(value, /`rows\.jsonl` · .* · method sft · 2 rows, 2 used, 1 repeats/);
    assert.match(value, /weight of evidence/);
  });
});
