/** The protocol says what the code does: arms, accounts, limits, worlds, and, once it is final, the code's hash. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES } from '../../lab/measurement/measure';
import { ACCOUNTS, OVERDISPERSION } from '../../lab/prediction/accounts';
import { CODE_DIGITS } from '../../lab/run/lines';
import { GATE } from '../../lab/run/network';
import { CONTROL_FINE_TUNINGS, DEVELOPMENT_WORLDS, FINE_TUNINGS, PRETRAININGS, WORLDS } from '../../lab/run/plan';
import { refusal, sealedCode } from '../../lab/run/protocol';
import { openResults } from '../../lab/run/results';
import { RULES } from '../../lab/run/verdict';
import { ARMS, LEVELS, MOST_STEPS, RATES } from '../../lab/training/arms';
import { PRETRAINING } from '../../lab/training/pretrain';
import { DOCUMENTS, WORLD } from '../../lab/world/settings';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'lab/PROTOCOL.md'), 'utf8');
const protocol = text.replaceAll(/\s+/g, ' ');

/** Fails with what is missing from the protocol's text. */
function states(...texts: readonly string[]): void {
  assert.deepEqual(
    texts.filter((text) => !protocol.includes(text)),
    [],
  );
}

describe('lab: the protocol', () => {
  it('has every arm with its title, and every account with its setting', () => {
    states(...ARMS.map(({ name, title }) => `\`${name}\` | ${title} |`), ...ACCOUNTS.map(({ text }) => `\`${text}\``));
  });

  it('has the numbers that the code runs with', () => {
    const count = (words: number) => words.toLocaleString('en');
    const rate = (value: number) => value.toExponential(0);
    states(
      `${WORLD.personas} personas, ${WORLD.situations} situations, ${WORLD.responses} responses each`,
      `a capability of ${100 * WORLD.capability}%`,
      `Dirichlet(${WORLD.rowConcentration}) with a floor of ${100 * WORLD.floor}%`,
      `Dirichlet(${WORLD.priorConcentration}) with a floor of 5%`,
      `${DOCUMENTS.pairs} pairs of situation and response`,
      `lean to one persona each (${DOCUMENTS.leaning})`,
      `Worlds that count: ${WORLDS[0]} to ${WORLDS.at(-1)}`,
      `Development worlds: ${DEVELOPMENT_WORLDS[0]} to ${DEVELOPMENT_WORLDS.at(-1)}`,
      `${count(PRETRAINING.steps)} steps of ${PRETRAINING.batch} documents`,
      `learning rate ${rate(PRETRAINING.learningRate)}`,
      `${PRETRAININGS} pre-trainings`,
      `${FINE_TUNINGS === 3 ? 'three' : FINE_TUNINGS} fine-tunings of every network`,
      `(controls: ${CONTROL_FINE_TUNINGS === 1 ? 'one' : CONTROL_FINE_TUNINGS})`,
      `at most ${GATE} nats at every context length`,
      `at ${LEVELS.slice(0, -1)
        .map((level) => 100 * level)
        .join(', ')} and ${100 * (LEVELS.at(-1) ?? 0)}% of the way`,
      `after ${count(MOST_STEPS)} steps`,
      `all weights ${rate(RATES.all)}, embedding ${rate(RATES.embedding)}, low-rank ${rate(RATES.lowRank)}, with replay ${rate(RATES.replay)}, REINFORCE on a preferred response ${rate(RATES.preferred)}, a possible one ${rate(RATES.possible)}, a capability ${rate(RATES.capability)}, without pre-training ${rate(RATES.none)}`,
      `${SAMPLES} answers to each situation`,
      `intraclass correlation of ${OVERDISPERSION}`,
      `above ${RULES.skill}, no rival is better by two standard errors`,
      `under ${100 * RULES.coverage}%`,
      `below ${RULES.aboutZero}`,
    );
  });

  it('is a draft without a hash, or final with one that every result carries', () => {
    const hash = sealedCode(text);
    if (hash === undefined) states('**Status: draft.**', '*none yet*');
    const results = join(root, 'lab/results/cells.jsonl');
    const lines = existsSync(results) ? openResults(results).lines : [];
    const codes = new Set(lines.flatMap((line) => (line.kind === 'sealed' ? [line.code] : [])));
    assert.deepEqual([...codes], codes.size === 0 ? [] : [hash?.slice(0, CODE_DIGITS)]);
  });

  it('lets results count only when it is final and names the code that runs', () => {
    const code = 'ab'.repeat(32);
    const final = `**Status: final.**\nHash: \`${code}\``;
    assert.equal(refusal(final, code), undefined);
    assert.match(refusal(final, 'cd'.repeat(32)) ?? '', /sealed commit/);
    assert.match(refusal('**Status: draft.**', code) ?? '', /draft/);
    assert.match(refusal(`**Status: draft.**\nHash: \`${code}\``, code) ?? '', /draft/);
  });
});
