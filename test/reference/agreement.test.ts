/**
 * The product against an evaluator that was written from the language's description alone, in every key of the result. The
 * programs in `programs/` cover the language item by item; random ones combine what no example combines.
 */
import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from '../../server/syntax/parser/parser';
import type { ProgramShape } from '../support/arbitraryProgram';
import { arbitraryProgram } from '../support/arbitraryProgram';
import { disagreements } from './disagreement';
import { Unsupported } from './numbers';
import { referenceOnDisk } from './onDisk';
import { folderFiles, productResult } from './product';
import { referenceResult } from './reference';

const PROGRAMS = join(import.meta.dirname, 'programs');
/** Closed forms on both sides; logs of a size of thousands carry rounding of about 1e-12. */
const EXACT = { relative: 1e-9, absolute: 1e-12 };
const QUADRATURE = { relative: 1e-7, absolute: 1e-10 };

describe('the product agrees with the independent reference', () => {
  const files = folderFiles(PROGRAMS);
  for (const name of readdirSync(PROGRAMS).filter((file) => file.endsWith('.scenario'))) {
    it(`on ${name.replace('.scenario', '').replaceAll('-', ' ')}`, async () => {
      const integrated = /learnable|population/.test(files[name]!);
      const product = await productResult(name, files);
      const found = disagreements(referenceOnDisk(join(PROGRAMS, name)), product, integrated ? QUADRATURE : EXACT);
      assert.deepEqual(found, []);
    });
  }

  const shapes: Readonly<Record<string, ProgramShape>> = {
    'rigid personas': { capabilities: false, concentrations: false, novel: false, reinforcements: false },
    'soft and novel personas': { capabilities: false },
    'capabilities and rigid personas': { concentrations: false, novel: false, accounts: false },
    'everything together': {},
  };
  for (const [what, shape] of Object.entries(shapes)) {
    it(`on random programs with ${what}`, async () => {
      let compared = 0;
      const property = fc.asyncProperty(arbitraryProgram(shape), async ({ text }) => {
        const found = await compareText(text);
        if (found === undefined) return;
        compared++;
        assert.deepEqual(found, []);
      });
      await fc.assert(property, { seed: 20, numRuns: 40, endOnFailure: true });
      assert.ok(compared > 20, `only ${compared} of the programs could be compared`);
    });
  }

  for (const [what, shape] of Object.entries({
    'rigid, soft and novel personas': { capabilities: false, accounts: false },
    'learnable capabilities': {
      concentrations: false,
      intendedFallbacks: false,
      reinforcements: false,
      accounts: false,
    },
  } satisfies Record<string, ProgramShape>)) {
    it(`on accounts without a marginal, without movement and without personas, with ${what}`, async () => {
      let compared = 0;
      const property = fc.asyncProperty(arbitraryProgram(shape), async ({ text }) => {
        const found = await compareText(`${text}compare declared, unmoved, habits 3, transfer 0.3, transfer 1\n`);
        if (found === undefined) return;
        compared++;
        assert.deepEqual(found, []);
      });
      await fc.assert(property, { seed: 21, numRuns: shape.capabilities === false ? 30 : 12, endOnFailure: true });
      assert.ok(compared > 5, `only ${compared} of the programs could be compared`);
    });
  }
});

/** Undefined where one of the two does not take the program: an error, or an integral that the reference cannot do. */
async function compareText(text: string): Promise<string[] | undefined> {
  const product = await productResult('random.scenario', { 'random.scenario': text });
  const errors = (product.diagnostics as readonly { severity: string; code: string }[]).filter(
    (d) => d.severity === 'error',
  );
  if (errors.some(({ code }) => code !== 'expectation-fails')) return undefined;
  try {
    const tree = parse(text).file;
    return disagreements(referenceResult([{ name: 'random.scenario', text, tree }]), product, QUADRATURE);
  } catch (problem) {
    if (problem instanceof Unsupported) return undefined;
    throw problem;
  }
}
