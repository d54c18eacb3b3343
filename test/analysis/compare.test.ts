/** Comparisons of two versions: Shapley values by all orders, and texts that are mixed declaration by declaration. */
import assert from 'node:assert/strict';
import { compare } from '../../server/analysis/compare/compare';
import { shapley } from '../../server/analysis/compare/shapley';
import { runToEnd } from '../../server/inference/stepwise';
import { mixTexts } from '../../server/program/compare/mixture';
import { close } from '../inference/program';
import { evaluated, probeAfter, subject } from './subjects';

/** Averages over every order, written a second time. */
function byOrders(n: number, value: (members: ReadonlySet<number>) => number): number[] {
  const sums = new Array<number>(n).fill(0);
  let orders = 0;
  const walk = (rest: readonly number[], made: ReadonlySet<number>): void => {
    if (rest.length === 0) orders++;
    for (const i of rest) {
      const next = new Set([...made, i]);
      const left = rest.filter((k) => k !== i);
      let ways = 1;
      for (let k = 2; k <= left.length; k++) ways *= k;
      sums[i] = (sums[i] ?? 0) + ways * (value(next) - value(made));
      walk(left, next);
    }
  };
  walk(
    Array.from({ length: n }, (_, i) => i),
    new Set(),
  );
  return sums.map((s) => s / orders);
}

describe('Shapley values', () => {
  const game = (members: ReadonlySet<number>) => {
    let sum = 0;
    for (const i of members) sum += (i + 1) ** 2;
    if (members.has(0) && members.has(2)) sum += 7;
    if (members.size > 3) sum -= 5;
    return Math.tanh(sum / 20);
  };
  // biome-ignore lint/correctness/useYield: nothing takes long here
  const coalition = function* (members: ReadonlySet<number>) {
    return Float64Array.of(game(members), 2 * members.size);
  };

  it('are the averages over all orders, and add up to the difference', () => {
    for (const n of [1, 3, 6]) {
      const result = runToEnd(shapley(n, coalition));
      assert.ok(typeof result !== 'string' && result.exact);
      const expected = byOrders(n, game);
      result.values.forEach((v, i) => {
        close(v[0], expected[i] ?? 0, `${n}: ${i}`, 1e-12);
        close(v[1], 2, '', 1e-12);
      });
      const all = new Set(Array.from({ length: n }, (_, i) => i));
      close(
        result.values.reduce((s, v) => s + (v[0] ?? 0), 0),
        game(all) - game(new Set()),
        'sum',
        1e-12,
      );
    }
  });

  it('are sampled beyond ten, the same every time, and still add up', () => {
    const [one, two] = [runToEnd(shapley(12, coalition)), runToEnd(shapley(12, coalition))];
    assert.ok(typeof one !== 'string' && typeof two !== 'string');
    assert.equal(one.exact, false);
    assert.deepEqual(one, two);
    const all = new Set(Array.from({ length: 12 }, (_, i) => i));
    close(
      one.values.reduce((s, v) => s + (v[0] ?? 0), 0),
      game(all) - game(new Set()),
      'sum',
      1e-12,
    );
  });

  it('are not there where a set of changes has no value', () => {
    // biome-ignore lint/correctness/useYield: nothing takes long here
    const broken = function* (members: ReadonlySet<number>) {
      return members.size === 1 ? 'no posterior' : Float64Array.of(0);
    };
    assert.equal(runToEnd(shapley(2, broken)), 'no posterior');
  });
});

const A = `scenario "One"
situation x -> a | b
situation y -> c | d
persona good prior 90% { x -> a 80%, b  y -> c 99%, d }
persona bad prior 10% { x -> b 70%, a  y -> d 60%, c }
// a comment that changes nothing
episode sft "harm": x -> b times 3
episode sft: x -> a
probe y -> d
expect bad below 50%
`;
const B = A.replace('times 3', 'times 5')
  .replace('prior 10%', 'prior 20%')
  .replace('// a comment', '// another comment')
  .replace('episode sft: x -> a\n', '');

async function compared(a: string, b: string) {
  const [one, two] = [await subject(a), await subject(b)];
  return runToEnd(compare({ a: one, b: two, mixture: mixTexts(one.program.text, two.program.text) }));
}

describe('A comparison of two versions', () => {
  it('lists what changed, and not what only looks different', async () => {
    const { changes, numbers } = await compared(A, B);
    assert.deepEqual(
      changes.map((c) => [c.kind, c.name]),
      [
        ['changed', 'persona bad'],
        ['changed', 'episode "harm"'],
        ['removed', 'episode sft: x -> a'],
      ],
    );
    assert.ok(numbers.some((n) => n.before === 3 && n.after === 5));
    assert.ok(numbers.some((n) => n.before === 0.1 && n.after === 0.2));
    assert.deepEqual((await compared(A, A.replaceAll('  ', '\n  '))).changes, []);
  });

  it('explains log odds by the changes: rigid personas add up, so each explains its own term', async () => {
    const { conditions } = await compared(A, B);
    const [entire] = conditions;
    const bad = entire?.quantities.findIndex((q) => q.kind === 'persona' && q.name === 'bad') ?? -1;
    const explained = entire?.units?.map((u) => u.explains[bad]);
    // The prior: 1/9 to 20/90; two more answers b; one answer a fewer.
    close(explained?.[0], Math.log(2), 'prior', 1e-10);
    close(explained?.[1], 2 * Math.log(0.7 / 0.2), 'times', 1e-10);
    close(explained?.[2], -Math.log(0.3 / 0.8), 'removed', 1e-10);
  });

  it('explains a probe by the average over all orders of texts with some of the changes', async () => {
    const { conditions } = await compared(A, B);
    const [entire] = conditions;
    const probe = entire?.quantities.findIndex((q) => q.kind === 'probe') ?? -1;
    const texts = (members: ReadonlySet<number>) => {
      let text = A;
      if (members.has(0)) text = text.replace('prior 10%', 'prior 20%');
      if (members.has(1)) text = text.replace('times 3', 'times 5');
      if (members.has(2)) text = text.replace('episode sft: x -> a\n', '');
      return text;
    };
    const values = new Map<string, number>();
    for (let mask = 0; mask < 8; mask++) {
      const members = new Set([0, 1, 2].filter((i) => (mask >> i) & 1));
      const p = probeAfter(await evaluated(texts(members)));
      values.set([...members].join(), Math.log(p / (1 - p)));
    }
    const expected = byOrders(3, (m) => values.get([...m].sort().join()) ?? Number.NaN);
    entire?.units?.forEach((u, i) => {
      close(u.explains[probe], expected[i] ?? 0, `${i}`, 1e-10);
    });
  });

  it('takes declarations that cannot be changed alone together', async () => {
    const renamed = A.replace('situation y -> c | d', 'situation z -> c | d').replaceAll('y ->', 'z ->');
    const { conditions, changes } = await compared(A, renamed);
    assert.ok(changes.length > 2);
    assert.equal(conditions[0]?.units?.length, 1);
  });

  it('has no shares where a change alone leaves no posterior, and says which', async () => {
    const hard = A.replace('x -> b 70%, a  y', 'x -> b 0%, a  y').replace('x -> a 80%, b  y', 'x -> a 80%, b  y');
    const one = hard
      .replace('x -> a 80%, b  y', 'x -> a 100%, b 0%  y')
      .replace('episode sft "harm": x -> b times 3', 'episode sft "harm": x -> a times 3')
      .replace('x -> b 0%, a  y', 'x -> b 10%, a  y');
    const two = hard.replace('x -> a 80%, b  y', 'x -> a 100%, b 0%  y').replace('x -> b 0%, a  y', 'x -> b 10%, a  y');
    // Impossible for both without the persona's change.
    const three = two
      .replace('x -> b 10%, a  y', 'x -> b 0%, a  y')
      .replace('episode sft "harm": x -> b times 3', 'episode sft "harm": x -> a times 3');
    const { conditions } = await compared(three, two);
    assert.equal(conditions[0]?.units, null);
    assert.match(conditions[0]?.reason ?? '', /with episode "harm" alone, the posterior is undefined/);
    assert.ok((await compared(three, one)).conditions[0]?.units);
  });
});
