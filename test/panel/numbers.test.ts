import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  formatCount,
  formatFactor,
  formatInterval,
  formatLog,
  formatOdds,
  formatOneIn,
  formatPercent,
  formatPoints,
  formatProbability,
  formatSource,
  fromWire,
  toWire,
} from '../../panel/model/numbers';

const table = <T>(format: (value: T) => string, rows: readonly (readonly [T, string])[]): void => {
  for (const [value, text] of rows) assert.equal(format(value), text, `of ${String(value)}`);
};

describe('numbers as people read them', () => {
  it('writes probabilities as percentages, and as 1 in n where they are rare', () => {
    table(
      (p) => formatProbability(p),
      [
        [0.94, '94%'],
        [0.4321, '43.2%'],
        [0.05126, '5.13%'],
        [0.0051, '0.51%'],
        [0.0003, '0.03%'],
        [0.000314, '0.031%'],
        [0.00007, '1 in 14,000'],
        [1 / 3_000_000, '1 in 3,000,000'],
        [1e-12, '1 in 10¹²'],
        [1e-300, '1 in 10³⁰⁰'],
        [0.9994, '99.94%'],
        [0.999, '99.9%'],
      ],
    );
  });

  it('never says 100% of what is not certain, nor 0% of what is not zero', () => {
    table(
      (p) => formatProbability(p),
      [
        [0, '0%'],
        [1, '100%'],
        [0.99996, '>99.99%'],
        [0.9999, '99.99%'],
        [1 - 1e-16, '>99.99%'],
        [5e-324, '1 in 10³²³'],
      ],
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }), (p) => {
        for (const text of [formatProbability(p), formatPercent(p)]) {
          assert.notEqual(text, '0%');
          assert.notEqual(text, '100%');
          assert.doesNotMatch(text, /NaN|Infinity|undefined|e[+-]/);
        }
      }),
    );
  });

  it('knows from the odds that a probability was only rounded to 0 or 1', () => {
    assert.equal(formatProbability(1, 100), '>99.99%');
    assert.equal(formatProbability(0, -1000 * Math.LN10), '1 in 10¹⁰⁰⁰');
    assert.equal(formatProbability(1, Number.POSITIVE_INFINITY), '100%');
    assert.equal(formatProbability(0, Number.NEGATIVE_INFINITY), '0%');
    assert.equal(formatProbability(0.25, Math.log(1 / 3)), '25%');
  });

  it('keeps the order of probabilities that it writes as percentages', () => {
    const unit = fc.double({ min: 1e-4, max: 0.9999, noNaN: true });
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        const displayed = (p: number) => Number.parseFloat(formatPercent(p));
        assert.ok(a <= b ? displayed(a) <= displayed(b) : displayed(b) <= displayed(a));
      }),
    );
  });

  it('says that a probability is not defined with a dash', () => {
    table(
      (p) => formatProbability(p),
      [
        [Number.NaN, '–'],
        [-0.1, '–'],
        [1.5, '–'],
      ],
    );
  });

  it('has a form for axes that stays a percentage', () => {
    table(formatPercent, [
      [1e-9, '<0.01%'],
      [0.25, '25%'],
      [0.99999, '>99.99%'],
    ]);
  });

  it('writes rarities as 1 in n', () => {
    table(formatOneIn, [
      [1 / 3000, '1 in 3,000'],
      [1 / 2.5, '1 in 2.5'],
      [0, 'never'],
      [1, '1 in 1'],
    ]);
  });

  it('writes logs in the unit asked for, with a true minus sign', () => {
    assert.equal(formatLog(12.4 * Math.LN2, 'bits'), '12.4 bits');
    assert.equal(formatLog(Math.LN2, 'decibans'), '3.01 decibans');
    assert.equal(formatLog(-0.5, 'nats'), '−0.5 nats');
    assert.equal(formatLog(2, 'nats', { sign: true }), '+2 nats');
    assert.equal(formatLog(0, 'nats', { sign: true }), '0 nats');
    assert.equal(formatLog(123_456 * Math.LN2, 'bits', { bare: true }), '123,456');
    assert.equal(formatLog(Number.NEGATIVE_INFINITY, 'bits'), '−∞ bits');
    assert.equal(formatLog(Number.NaN, 'bits'), '–');
    assert.equal(formatLog(3.2e-9, 'nats'), '3.2e-9 nats');
    assert.equal(formatLog(0.00312, 'nats'), '0.0031 nats');
  });

  it('never writes a log that is not zero as zero', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (nats) => {
        const text = formatLog(nats, 'bits', { bare: true });
        if (Number.isFinite(nats) && nats / Math.LN2 !== 0) assert.match(text, /[1-9]/);
        assert.doesNotMatch(text, /NaN|Infinity/);
      }),
    );
  });

  it('writes odds and factors from logs', () => {
    table(formatOdds, [
      [0, '1 : 1'],
      [Math.log(3.2), '3.2 : 1'],
      [-Math.log(40), '1 : 40'],
      [Math.log(12_345), '12,300 : 1'],
      [Math.log(1e12), '10¹² : 1'],
      [Number.NEGATIVE_INFINITY, 'impossible'],
      [Number.POSITIVE_INFINITY, 'certain'],
      [Number.NaN, '–'],
    ]);
    table(formatFactor, [
      [0, '×1'],
      [Math.log(2.5), '×2.5'],
      [-Math.log(40), '÷40'],
      [Math.log(1.03), '×1.03'],
      [Number.NEGATIVE_INFINITY, '×0'],
      [Number.POSITIVE_INFINITY, '×∞'],
    ]);
  });

  it('groups counts by thousands and keeps their fractions short', () => {
    table(formatCount, [
      [6000, '6,000'],
      [0, '0'],
      [999, '999'],
      [1_234_567, '1,234,567'],
      [1234.56, '1,234.6'],
      [0.05, '0.05'],
      [59.990001, '59.99'],
      [-20, '−20'],
      [1e20, '1e20'],
      [0.0000123, '1.2e-5'],
    ]);
  });

  it('writes differences in points and intervals in words', () => {
    table(formatPoints, [
      [0.023, '+2.3 points'],
      [-0.0004, '−0.04 points'],
      [0, '0 points'],
      [1e-9, '+<0.001 points'],
      [0.4567, '+45.7 points'],
    ]);
    assert.equal(formatInterval(0.021, 0.084), '2.1% to 8.4%');
  });

  it('writes numbers for the text so that reading them gives the value back to four digits', () => {
    assert.equal(formatSource(0.25), '0.25');
    assert.equal(formatSource(6000), '6000');
    assert.equal(formatSource(0.301, true), '30.1%');
    assert.equal(formatSource(1e-7), '1e-7');
    assert.equal(formatSource(0.07, true), '7%');
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e9, noNaN: true }), (value) => {
        const back = Number(formatSource(value));
        assert.ok(Math.abs(back - value) <= 5e-4 * value, `${value} became ${back}`);
      }),
    );
  });

  it('carries infinities and the undefined through JSON', () => {
    for (const value of [0, -1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.deepEqual(fromWire(JSON.parse(JSON.stringify(toWire(value)))), value);
  });
});
