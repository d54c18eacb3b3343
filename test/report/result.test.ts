/** The machine-readable result: keys, units, infinities. */
import assert from 'node:assert/strict';
import { result, resultText, succeeded } from '../../report/result';
import { textReport } from '../../report/text/textReport';
import { numbersOf, numbersWith } from '../support/posterior';

const TEXT = `scenario "All"
capability skill 10% learnable strength 10
situation s -> a | b | c needs skill else d | d
situation t -> x | y
persona one prior 90% { s -> a 90%, b  t -> x 20%, y }
persona two prior 10% { s -> b 90%, a  t as one }
novel prior 1% concentration 1
episode sft "label": s -> b times 2
episode prefer: s -> a over b
reinforce t beta 0.5 rigidity 1 reward x 1
probe s -> b
probe s -> b given s -> a times 2
expect two below 99%
evaluation "seen": s -> a 3, b 4
compare selection
`;

/** The keys of LANGUAGE section 6, in its order. */
const KEYS = {
  '': [
    'scenario',
    'units',
    'defined',
    'logMarginal',
    'personas',
    'capabilities',
    'evidence',
    'datasets',
    'reinforcements',
    'probes',
    'expectations',
    'accounts',
    'diagnostics',
    'complete',
    'evaluations',
  ],
  personas: ['name', 'prior', 'posterior', 'logLikelihood'],
  capabilities: ['name', 'before', 'after'],
  evidence: [
    'file',
    'line',
    'label',
    'method',
    'situation',
    'response',
    'over',
    'count',
    'weight',
    'shift',
    'capability',
  ],
  datasets: ['name', 'rows', 'classified', 'unclassified', 'duplicates', 'weight', 'shift'],
  reinforcements: ['situation', 'selection', 'propensityShift'],
  probes: ['situation', 'response', 'given', 'before', 'after', 'byPersona'],
  expectations: ['text', 'value', 'holds'],
  accounts: ['name', 'logMarginal', 'bound', 'probability', 'probes', 'logScore'],
  diagnostics: ['file', 'line', 'column', 'severity', 'code', 'message'],
} as const;

describe('The result', () => {
  it('has every key of the language’s page, in its order', async () => {
    const row = '{"prompt":"p","completion":"c"}\n';
    const snapshot = await numbersWith(`${TEXT}dataset rows from "rows.jsonl" { situation s response a }\n`, {
      'rows.jsonl': row + row,
    });
    const made = result(snapshot) as unknown as Readonly<Record<string, readonly object[]>>;
    assert.deepEqual(Object.keys(made), KEYS['']);
    for (const [list, keys] of Object.entries(KEYS)) {
      if (list === '') continue;
      // The last of each list has the keys that the others may lack.
      const entry = made[list]!.at(-1);
      assert.ok(entry, list);
      assert.deepEqual(Object.keys(entry), keys, list);
    }
  });

  it('leaves out `over` and `given` where there is none, and says null for no label', () => {
    const { evidence, probes } = result(numbersOf(TEXT));
    assert.ok(!('over' in evidence[0]!));
    assert.equal(evidence[1]!.over, 'b');
    assert.equal(evidence[0]!.label, 'label');
    assert.equal(evidence[1]!.label, null);
    assert.ok(!('given' in probes[0]!));
    assert.equal(probes[1]!.given, 's -> a times 2');
  });

  it('has weights for every persona, novel by that name, and counts its times', () => {
    const { evidence, personas } = result(numbersOf(TEXT));
    assert.deepEqual(Object.keys(evidence[0]!.weight), ['one', 'two', 'novel']);
    assert.equal(personas.at(-1)!.name, 'novel');
    assert.equal(evidence[0]!.count, 2);
  });

  it('has logs in the program’s unit', () => {
    const inUnit = (unit: string) => result(numbersOf(`units ${unit}\n${TEXT}`));
    const [bits, nats, decibans] = [inUnit('bits'), inUnit('nats'), inUnit('decibans')];
    for (const pick of [
      (one: typeof bits) => one.logMarginal,
      (one: typeof bits) => one.personas[0]!.logLikelihood,
      (one: typeof bits) => one.evidence[0]!.shift,
      (one: typeof bits) => one.evidence[0]!.weight['two'],
      (one: typeof bits) => one.reinforcements[0]!.selection,
      (one: typeof bits) => one.accounts[0]!.logMarginal,
      (one: typeof bits) => one.accounts[0]!.logScore,
    ]) {
      const value = pick(nats) as number;
      assert.ok(Number.isFinite(value) && value !== 0);
      assert.ok(Math.abs((pick(bits) as number) * Math.LN2 - value) <= 1e-12 * Math.abs(value));
      assert.ok(Math.abs(((pick(decibans) as number) * Math.LN10) / 10 - value) <= 1e-12 * Math.abs(value));
    }
    assert.equal(bits.personas[0]!.posterior, nats.personas[0]!.posterior);
  });

  it('says "-inf" for a likelihood of zero, and null for what is not defined', () => {
    const impossible = 'situation s -> a | b\npersona one { s -> a 100% }\nepisode sft: s -> b\nprobe s -> a\n';
    const { defined, personas, logMarginal, evidence, probes } = result(numbersOf(impossible));
    assert.equal(defined, false);
    assert.equal(logMarginal, '-inf');
    assert.equal(personas[0]!.logLikelihood, '-inf');
    assert.equal(personas[0]!.posterior, null);
    assert.equal(evidence[0]!.weight['one'], null);
    assert.equal(probes[0]!.before, 1);
    assert.equal(probes[0]!.after, null);
  });

  it('is null for a program without a title, and names files from the root’s folder', async () => {
    const snapshot = await numbersWith('import "parts/cast.persona"\nepisode sft: s -> b\n', {
      'parts/cast.persona': 'situation s -> a | b\npersona one { s -> a 60%, b }\nepisode sft: s -> a\n',
    });
    const { scenario, evidence } = result(snapshot);
    assert.equal(scenario, null);
    assert.deepEqual(
      evidence.map(({ file, line }) => `${file}:${line}`),
      ['parts/cast.persona:3', 'main.scenario:2'],
    );
  });

  it('succeeds only without errors and with every expectation held', () => {
    const ok = (text: string) => succeeded(result(numbersOf(text)));
    assert.equal(ok(TEXT), true);
    assert.equal(ok(`${TEXT}expect two below 1%\n`), false);
    assert.equal(ok(`${TEXT}episode sft: s -> nowhere\n`), false);
  });

  it('is the same text for the same program', () => {
    assert.equal(resultText(numbersOf(TEXT)), resultText(numbersOf(TEXT)));
  });
});

describe('The text report', () => {
  const lines = (text: string, width = 80): string[] =>
    textReport(numbersOf(text), { width, colour: false }).split('\n');

  it('has a section for everything that the program has', () => {
    const heads = lines(TEXT).map((line) => line.trim().split(/\s{2,}/)[0]);
    for (const header of ['All', 'Persona', 'Capability', 'Line', 'Reinforced', 'Probe', 'Expectation', 'Account'])
      assert.ok(heads.includes(header), header);
  });

  it('keeps to the width, bars and all', () => {
    for (const width of [60, 80, 120])
      assert.ok(
        lines(TEXT, width).every((line) => [...line].length <= width),
        String(width),
      );
  });

  it('shows the strongest evidence and counts the rest', () => {
    const many = Array.from({ length: 40 }, (_, n) => `episode sft: s -> b times ${n + 1}\n`).join('');
    const text = lines(`${TEXT}${many}`).join('\n');
    assert.match(text, /… and 30 more/);
    assert.match(text, /\n +55 +sft s -> b +40 +0 bits/);
  });

  it('says in words that the posterior is undefined', () => {
    assert.match(
      lines('situation s -> a | b\npersona one { s -> a 100% }\nepisode sft: s -> b\n').join('\n'),
      /posterior is undefined/,
    );
  });

  it('lets no control character of the text through', () => {
    const text = lines('scenario "a\\u{1b}[31mb"\nsituation s -> a | b\npersona one { s -> a }\n').join('\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    assert.ok(!/[\u0000-\u0009\u000b-\u001f]/.test(text));
    assert.match(text, /a \[31mb/);
  });
});
