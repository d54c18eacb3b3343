/**
 * Compiles the row reader (server/datasets/json/kernel/rows.as, AssemblyScript) into server/datasets/json/kernel/rows.wasm.ts.
 * The result is kept beside its source, so that nothing but a change of the source needs the compiler; a test compares them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = join(import.meta.dirname, '../server/datasets/json/kernel');

/** The module's text; throws with the compiler's messages where it does not compile. */
async function compiledKernel(): Promise<string> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...['rows.ts', '--outFile', 'rows.wasm', '-O3', '--converge', '--noAssert'],
      ...['--runtime', 'stub', '--enable', 'simd', '--initialMemory', '8', '--memoryBase', '16'],
    ],
    {
      readFile: (name) => (name === 'rows.ts' ? readFileSync(join(folder, 'rows.as'), 'utf8') : null),
      writeFile: (_name, content) => {
        if (typeof content !== 'string') binary = content;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${error?.message ?? 'no output'}\n${stderr.toString()}`);
  const text = Buffer.from(binary).toString('base64');
  return `/** Made by scripts/kernel.ts from rows.as: not to be edited. */\nexport const ROWS =\n  '${text}';\n`;
}

async function main(): Promise<void> {
  const text = await compiledKernel();
  if (process.argv.includes('--check')) {
    const written = readFileSync(join(folder, 'rows.wasm.ts'), 'utf8');
    if (written !== text) throw new Error('rows.wasm.ts is not what rows.as compiles to: npm run kernel');
    return;
  }
  writeFileSync(join(folder, 'rows.wasm.ts'), text);
  console.error(`kernel: ${Math.round((text.length * 3) / 4)} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main();
