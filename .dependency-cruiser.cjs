// The floors of the house: a room imports only from the floors below it (docs/architecture.md).
const room = (name) => `^${name}/`;
const forbid = (from, allowed, comment) => ({
  name: `floor-of-${from}`,
  comment,
  severity: 'error',
  from: { path: room(from) },
  to: {
    path: '^(resources|plans|engines|loops|ports|adapters|state|controller|surfaces|sandbox|test|bench|scripts|main\\.ts)',
    pathNot: `^(${[from, ...allowed].join('|')})/`,
  },
});

module.exports = {
  forbidden: [
    forbid('resources', [], 'The language knows nothing but itself.'),
    forbid('plans', ['resources'], 'The plan engine is pure and knows the language alone.'),
    forbid('engines', ['resources'], 'Engines compute; they know the language alone.'),
    forbid('loops', ['resources', 'engines'], 'A loop is pure.'),
    forbid('ports', ['resources', 'plans', 'loops'], 'Ports are interfaces.'),
    forbid('adapters', ['ports', 'plans', 'resources'], 'An adapter knows the ports that it fills.'),
    forbid('state', ['ports', 'plans', 'resources', 'loops'], 'The store knows the ports that it fills.'),
    forbid('controller', ['resources', 'plans', 'engines', 'loops', 'ports'], 'Use cases see ports, never an adapter.'),
    forbid(
      'surfaces',
      ['controller', 'loops', 'engines', 'plans', 'ports', 'resources', 'sandbox'],
      'A surface parses, calls one use case, renders.',
    ),
    forbid('sandbox', [], 'The double is a server of its own.'),
    {
      name: 'pure-floors-do-no-io',
      comment: 'Floors 1 to 3 decide; they never touch the world.',
      severity: 'error',
      from: { path: '^(resources|plans|engines|loops)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto)$' },
    },
    {
      name: 'one-sdk-one-adapter',
      comment: 'A system is spoken to from its adapter alone.',
      severity: 'error',
      from: { pathNot: '^(adapters|state|test|bench|sandbox)/' },
      to: { path: '^node_modules/(jsforce|simple-git|chokidar|better-sqlite3|kysely|pg|octokit|@octokit|@anthropic-ai|@slack)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.loopctl|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
