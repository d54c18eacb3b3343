/**
 * Invariant 1: which layer may import which. The rules stand in .dependency-cruiser.cjs; here they are run over the
 * sources, and each is shown to report a small tree that breaks it.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
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
  const folders = ['client', 'server', 'panel', 'report', 'media', 'test', 'bench', 'scripts', 'lab'].filter((folder) =>
    existsSync(join(root, folder)),
  );
  const { output } = await cruise(
    folders,
    {
      ruleSet: { forbidden: rules.forbidden },
      validate: true,
      ...rules.options,
      exclude: 'node_modules/.*/node_modules',
      baseDir: root,
    },
    {},
    { tsConfig: extractTSConfig(join(repository, 'tsconfig.base.json')) },
  );
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

/** Small files that each break one rule. */
const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'layer-server-async': imports('server/async/a', 'server/syntax/b'),
  'layer-server-syntax': imports('server/syntax/a', 'server/program/b'),
  'layer-server-program': imports('server/program/a', 'server/datasets/b'),
  'layer-server-datasets': imports('server/datasets/a', 'server/inference/b'),
  'layer-server-inference': {
    'server/inference/a.ts': "import type { Host } from '../host/host'; export type A = Host;",
    'server/host/host.ts': 'export type Host = 1;',
  },
  'layer-server-analysis': imports('server/analysis/a', 'server/session/b'),
  'layer-panel-model': {
    'panel/model/a.ts': "import type { B } from '../../server/syntax/b'; export type A = B;",
    'server/syntax/b.ts': 'export type B = 1;',
  },
  'layer-panel-views': imports('panel/views/a', 'server/session/b'),
  'layer-panel-whatIf': imports('panel/whatIf/a', 'server/session/b'),
  'layer-server-features': imports('server/features/a', 'panel/views/b'),
  'layer-report': imports('report/a', 'server/lsp/b'),
  'layer-server-session': imports('server/session/a', 'server/features/b'),
  'layer-server-workers': imports('server/workers/a', 'server/session/b'),
  'layer-server-host': imports('server/host/a', 'server/datasets/b'),
  'within-syntax-lexer': imports('server/syntax/lexer/a', 'server/syntax/parser/b'),
  'within-syntax-parser': imports('server/syntax/parser/a', 'server/syntax/incremental/b'),
  'within-program-build': imports('server/program/build/a', 'server/program/load/b'),
  'within-program-lint': imports('server/program/lint/a', 'server/program/build/b'),
  'within-datasets-json': imports('server/datasets/json/a', 'server/datasets/formats/b'),
  'within-datasets-containers': imports('server/datasets/containers/a', 'server/datasets/formats/b'),
  'within-inference-numbers': imports('server/inference/numbers/a', 'server/inference/model/b'),
  'within-inference-model': imports('server/inference/model/a', 'server/inference/evidence/b'),
  'within-inference-(evidence|capabilities)': imports('server/inference/evidence/a', 'server/inference/likelihood/b'),
  'within-inference-likelihood': imports('server/inference/likelihood/a', 'server/inference/posterior/b'),
  'within-inference-posterior': imports('server/inference/posterior/a', 'server/inference/accounts/b'),
  'core-knows-no-editor': {
    'server/program/a.ts': "import type { Range } from 'vscode-languageserver-types'; export type A = Range;",
  },
  'features-know-only-types-of-lsp': { 'server/features/a.ts': "import 'vscode-languageserver/node';" },
  'node-only-behind-the-host': { 'server/session/a.ts': "import 'node:fs';" },
  'browser-entries-reach-no-node': {
    'server/worker.ts': "import './host/nodeHost';",
    'server/host/nodeHost.ts': "import 'node:fs';",
  },
  'no-network': { 'server/node.ts': "import 'node:https';" },
  'server-knows-no-client': imports('server/session/a', 'client/b'),
  'client-is-thin': imports('client/a', 'server/syntax/parser/parser'),
  'page-knows-only-the-panel-model': imports('media/a', 'panel/views/b'),
  'toolkit-behind-one-adapter': { 'media/chart.ts': "import '@vscode/webview-ui-toolkit';" },
  'product-knows-no-lab': { 'server/session/a.ts': "import '../../lab/b';", 'lab/b.ts': 'export {};' },
  'lab-meets-the-product-once': { 'lab/world/a.ts': "import '../../server/b';", 'server/b.ts': 'export {};' },
  'engine-behind-one-module': { 'lab/world/a.ts': "import '@jax-js/jax';" },
  'no-cycles': {
    'server/syntax/a.ts': "import type { B } from './b'; export type A = B;",
    'server/syntax/b.ts': "import type { A } from './a'; export type B = A | 1;",
  },
  resolvable: { 'server/syntax/a.ts': "import './nowhere';" },
  'tests-stay-in-test': imports('server/syntax/a', 'test/b'),
};

/** Two files, the first of which imports the second. */
function imports(from: string, to: string): Readonly<Record<string, string>> {
  const path = relative(dirname(from), to);
  return { [`${from}.ts`]: `import '${path.startsWith('.') ? path : `./${path}`}';`, [`${to}.ts`]: 'export {};' };
}

describe('The layers', () => {
  it('import only what the rules allow', async () => {
    assert.deepEqual(await violations(repository), []);
  });

  it('have a test for every rule', () => {
    assert.deepEqual(Object.keys(broken).sort(), rules.forbidden.map(({ name }: { name: string }) => name).sort());
  });

  for (const [rule, files] of Object.entries(broken)) {
    it(`are checked by the rule ${rule}`, async () => {
      const root = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-layers-')));
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
