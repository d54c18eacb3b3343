/** Every number in docs/analyses.md, computed from the scenario in it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyses } from '../../server/analysis/analyses';
import { compare } from '../../server/analysis/compare/compare';
import { fitAccounts } from '../../server/analysis/fit/fit';
import { displayUnit } from '../../server/analysis/fit/units';
import { fitProblem } from '../../server/analysis/subject/fitProblem';
import { runToEnd } from '../../server/inference/stepwise';
import { mixTexts } from '../../server/program/compare/mixture';
import { evaluated, probeAfter, subject } from './subjects';

const page = readFileSync(join(import.meta.dirname, '../../docs/analyses.md'), 'utf8');
const scenario = /```dramatis\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const written = new Map(
  [...page.matchAll(/<!-- (\w+) -->(.*?)<!-- -->/g)].map(([, key = '', value = '']) => [key, value]),
);
const computed = new Map<string, string>();
const expected = new Map<string, string>();

/** The number as the page writes it, with as many digits. */
function states(key: string, value: number): void {
  const text = written.get(key) ?? 'nothing';
  const percent = text.endsWith('%');
  const plain = text.replace('−', '-').replace('%', '');
  const digits = (plain.split('.')[1] ?? '').length;
  computed.set(key, (percent ? 100 * value : value).toFixed(digits));
  expected.set(key, plain);
}

const bits = (nats: number) => nats / Math.LN2;

describe('The page about analyses', () => {
  it('has the numbers of sweeps, horizon, remedies, sensitivity, flips and information', async () => {
    const found = runToEnd(analyses(await subject(scenario)));
    states('now', probeAfter(await evaluated(scenario)));
    const [sweep, care] = found.sweeps ?? [];
    const leads = (s: typeof sweep) => s?.crossings.find((c) => c.leader === 'bad')?.x ?? Number.NaN;
    states('leads', leads(sweep));
    states('fails', sweep?.crossings.find((c) => c.expectation === 0)?.x ?? Number.NaN);
    assert.ok(leads(care) > leads(sweep));
    const [h] = found.horizons ?? [];
    states('limit', h?.probes[0]?.limit ?? Number.NaN);
    states('gone', h?.probes[0]?.gone ?? Number.NaN);
    states('at99', h?.leaderAt99 ?? Number.NaN);
    const options = found.repairs?.[0]?.options ?? [];
    states('remedy', options.find((o) => o.number?.role === 'parameter')?.to ?? Number.NaN);
    states('inoculated', options.find((o) => o.move)?.after ?? Number.NaN);
    const scaling = found.powerScaling?.[0]?.result;
    states('prior', scaling?.prior ?? Number.NaN);
    states('likelihood', scaling?.likelihood ?? Number.NaN);
    assert.equal(scaling?.diagnosis, 'conflict');
    states('flip', found.flips?.[0]?.count ?? Number.NaN);
    const [probe] = found.identifiability?.probes ?? [];
    states('persona1', bits(probe?.persona[0] ?? Number.NaN));
    states('persona8', bits(probe?.persona[7] ?? Number.NaN));
  }).timeout(60_000);

  it('has the numbers of a comparison', async () => {
    const [a, b] = [await subject(scenario), await subject(scenario.replace('"Episodes" 5', '"Episodes" 6'))];
    const { conditions } = runToEnd(compare({ a, b, mixture: mixTexts(a.program.text, b.program.text) }));
    const [entire] = conditions;
    const bad = entire?.quantities.findIndex((q) => q.name === 'bad') ?? -1;
    states('shapley', bits(entire?.units?.[0]?.explains[bad] ?? Number.NaN));
  });

  it('has the numbers of a fit', async () => {
    const s = await subject(`
parameter p "A share" 50% from 0.000000001 to 0.999999999
situation x -> a | b
persona one prior 1 { x -> a $p, b }
evaluation "fitted": x -> a 7 of 20
evaluation held out "kept": x -> a 3 of 10
fit $p
`);
    const built = runToEnd(fitProblem(s));
    assert.ok(built);
    const [fitted] = fitAccounts(built.problem, { unit: displayUnit('bits') }).accounts;
    states('mean', fitted?.parameters[0]?.mean ?? Number.NaN);
    states('score', bits(fitted?.heldOutScore ?? Number.NaN));
  }).timeout(60_000);

  after(() => {
    assert.deepEqual(Object.fromEntries(computed), Object.fromEntries(expected));
    assert.deepEqual([...written.keys()].sort(), [...computed.keys()].sort());
  });
});
