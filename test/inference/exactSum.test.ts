/** Sums that can be undone. The reference is integer arithmetic: doubles that are multiples of 2^-60, as BigInt. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExactSum } from '../../server/inference/numbers/exactSum';

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const v of values) sum.add(v);
  return sum;
}

/** The double nearest to n·2^-60, by way of a decimal that holds it whole. */
function fromUnits(n: bigint): number {
  const digits = (n < 0n ? -n : n) * 5n ** 60n;
  return Number(`${n < 0n ? '-' : ''}${digits}e-60`);
}

const unit = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 100 })).map(([m, shift]) => ({
  units: BigInt(m) << BigInt(shift),
  value: m * 2 ** (shift - 60),
}));

describe('an exact sum', () => {
  it('is the double nearest to the true sum', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (list) => {
        const total = list.reduce((a, b) => a + b.units, 0n);
        assert.equal(sumOf(list.map((one) => one.value)).value, fromUnits(total) + 0);
      }),
    );
  });

  it('is what remains, to the bit, when something is taken away again', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
    fc.assert(
      fc.property(fc.array(double, { maxLength: 20 }), fc.array(double, { maxLength: 20 }), (retained, gone) => {
        const sum = sumOf([...retained, ...gone]);
        for (const v of gone) sum.add(-v);
        assert.equal(sum.value, sumOf([...retained].reverse()).value);
      }),
    );
  });

  it('rounds halfway cases by what lies far below', () => {
    assert.equal(sumOf([1, 2 ** -53]).value, 1);
    assert.equal(sumOf([1, 2 ** -53, 2 ** -200]).value, 1 + 2 ** -52);
    assert.equal(sumOf([1 + 2 ** -52, 2 ** -53, -(2 ** -200)]).value, 1 + 2 ** -52);
  });

  it('is infinite beyond the doubles, and nothing for nothing', () => {
    assert.equal(sumOf([1e308, 1e308]).value, Number.POSITIVE_INFINITY);
    assert.equal(Object.is(sumOf([]).value, 0), true);
    assert.equal(Object.is(sumOf([0.1, -0.1]).value, 0), true);
  });
});
