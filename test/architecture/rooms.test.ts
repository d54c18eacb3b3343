/**
 * Invariant 1 of the house: which room may know which. The rules stand in .dependency-cruiser.cjs; here they are run
 * over the sources, and each is shown to bite on a small house that breaks it.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const repository = resolve(import.meta.dirname, '../..');
const rules = createRequire(import.meta.url)(join(repository, '.dependency-cruiser.cjs'));

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

async function violations(root: string): Promise<readonly Violation[]> {
  const rooms = ['client', 'server', 'media', 'test', 'bench', 'scripts'].filter((room) =>
    existsSync(join(root, room)),
  );
  const { output } = await cruise(
    rooms,
    {
      ruleSet: { forbidden: rules.forbidden },
      validate: true,
      ...rules.options,
      exclude: 'node_modules/.*/node_modules',
      baseDir: root,
    },
    {},
    { tsConfig: extractTSConfig(join(repository, 'tsconfig.json')) },
  );
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

/** Small files that each break one wall. */
const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'room-server-syntax': { 'server/syntax/a.ts': "import '../program/b';", 'server/program/b.ts': 'export {};' },
  'room-server-program': { 'server/program/a.ts': "import '../datasets/b';", 'server/datasets/b.ts': 'export {};' },
  'room-server-datasets': { 'server/datasets/a.ts': "import '../inference/b';", 'server/inference/b.ts': 'export {};' },
  'room-server-inference': {
    'server/inference/a.ts': "import type { Host } from '../host'; export type A = Host;",
    'server/host.ts': 'export type Host = 1;',
  },
  'room-server-features': { 'server/features/a.ts': "import '../session/b';", 'server/session/b.ts': 'export {};' },
  'inference-stands-on-its-floors': {
    'server/inference/evidence/a.ts': "import '../likelihood/b';",
    'server/inference/likelihood/b.ts': 'export {};',
  },
  'likelihood-knows-no-posterior': {
    'server/inference/likelihood/a.ts': "import '../posterior';",
    'server/inference/posterior.ts': 'export {};',
  },
  'core-knows-no-editor': {
    'server/program/a.ts': "import type { Range } from 'vscode-languageserver-types'; export type A = Range;",
  },
  'features-know-only-types-of-lsp': { 'server/features/a.ts': "import 'vscode-languageserver/node';" },
  'async-imports-nothing': {
    'server/async/a.ts': "import type { B } from '../host'; export type A = B;",
    'server/host.ts': 'export type B = 1;',
  },
  'host-and-protocol-are-bare': { 'server/protocol.ts': "import 'lit';" },
  'node-only-behind-the-host': { 'server/session/a.ts': "import 'node:fs';" },
  'browser-entries-reach-no-node': {
    'server/worker.ts': "import './host-node';",
    'server/host-node.ts': "import 'node:fs';",
  },
  'no-network': { 'server/node.ts': "import 'node:https';" },
  'server-knows-no-client': { 'server/session/a.ts': "import '../../client/b';", 'client/b.ts': 'export {};' },
  'client-is-thin': { 'client/a.ts': "import '../server/syntax/parser';", 'server/syntax/parser.ts': 'export {};' },
  'page-knows-only-the-protocol': {
    'media/a.ts': "import '../server/features/hover';",
    'server/features/hover.ts': 'export {};',
  },
  'toolkit-behind-one-adapter': { 'media/chart.ts': "import '@vscode/webview-ui-toolkit';" },
  'no-cycles': {
    'server/syntax/a.ts': "import { b } from './b'; export const a = b;",
    'server/syntax/b.ts': "import { a } from './a'; export const b = a;",
  },
  resolvable: { 'server/syntax/a.ts': "import './nowhere';" },
  'tests-stay-in-test': { 'server/syntax/a.ts': "import '../../test/b';", 'test/b.ts': 'export {};' },
};

describe('The rooms of the house', () => {
  it('know only what stands to their left', async () => {
    assert.deepEqual(await violations(repository), []);
  });

  it('are all guarded: every rule has a house that breaks it', () => {
    assert.deepEqual(Object.keys(broken).sort(), rules.forbidden.map(({ name }: { name: string }) => name).sort());
  });

  for (const [rule, files] of Object.entries(broken)) {
    it(`are guarded by the rule ${rule}`, async () => {
      const root = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-rooms-')));
      try {
        symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), text);
        }
        const found = (await violations(root)).map((violation) => violation.rule);
        assert.ok(found.includes(rule), `expected ${rule} among [${found.join(', ')}]`);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });
  }
});
