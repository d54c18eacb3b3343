/**
 * Runs Mocha inside the extension host of a real VS Code, and prints its report. Ends with 1 on any failure. With
 * `--count FILE` it also writes `{ passes, failures, pending }` there.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { launchChromium } from './chromium';
import { layOutExtension } from './extensionLayout';
import { FILES } from './host/files';
import { MARK } from './host/mark';
import { repository, scratch } from './installation';
import { startVSCode } from './vscodeServer';

const LIMIT = 180_000;

const tests = join(scratch, 'host-tests.cjs');
await build({
  entryPoints: [join(repository, 'test/vscode/host/index.ts')],
  outfile: tests,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});

let extension = '';
const server = await startVSCode({
  extensions: (folder) => {
    extension = layOutExtension(folder);
  },
  files: FILES,
  smokeTests: true,
});
const browser = await launchChromium();
let code = 1;
try {
  const page = await browser.newPage();
  const ended = new Promise<number>((resolve) => page.exposeFunction('codeAutomationExit', resolve));
  await page.exposeFunction('codeAutomationLog', (_type: string, values: readonly unknown[]) => {
    if (process.env['DRAMATIS_VERBOSE']) console.error(...values);
    for (const line of values.map(String).join(' ').split('\n'))
      if (line.includes(MARK)) report(line.replaceAll(MARK, ''));
  });
  await page.goto(
    server.url([
      ['extensionDevelopmentPath', server.remote(extension)],
      ['extensionTestsPath', server.remote(tests)],
    ]),
  );
  code = await Promise.race([
    ended,
    new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`no end after ${LIMIT / 1000} s\n${server.log()}`)), LIMIT).unref();
    }),
  ]);
} finally {
  await browser.close();
  await server.stop();
}
process.exit(code);

function report(line: string): void {
  const file = process.argv[process.argv.indexOf('--count') + 1];
  if (!line.startsWith('{"passes"')) console.log(line);
  else if (process.argv.includes('--count')) writeFileSync(file, line);
}
