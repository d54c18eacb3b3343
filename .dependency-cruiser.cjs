/** The walls of the house (docs/architecture.md), as rules. `test/architecture/rooms.test.ts` runs them. */
const editor =
  '^(vscode|vscode-languageserver.*|vscode-languageclient|vscode-jsonrpc)$|node_modules/(vscode-languageserver|vscode-languageclient|vscode-jsonrpc)';
const core = '^server/(syntax|program|datasets|inference)/';

/** A room may import itself, these paths of ours, and packages. */
const roomMayImport = (room, allowed, comment) => ({
  name: `room-${room.replace(/\W+/g, '-')}`,
  comment,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: '^(client|server|media|test|bench|scripts)/', pathNot: [`^${room}/`, ...allowed] },
});

module.exports = {
  forbidden: [
    roomMayImport('server/syntax', [], 'syntax is the leftmost room: text in, tree out, no meaning.'),
    roomMayImport(
      'server/program',
      ['^server/syntax/', '^server/host\\.ts$'],
      'program knows trees; not files of training data, not numbers.',
    ),
    roomMayImport(
      'server/datasets',
      ['^server/(async|syntax|program)/', '^server/host\\.ts$'],
      'datasets knows formats and cells; not personas, not inference.',
    ),
    roomMayImport(
      'server/inference',
      ['^server/(syntax|program|datasets)/'],
      'inference is mathematics: it has no door to the world, so not even the Host.',
    ),
    roomMayImport(
      'server/features',
      [
        '^server/(syntax|program|datasets|inference)/',
        '^server/protocol\\.ts$',
        '^server/host\\.ts$',
        '^media/charts/',
      ],
      'a feature is a function of a snapshot: it does not know the session. The report draws with the page’s charts.',
    ),
    {
      name: 'inference-stands-on-its-floors',
      comment:
        'Numbers and the flat model know no evidence, evidence and abilities no likelihood, and none of them what is made of it.',
      severity: 'error',
      from: { path: '^server/inference/(numbers|model|evidence|abilities)/' },
      to: {
        path: '^server/inference/',
        pathNot: '^server/inference/((numbers|model|evidence|abilities)/|(stepwise|evaluation)\\.ts$)',
      },
    },
    {
      name: 'likelihood-knows-no-posterior',
      comment: 'What the evidence says about each hypothesis does not depend on what is made of it.',
      severity: 'error',
      from: { path: '^server/inference/likelihood/' },
      to: {
        path: '^server/inference/',
        pathNot: '^server/inference/((numbers|model|evidence|abilities|likelihood)/|(stepwise|evaluation)\\.ts$)',
      },
    },
    {
      name: 'core-knows-no-editor',
      comment: 'The rooms that think run in an editor, in a browser, on the command line and in tests alike.',
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
      name: 'async-imports-nothing',
      comment: 'The scheduler is shared by server, client and page: it stands below everything.',
      severity: 'error',
      from: { path: '^server/async/' },
      to: { path: '.', pathNot: '^server/async/' },
    },
    {
      name: 'host-and-protocol-are-bare',
      comment: 'Both are only types: whoever imports them gets nothing else.',
      severity: 'error',
      from: { path: '^server/(host|protocol)\\.ts$' },
      to: { path: '.' },
    },
    {
      name: 'node-only-behind-the-host',
      comment: 'Only the node entry points and the node Host touch the machine.',
      severity: 'error',
      from: { path: '^(server|media)/', pathNot: '^server/(node|cli|host-node)(\\.ts$|/)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'browser-entries-reach-no-node',
      comment: 'What runs in a web worker or in the page can reach no module of node, however far away.',
      severity: 'error',
      from: { path: '^(server/worker|media/main|client/extension-web)\\.ts$' },
      to: {
        path: '^(node:)?(fs|fs/promises|path|os|child_process|worker_threads|crypto|stream|zlib|url|net|http|https)$',
        reachable: true,
      },
    },
    {
      name: 'no-network',
      comment: 'Nothing leaves the machine.',
      severity: 'error',
      from: { path: '^(client|server|media)/' },
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
      comment:
        'The client passes messages on. Of the server it knows the protocol and the table of settings, of the page its frame.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/entry\\.ts$' },
      to: {
        path: '^(server|media)/',
        pathNot: ['^server/protocol\\.ts$', '^server/features/settings\\.ts$', '^server/async/', '^media/html\\.ts$'],
      },
    },
    {
      name: 'page-knows-only-the-protocol',
      comment:
        'The page gets its numbers in messages; it shares the one formatter of numbers and the palette, and otherwise types only.',
      severity: 'error',
      from: { path: '^media/' },
      to: {
        path: '^(client|server)/',
        pathNot: ['^server/protocol\\.ts$', '^server/async/', '^server/features/(numbers|palette)\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'toolkit-behind-one-adapter',
      comment: 'The toolkit is archived: leaving it must be one edit.',
      severity: 'error',
      from: { path: '.', pathNot: '^media/toolkit\\.ts$|^node_modules/' },
      to: { path: '@vscode/webview-ui-toolkit|@microsoft/fast-' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(client|server|media|test|bench|scripts)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(client|server|media)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    {
      name: 'tests-stay-in-test',
      severity: 'error',
      from: { path: '^(client|server|media)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'node', 'default', 'types'],
    },
  },
};
