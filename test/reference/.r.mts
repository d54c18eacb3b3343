import fc from 'fast-check';
import { parse } from '/work/main/server/syntax/parser';
import { disagreements } from '/work/main/test/reference/disagreement';
import { Unsupported } from '/work/main/test/reference/numbers';
import { productResult } from '/work/main/test/reference/product';
import { referenceResult } from '/work/main/test/reference/reference';
import { arbitraryProgram } from '/work/main/test/support/arbitrary-program';

const shape = JSON.parse(process.argv[4] ?? '{}');
const programs = fc.sample(arbitraryProgram(shape), {
  seed: Number(process.argv[2]),
  numRuns: Number(process.argv[3]),
});
let ok = 0,
  skip = 0,
  bad = 0;
const why: Record<string, number> = {};
for (const { text } of programs) {
  const t0 = Date.now();
  const product: any = await productResult('r.scenario', { 'r.scenario': text });
  const t1 = Date.now();
  const errs = product.diagnostics.filter((d: any) => d.severity === 'error' && d.code !== 'expectation-fails');
  try {
    const ref = errs.length ? undefined : referenceResult([{ name: 'r.scenario', text, tree: parse(text).file }]);
    const t2 = Date.now();
    if (t1 - t0 > 2000 || t2 - t1 > 10000) console.log('SLOW', t1 - t0, t2 - t1, '\n' + text);
    if (!ref) {
      skip++;
      const k = 'error ' + errs[0].code;
      why[k] = (why[k] ?? 0) + 1;
      continue;
    }
    const d = disagreements(ref, product, { relative: 1e-7, absolute: 1e-10 });
    if (d.length) {
      bad++;
      if (bad <= 8) console.log('=====\n' + text + '\n--', d.slice(0, 5).join('\n-- '), d.length);
    } else ok++;
  } catch (e) {
    if (e instanceof Unsupported) {
      skip++;
      why[e.message] = (why[e.message] ?? 0) + 1;
    } else {
      console.log(text);
      throw e;
    }
  }
}
console.log({ ok, skip, bad }, why);
