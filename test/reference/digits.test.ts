/**
 * The product against 60 digits, where plain doubles run out: posteriors and tilts far below e^-745, reinforcements that cancel,
 * weights and priors at the edge of the range. What doubles can lose is the rounding of the logs that are summed, and no more.
 */
import assert from 'node:assert/strict';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { parse } from '../../server/syntax/parser/parser';
import { digits, logGamma, logRising } from './digits';
import { productResult } from './product';
import { resolve } from './resolve';

type Wire = number | 'inf' | '-inf' | null;
type Result = {
  readonly defined: boolean;
  readonly logMarginal: Wire;
  readonly personas: readonly { posterior: Wire; logLikelihood: Wire; prior: Wire }[];
  readonly evidence: readonly { weight: Record<string, Wire>; shift: Wire }[];
  readonly reinforcements: readonly { selection: Wire; propensityShift: Wire }[];
  readonly probes: readonly { before: Wire; after: Wire; byPersona: Record<string, Wire> }[];
  readonly accounts: readonly { name: string; logMarginal: Wire; probes: readonly Wire[] }[];
  readonly diagnostics: readonly { severity: string; code: string }[];
};

/** Roundings of a double, relative to the logs that are summed. */
const ROUNDING = 8e-16;
/** Below this a double has lost digits: anything so small will do. */
const TINY = 1e-290;

/** Lines that say where the two differ; undefined where the product refuses the program, with the codes that say so. */
async function differences(text: string): Promise<{ found: string[]; codes: string[] }> {
  const product = (await productResult('main.scenario', { 'main.scenario': text })) as unknown as Result;
  const codes = product.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code);
  const found: string[] = [];
  if (!product.defined && product.diagnostics.length === 0) found.push('no posterior, and no diagnostic that says so');
  if (codes.length > 0) return { found, codes };
  const exact = digits(resolve([{ name: 'main.scenario', text, tree: parse(text).file }], new Map()));
  const slack = 1e-12 + ROUNDING * exact.magnitude;
  const log = (what: string, mine: Decimal | undefined, theirs: Wire | undefined, extra = slack) => {
    if (mine === undefined) return;
    if (typeof theirs !== 'number') found.push(`${what}: ${mine.toString()} but ${theirs}`);
    else if (!mine.sub(theirs).abs().lte(mine.abs().mul(1e-13).add(extra)))
      found.push(`${what}: ${mine.toSignificantDigits(17).toString()} but ${theirs}`);
  };
  // An error δ of the log odds moves a probability by at most p·(e^δ − 1).
  const share = (what: string, mine: Decimal | undefined, theirs: Wire | undefined, space = slack) => {
    if (mine === undefined) {
      if (theirs !== null) found.push(`${what}: not defined, but ${theirs}`);
      return;
    }
    if (mine.isNaN()) return;
    const most = mine.mul(Math.min(1e300, Math.expm1(2 * space))).add(TINY);
    if (typeof theirs !== 'number' || !mine.sub(theirs).abs().lte(most))
      found.push(`${what}: ${mine.toSignificantDigits(17).toString()} but ${theirs}`);
    else if (theirs < 0 || theirs > 1) found.push(`${what}: ${theirs} is no probability`);
  };
  if (exact.logMarginal === undefined) {
    if (product.defined) found.push('defined, though nothing is possible');
    return { found, codes };
  }
  if (!product.defined) found.push('not defined');
  log('logMarginal', exact.logMarginal, product.logMarginal);
  exact.posterior.forEach((p, h) => {
    share(`posterior ${h}`, p, product.personas[h]?.posterior);
    log(`logLikelihood ${h}`, exact.logLikelihood[h], product.personas[h]?.logLikelihood);
  });
  exact.evidence.forEach((e, i) => {
    e.weight.forEach((w, h) => {
      log(`weight ${i} ${h}`, w, Object.values(product.evidence[i]?.weight ?? {})[h], 4 * slack);
    });
    log(`shift ${i}`, e.shift, product.evidence[i]?.shift, 8 * slack);
  });
  exact.reinforcements.forEach((r, i) => {
    log(`selection ${i}`, r.selection, product.reinforcements[i]?.selection, 8 * slack);
    log(`propensity shift ${i}`, r.propensityShift, product.reinforcements[i]?.propensityShift, 8 * slack);
  });
  exact.probes.forEach((p, i) => {
    share(`before ${i}`, p.before, product.probes[i]?.before);
    share(`after ${i}`, p.after, product.probes[i]?.after);
    p.byPersona.forEach((v, h) => {
      share(`persona ${h} of probe ${i}`, v, Object.values(product.probes[i]?.byPersona ?? {})[h]);
    });
  });
  exact.accounts.forEach((a, i) => {
    log(`account ${i}`, a.logMarginal, product.accounts[i]?.logMarginal);
    a.probes.forEach((p, j) => {
      share(`account ${i}, probe ${j}`, p, product.accounts[i]?.probes[j]);
    });
  });
  return { found, codes };
}

const NATS = 'units nats\n';
const TWO = `${NATS}situation x -> a | b
situation z -> c | d
persona p { x -> a 50%, b 50%  z -> c 90%, d 10% }
persona q { x -> a 20%, b 80%  z -> c 10%, d 90% }
`;
const ASK = `probe x -> a
probe z -> c given x -> a times 3
probe z -> c given z -> d times 2000
compare selection, contextual
`;

const targeted: Readonly<Record<string, string>> = {
  'a context that turns a posterior below e^-745': `${TWO}episode: x -> b times 2000
probe z -> c given x -> a times 4000
probe z -> c given z -> c times 800
compare selection, contextual`,
  'a reward beyond e^745 on a response that a persona never gives': `${NATS}situation x -> a | b
persona p { x -> a 50%, b 50% }
persona q { x -> a 0%, b 100% }
reinforce x beta 0.001 rigidity 1 reward a 1
${ASK.replace(/probe z.*\n/g, '')}`,
  'reinforcements that cancel': `${TWO}reinforce x beta 0.001 rigidity 1 reward a 1
reinforce x beta 0.001 rigidity 1 reward b 1
${ASK}`,
  'reinforcements that cancel beside one that does not': `${TWO}reinforce x beta 1e-7 rigidity 2 reward a 1
reinforce x beta 1 rigidity 1 reward a 0.3
reinforce x beta 1e-7 rigidity 2 reward a -1
${ASK}`,
  'a strict reinforcement that decides alone': `${TWO}reinforce x beta 1e-6 reward a 1, b -1
${ASK}`,
  'a strict reinforcement after one that takes a response away': `${TWO}reinforce x beta 0.0005 rigidity 1 reward a 1
reinforce x beta 0.5 reward b 3, a 1
${ASK}`,
  'a persona that only a reward brings back': `${TWO}episode: x -> b times 3000
reinforce x beta 0.0002 rigidity 0.5 reward a 1
reinforce z beta 0.0004 rigidity 1 reward c 1
${ASK}`,
  'weights of 1e300': `${TWO}episode: x -> a weight 1e300
episode: z -> c weight 1e300 times 0
${ASK}`,
  'counts of 1e12 that all but cancel': `${TWO}episode: x -> a times 1e6
episode: z -> d times 417029
${ASK}`,
  'priors of 1e308': `${TWO.replaceAll(' {', ' prior 1e308 {')}novel prior 1e308
episode: x -> a
${ASK}`,
  'priors of 1e-300 beside 1e300': `${TWO.replace('p {', 'p prior 1e-300 {').replace('q {', 'q prior 1e300 {')}episode: x -> a times 3
episode: x -> b weight 1e-9
probe z -> c given z -> c times 700
${ASK}`,
  'propensities of 1e-300': `${NATS}situation x -> a | b
persona p { x -> a 1e-300, b 1 }
persona q { x -> a 1e-150, b 1 }
persona r { x -> a 0, b 1 }
episode: x -> a times 3
episode: x -> a over b times 2
reinforce x beta 0.001 rigidity 1 reward a 2
probe x -> a
probe x -> b given x -> a times 7
compare selection, contextual`,
  'concentrations of 1e-9 and 1e12': `${TWO.replace('b 80%', 'b 80% concentration 1e12').replace('b 50%', 'b 50% concentration 1e-9')}novel prior 3 concentration 1e-6
episode: x -> a times 20000
episode: x -> b times 1e-9
episode: z -> c times 0.5
probe x -> a
probe z -> d given x -> b times 30000`,
};

describe('with 60 digits', () => {
  it('the reference knows factorials, and log Γ(½)', () => {
    const factorial = Array.from({ length: 30 }, (_, i) => i + 1).reduce((a, b) => a.mul(b), new Decimal(1));
    assert.ok(logRising(new Decimal(1), new Decimal(30)).sub(factorial.ln()).abs().lt(1e-17));
    assert.ok(logGamma(new Decimal(0.5)).sub(Decimal.acos(-1).ln().div(2)).abs().lt(1e-17));
  });

  for (const [what, text] of Object.entries(targeted)) {
    it(`agrees on ${what}`, async () => {
      assert.deepEqual(await differences(text), { found: [], codes: [] }, text);
    });
  }

  it('says what is out of range instead of having no posterior without a word', async () => {
    for (const [line, code] of [
      ['episode: x -> a weight 1e300 times 1e300', 'out-of-range'],
      ['episode: x -> a weight 1e301\nepisode: x -> a weight 1e301', 'out-of-range'],
      ['reinforce x beta 1e-300 rigidity 1 reward a 1e300', 'out-of-range'],
      ['reinforce x beta 1e-300 reward a 1e300', 'out-of-range'],
      ['episode rl reward -1e300: x -> a weight 1e100', 'out-of-range'],
    ] as const) {
      const { found, codes } = await differences(`${TWO}${line}\n${ASK}`);
      assert.deepEqual([found, codes.includes(code)], [[], true], `${line}: ${codes.join()}`);
    }
    for (const text of ['', 'scenario "New"', 'situation x -> a | b\nepisode: x -> a']) {
      const product = (await productResult('main.scenario', { 'main.scenario': text })) as unknown as Result;
      assert.equal(product.defined, false);
      assert.ok(
        product.diagnostics.some((d) => d.code === 'no-persona'),
        text,
      );
    }
  });

  const pick = <T>(...of: readonly T[]) => fc.constantFrom(...of);
  const row = pick(
    'a 50%, b 50%',
    'a 20%, b 80%',
    'a 1e-300, b',
    'a 1, b 0',
    'a 0, b 1',
    'a 1e-12, b',
    'a 0.25, b 0.75',
  );
  const number = pick('1', '2', '30', '1e4', '0.5', '1e-9', '1e-300', '3e6');
  const cell = pick('x -> a', 'x -> b', 'z -> a', 'z -> b');
  const line = fc.oneof(
    fc.tuple(cell, number).map(([c, n]) => `episode: ${c} times ${n}`),
    fc.tuple(cell, number).map(([c, n]) => `episode document: ${c} weight ${n} epochs 3`),
    fc
      .tuple(
        pick('x', 'z'),
        pick('1', '0.001', '1e-5'),
        pick('', 'rigidity 1', 'rigidity 0.01', 'rigidity 30'),
        pick('a 1', 'b 1', 'a -1', 'a 1, b 1', 'a 0.7, b -3'),
      )
      .map(([x, beta, rigidity, r]) => `reinforce ${x} beta ${beta} ${rigidity} reward ${r}`),
  );
  const program = fc
    .tuple(
      fc.array(fc.tuple(row, row, pick('1', '1e-300', '1e300', '3', '1e308')), { minLength: 2, maxLength: 4 }),
      fc.array(line, { maxLength: 6 }),
      fc.array(fc.tuple(cell, cell, number), { minLength: 1, maxLength: 3 }),
      pick('strength 1', 'strength 0.01 discount 0.5', 'strength 1e-12'),
    )
    .map(([personas, lines, probes, context]) =>
      [
        `${NATS}situation x -> a | b`,
        'situation z -> a | b',
        `method context ${context}`,
        'method document strength 0.3 discount 0.3 repeats 0.5',
        ...personas.map(([x, z, prior], i) => `persona p${i} prior ${prior} { x -> ${x}  z -> ${z} }`),
        ...lines,
        ...probes.map(([asked, seen, n]) => `probe ${asked} given ${seen} times ${n}`),
        'compare selection, contextual',
      ].join('\n'),
    );

  it('agrees on random extreme programs', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(program, async (text) => {
        const { found, codes } = await differences(text);
        assert.deepEqual(found, []);
        if (codes.length === 0) compared++;
      }),
      { seed: 60, numRuns: 50 },
    );
    assert.ok(compared > 20, `only ${compared} were compared`);
  });
});
