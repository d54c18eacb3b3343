import assert from 'node:assert/strict';
import fc from 'fast-check';
import { agreementOf, cohenKappa, krippendorffAlpha, type Unit } from '../../server/datasets/labels/agreement';
import { dirichlet, seeded } from '../../server/datasets/labels/random';

/** Units from one text for each rater, a column for each thing; a dot is no label. */
function units(...raters: readonly string[]): readonly Unit[] {
  return [...raters[0]!].map(
    (_, i) =>
      new Map(raters.flatMap((labels, rater) => (labels[i] === '.' ? [] : [[`r${rater}`, labels[i]!] as const]))),
  );
}

describe('agreement', () => {
  it('by Krippendorff’s alpha is what his worked examples have', () => {
    // Krippendorff 2011, example C: four observers, missing data; nominal alpha 0.743.
    const four = units('123321412...', '1233224125.3', '.3332342251.', '12332441251.');
    assert.ok(Math.abs(krippendorffAlpha(four) - 0.743) < 5e-4, String(krippendorffAlpha(four)));
    // Example B: two observers, nominal, five values, twelve units: alpha 0.692.
    const two = units('aabbdcccedda', 'babbbccceddd');
    assert.ok(Math.abs(krippendorffAlpha(two) - 0.692) < 5e-4, String(krippendorffAlpha(two)));
  });

  it('is 1 where all agree, and nothing where nothing can be said', () => {
    assert.equal(krippendorffAlpha(units('abc', 'abc')), 1);
    assert.ok(Number.isNaN(krippendorffAlpha(units('aaa', 'aaa'))));
    assert.ok(Number.isNaN(krippendorffAlpha(units('ab.', '..c'))));
    assert.equal(agreementOf(units('a.', '.b')), undefined);
  });

  it('by alpha is what pairs of pairable values give, counted one by one', () => {
    const rater = fc.array(fc.constantFrom('a', 'b', 'c', '.'), { minLength: 6, maxLength: 6 }).map((v) => v.join(''));
    fc.assert(
      fc.property(fc.array(rater, { minLength: 2, maxLength: 4 }), (raters) => {
        const all = units(...raters);
        const pairable = all.map((unit) => [...unit.values()]).filter((values) => values.length > 1);
        const values = pairable.flat();
        let observed = 0;
        for (const unit of pairable)
          for (let i = 0; i < unit.length; i++)
            for (let j = 0; j < unit.length; j++) if (i !== j && unit[i] !== unit[j]) observed += 1 / (unit.length - 1);
        let expected = 0;
        for (let i = 0; i < values.length; i++)
          for (let j = 0; j < values.length; j++) if (i !== j && values[i] !== values[j]) expected += 1;
        const n = values.length;
        const alpha = 1 - observed / n / (expected / (n * (n - 1)));
        const ours = krippendorffAlpha(all);
        if (expected === 0) assert.ok(Number.isNaN(ours));
        else assert.ok(Math.abs(ours - alpha) < 1e-12);
      }),
    );
  });

  it('by Cohen’s kappa is what a table of two raters gives', () => {
    // 20 both yes, 5 and 10 apart, 15 both no: p_o = 0.7, p_e = 0.5, kappa = 0.4.
    const a = 'y'.repeat(25) + 'n'.repeat(25);
    const b = `${'y'.repeat(20) + 'n'.repeat(5) + 'y'.repeat(10)}${'n'.repeat(15)}`;
    assert.ok(Math.abs(cohenKappa(units(a, b), 'r0', 'r1').kappa - 0.4) < 1e-12);
    assert.equal(cohenKappa(units(a, b), 'r0', 'r1').units, 50);
  });

  it('has an interval that covers the truth about as often as it says', () => {
    const random = seeded(7);
    // Two raters see the truth with probability 0.8, else one of three values at random: alpha of the population is 0.64.
    let covered = 0;
    const runs = 100;
    for (let run = 0; run < runs; run++) {
      const value = () => 'abc'[Math.floor(random() * 3)]!;
      const all = Array.from({ length: 80 }, (): Unit => {
        const truth = value();
        return new Map(['x', 'y'].map((rater) => [rater, random() < 0.8 ? truth : value()]));
      });
      const [low, high] = agreementOf(all)!.interval;
      if (low <= 0.64 && 0.64 <= high) covered += 1;
    }
    assert.ok(covered >= 87, String(covered));
  }).timeout(60_000);
});

describe('Dirichlet draws', () => {
  it('have the mean and the variance of the distribution, also for small shapes', () => {
    const shapes = [0.2, 3, 7.5];
    const total = 10.7;
    const random = seeded(1);
    const draws = Array.from({ length: 20_000 }, () => dirichlet(shapes, random));
    shapes.forEach((shape, i) => {
      const mean = draws.reduce((sum, draw) => sum + draw[i]!, 0) / draws.length;
      const variance = draws.reduce((sum, draw) => sum + (draw[i]! - mean) ** 2, 0) / draws.length;
      const p = shape / total;
      // Five standard errors.
      assert.ok(Math.abs(mean - p) < 5 * Math.sqrt((p * (1 - p)) / (total + 1) / draws.length), `mean ${i}`);
      assert.ok(Math.abs(variance / ((p * (1 - p)) / (total + 1)) - 1) < 0.08, `variance ${i}`);
    });
    for (const draw of draws) assert.ok(draw.every((value) => value >= 0 && value <= 1));
  });
});
