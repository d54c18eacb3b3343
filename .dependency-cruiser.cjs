/** The layers (docs/architecture.md), as rules. `test/architecture/layers.test.ts` runs them. */
const editor =
  '^(vscode|vscode-languageserver.*|vscode-languageclient|vscode-jsonrpc)$|node_modules/(vscode-languageserver|vscode-languageclient|vscode-jsonrpc)';
const core = '^server/(syntax|program|datasets|inference|analysis)/';
const ours = '^(client|server|panel|report|media|test|bench|scripts|lab)/';

/** A layer may import itself, these paths of ours, and packages; types count as imports. */
const layer = (folder, allowed, comment) => ({
  name: `layer-${folder.replace(/\W+/g, '-')}`,
  comment,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: ours, pathNot: [`^${folder}/`, ...allowed.map((path) => `^${path}`)] },
});

/** Inside a layer: a folder may import itself and these folders or files of the same layer. */
const within = (parent, folder, allowed, comment) => ({
  name: `within-${parent.split('/').at(-1)}-${folder}`,
  comment,
  severity: 'error',
  from: { path: `^${parent}/${folder}/` },
  to: { path: `^${parent}/`, pathNot: [`^${parent}/${folder}/`, ...allowed.map((path) => `^${parent}/${path}`)] },
});

const host = 'server/host/host\\.ts$';
const messages = 'panel/model/messages\\.ts$';

module.exports = {
  forbidden: [
    layer('server/async', [], 'The scheduler is used everywhere, so it knows nothing of ours.'),
    layer('server/syntax', [], 'Text in, tree out, no meaning.'),
    layer('server/program', ['server/syntax/', host], 'Trees and names; no training files, no numbers.'),
    layer('server/datasets', ['server/(syntax|program|async)/', host], 'Formats and cells; no personas, no inference.'),
    layer(
      'server/inference',
      ['server/(syntax|program|datasets)/'],
      'Mathematics: it reads nothing, so it does not even know the Host.',
    ),
    layer(
      'server/analysis',
      ['server/(syntax|program|datasets|inference)/'],
      'Questions about an evaluation as a function of its numbers; no text, no files.',
    ),
    layer('panel/model', [], 'Messages, view types, number formats, palette, charts: shared by all sides.'),
    layer(
      'panel/views',
      ['panel/(model|whatIf)/', 'server/(analysis|inference|program|syntax|datasets)/', 'server/snapshot\\.ts$'],
      'What each view shows, from an evaluation; no session, no page.',
    ),
    layer(
      'panel/whatIf',
      [
        'panel/(model/|views/common\\.ts$)',
        'server/(analysis|inference|program|syntax|datasets)/',
        'server/snapshot\\.ts$',
      ],
      'Changes to a program and to its text; no session, no page.',
    ),
    layer(
      'server/features',
      [
        'panel/(model/|whatIf/declarations\\.ts$)',
        'server/(syntax|program|datasets|inference|analysis)/',
        'server/(snapshot|settings)\\.ts$',
        host,
      ],
      'A feature is a function of a snapshot: no session, no views.',
    ),
    layer(
      'report',
      [
        'panel/(model|views)/',
        'server/(syntax|program|datasets|inference|analysis|features)/',
        'server/snapshot\\.ts$',
      ],
      'HTML, text and JSON for one snapshot; no session, no connection.',
    ),
    layer(
      'server/session',
      [
        'panel/(model|views|whatIf)/',
        'server/(async|syntax|program|datasets|inference|analysis)/',
        'server/(snapshot|settings)\\.ts$',
        host,
      ],
      'What is open now; no protocol, no features.',
    ),
    layer(
      'server/workers',
      ['server/(async|syntax|program|datasets|inference|analysis|host)/'],
      'Threads for patterns and for reading.',
    ),
    layer('server/host', [messages, 'server/async/'], 'Reading files, in each place where the server runs.'),
    within('server/syntax', 'lexer', ['(tree|lines)\\.ts$'], 'Tokens know no grammar.'),
    within('server/syntax', 'parser', ['lexer/', '[^/]+\\.ts$'], 'Reading from nothing knows no earlier tree.'),
    within('server/program', 'build', ['[^/]+\\.ts$', '(model|lint)/'], 'Building reads no file.'),
    within('server/program', 'lint', ['[^/]+\\.ts$', 'model/'], 'Lints read a finished program.'),
    within('server/datasets', 'json', ['[^/]+\\.ts$'], 'JSON text knows no row.'),
    within('server/datasets', 'containers', ['json/', '[^/]+\\.ts$'], 'Files to rows of bytes; no formats.'),
    within('server/inference', 'numbers', ['stepwise\\.ts$'], 'Numerical methods know no program.'),
    within('server/inference', 'model', ['(numbers)/', '(stepwise|evaluation)\\.ts$'], 'Declarations in flat arrays.'),
    within(
      'server/inference',
      '(evidence|capabilities)',
      ['(numbers|model|evidence|capabilities)/', '(stepwise|evaluation)\\.ts$'],
      'Evidence and capabilities know no likelihood.',
    ),
    within(
      'server/inference',
      'likelihood',
      ['(numbers|model|evidence|capabilities)/', '(stepwise|evaluation)\\.ts$'],
      'What the evidence says about each hypothesis does not depend on what is made of it.',
    ),
    within(
      'server/inference',
      'posterior',
      ['(numbers|model|evidence|capabilities|likelihood)/', '(stepwise|evaluation)\\.ts$'],
      'The posterior knows no account and no influence.',
    ),
    {
      name: 'core-knows-no-editor',
      comment: 'The core runs in an editor, in a browser, on the command line and in tests alike.',
      severity: 'error',
      from: { path: core },
      to: { path: editor },
    },
    {
      name: 'features-know-only-types-of-lsp',
      comment: 'Features answer in the protocol’s types, without a connection.',
      severity: 'error',
      from: { path: '^server/features/' },
      to: { path: editor, pathNot: 'vscode-languageserver-types' },
    },
    {
      name: 'node-only-behind-the-host',
      comment: 'Only the node entry points and the node Host touch the machine.',
      severity: 'error',
      from: {
        path: '^(server|panel|report|media)/',
        pathNot:
          '^server/((node|cli)\\.ts$|cli/|host/(nodeHost|write|process)|workers/(nodeMatcher|reader|threadPool))',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'browser-entries-reach-no-node',
      comment: 'What runs in a web worker or in the page can reach no module of node, however far away.',
      severity: 'error',
      from: { path: '^(server/worker|media/main|client/extensionWeb)\\.ts$' },
      to: {
        path: '^(node:)?(fs|fs/promises|path|os|child_process|worker_threads|crypto|stream|zlib|url|net|http|https)$',
        reachable: true,
      },
    },
    {
      name: 'no-network',
      comment: 'Nothing leaves the machine.',
      severity: 'error',
      from: { path: '^(client|server|panel|report|media)/' },
      to: { path: '^(node:)?(http|https|http2|net|tls|dgram|dns)$' },
    },
    {
      name: 'server-knows-no-client',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(client|test|bench|scripts)/|^vscode$|node_modules/vscode-languageclient' },
    },
    {
      name: 'client-is-thin',
      comment: 'The client passes messages on: it knows the messages, the table of settings and the frame of the page.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/entry\\.ts$' },
      to: {
        path: '^(server|panel|report|media)/',
        pathNot: ['^panel/model/', '^server/(settings\\.ts$|async/)', '^media/html\\.ts$'],
      },
    },
    {
      name: 'page-knows-only-the-panel-model',
      comment: 'The page gets its numbers in messages; it shares the model of the panel and the scheduler.',
      severity: 'error',
      from: { path: '^media/' },
      to: { path: '^(client|server|report|panel)/', pathNot: ['^panel/model/', '^server/async/'] },
    },
    {
      name: 'toolkit-behind-one-adapter',
      comment: 'The toolkit is archived: leaving it must be one edit.',
      severity: 'error',
      from: { path: '.', pathNot: '^media/widgets/toolkit\\.ts$|^node_modules/' },
      to: { path: '@vscode/webview-ui-toolkit|@microsoft/fast-' },
    },
    {
      name: 'product-knows-no-lab',
      comment: 'The lab is for development only: nothing that ships imports it.',
      severity: 'error',
      from: { path: '^(client|server|panel|report|media)/' },
      to: { path: '^lab/' },
    },
    {
      name: 'lab-meets-the-product-once',
      comment: 'The lab reads worlds and makes predictions with the product’s core, through lab/dramatis.ts alone.',
      severity: 'error',
      from: { path: '^lab/', pathNot: '^lab/dramatis\\.ts$' },
      to: { path: '^(client|server|panel|report|media|test|bench|scripts)/' },
    },
    {
      name: 'engine-behind-one-module',
      comment: 'What trains the lab’s networks can be exchanged in one file.',
      severity: 'error',
      from: { path: '^lab/', pathNot: '^lab/network/engine\\.ts$' },
      to: { path: '@jax-js/jax' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Types count too: two files that need each other are one idea, or lack a third file.',
      from: { path: ours },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(client|server|panel|report|media)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    {
      name: 'tests-stay-in-test',
      severity: 'error',
      from: { path: '^(client|server|panel|report|media)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'node', 'default', 'types'],
    },
  },
};
