#!/usr/bin/env node
/**
 * Bundles what ships: client, servers, command line and panel page. `--dev` leaves names and white space alone,
 * `--watch` builds again on each change, `--ship` minifies once more, slowly, for the package (about a tenth less).
 * dist/meta.json says what each bundle is made of.
 * An entry that is not there is left out, with a note.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { minify } from 'terser';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** hyparquet-compressors does not say that its modules are free of side effects; they are, and the codecs that are not imported are dropped. */
const takenCodecsOnly = {
  name: 'taken-codecs-only',
  setup(build) {
    build.onResolve({ filter: /^hyparquet-compressors$/ }, async ({ path, ...context }) => {
      if (context.pluginData === takenCodecsOnly) return undefined;
      const resolved = await build.resolve(path, { ...context, pluginData: takenCodecsOnly });
      return { ...resolved, sideEffects: false };
    });
    build.onResolve({ filter: /^\.\/\w[\w.]*\.js$/ }, async ({ path, ...context }) => {
      if (context.pluginData === takenCodecsOnly || !context.importer.includes('hyparquet-compressors'))
        return undefined;
      const resolved = await build.resolve(path, { ...context, pluginData: takenCodecsOnly });
      return { ...resolved, sideEffects: false };
    });
  },
};

const standIn = (name) => join(root, 'scripts/stand-ins', name);
const alias = {
  debug: standIn('no-debug.cjs'),
  'd3-interpolate': standIn('interpolate-numbers.mjs'),
  'semver/functions/parse': standIn('any-version.cjs'),
  'semver/functions/satisfies': standIn('any-version.cjs'),
};

/** Client and server come with copies of the protocol that differ in a patch release: the bundle takes the client's. */
const oneProtocol = {
  name: 'one-protocol',
  setup(build) {
    build.onResolve({ filter: /^vscode-(jsonrpc|languageserver-protocol|languageserver-types)(\/|$)/ }, (args) =>
      args.pluginData === oneProtocol
        ? undefined
        : build.resolve(args.path, { kind: args.kind, resolveDir: root, pluginData: oneProtocol }),
    );
  },
};

/**
 * One bundle for a process and for a browser: packages in their browser form, node's own modules left to `require` (the
 * browser's side never comes to them), and the subpaths that packages have for one side only found for both.
 */
const bothSides = {
  platform: 'browser',
  target: 'es2022',
  format: 'cjs',
  conditions: ['node'],
  external: ['vscode', 'node:*', ...builtinModules],
  alias: { ...alias, fflate: 'fflate/browser' },
  plugins: [takenCodecsOnly, oneProtocol],
};
const node = { platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'], alias };
/** The page and its views are modules: a view is loaded when it is first shown. */
const browser = { platform: 'browser', target: 'es2022', format: 'esm', splitting: true, alias };

/** Every bundle: where it starts, the file in dist that it becomes, and how it is made. */
const bundles = [
  { entry: 'client/entry.ts', out: 'dramatis.js', options: bothSides, shipped: true },
  {
    entry: 'server/cli.ts',
    out: 'cli.cjs',
    options: {
      ...node,
      banner: { js: '#!/usr/bin/env node' },
      define: { DRAMATIS_VERSION: JSON.stringify(version) },
    },
    executable: true,
  },
  { entry: 'media/main.ts', out: 'panel.js', options: browser, shipped: true },
  { entry: 'media/styles.css', out: 'panel.css', options: { target: 'es2022' } },
];
/**
 * The entry files of the one bundle. VS Code in the browser takes only a file that ends in `.js`, and on the desktop would take
 * such a file for an ES module, as the project's own are.
 */
const written = {
  'package.json': '{ "type": "commonjs" }\n',
  'client.cjs': "module.exports = require('./dramatis.js');\n",
  'server.cjs': "globalThis.dramatisServes = true;\nrequire('./dramatis.js');\n",
  'reader.cjs': "globalThis.dramatisReads = true;\nrequire('./dramatis.js');\n",
};

const flags = new Set(process.argv.slice(2));
const dev = flags.has('--dev') || flags.has('--watch');
const present = bundles.filter(({ entry }) => {
  const there = existsSync(join(root, entry));
  if (!there) console.error(`build: ${entry} is not there yet, left out`);
  return there;
});

const optionsOf = ({ entry, out, options }) => ({
  absWorkingDir: root,
  entryPoints: [entry],
  ...(options.splitting
    ? { outdir: 'dist', entryNames: out.replace(/\.js$/, ''), chunkNames: `${out.replace(/\.js$/, '')}-[name]-[hash]` }
    : { outfile: `dist/${out}` }),
  bundle: true,
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  legalComments: 'none',
  plugins: [takenCodecsOnly],
  metafile: true,
  logLevel: 'warning',
  ...options,
});

async function squeeze(out, module) {
  const file = join(root, 'dist', out);
  const { code } = await minify(readFileSync(file, 'utf8'), {
    ecma: 2020,
    compress: { ecma: 2020 },
    mangle: true,
    module,
  });
  writeFileSync(file, code);
}

mkdirSync(join(root, 'dist'), { recursive: true });
for (const [name, text] of Object.entries(written)) writeFileSync(join(root, 'dist', name), text);

if (flags.has('--watch')) {
  const contexts = await Promise.all(
    present.map((bundle) => esbuild.context({ ...optionsOf(bundle), logLevel: 'info' })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const started = performance.now();
  const results = await Promise.allSettled(present.map((bundle) => esbuild.build(optionsOf(bundle))));
  const failed = present.filter((_bundle, index) => results[index].status === 'rejected');
  if (failed.length > 0) {
    console.error(`build: failed: ${failed.map(({ entry }) => entry).join(', ')}`);
    process.exit(1);
  }
  if (flags.has('--ship')) {
    const shipped = present.flatMap(({ shipped, options }, index) =>
      shipped
        ? Object.keys(results[index].value.metafile.outputs).map((name) => [
            name.replace('dist/', ''),
            options.format === 'esm',
          ])
        : [],
    );
    await Promise.all(shipped.filter(([out]) => out.endsWith('.js')).map(([out, module]) => squeeze(out, module)));
  }
  for (const { out, executable } of present) if (executable) chmodSync(join(root, 'dist', out), 0o755);
  const outputs = Object.assign({}, ...results.map(({ value }) => value.metafile.outputs));
  for (const name of readdirSync(join(root, 'dist')))
    if (!(`dist/${name}` in outputs || name in written)) rmSync(join(root, 'dist', name));
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify({ outputs }));
  const sizes = Object.entries(outputs)
    .filter(([name]) => !name.endsWith('.map'))
    .map(([name]) => `${name.replace('dist/', '')} ${Math.round(statSync(join(root, name)).size / 1024)} KB`);
  console.error(`build: ${sizes.join(', ')} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
