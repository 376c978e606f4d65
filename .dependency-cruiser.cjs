// Who may import whom (ARCHITECTURE.md has the picture). Each comment is what a developer reads when the check stops
// them, so it says what to do instead. scripts/boundaries.test.ts breaks every rule once and sees it reported.
const ACTING = 'auth|workspace|file|chat|import'
const REACTING = 'notification|search'
const ONE_TECHNOLOGY = 'database|logger|config|redis|queue|websocket|middleware|image-encoder|outgoing|mail'
const TECHNOLOGY = `${ONE_TECHNOLOGY}|event-log`
const TEST = '(\\.(test|contract)|-fixture|/testing/[^/]+)\\.ts$'

const pkg = (names) => `^packages/(${names})/`
const DOMAIN = pkg(`${ACTING}|${REACTING}`)
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    never('no-circular', 'Extract the shared part, or declare a narrow interface in the lower module.', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    never('packages-never-import-apps', 'Apps compose packages, not the reverse.', { path: '^packages/' }, { path: '^apps/' }),
    never('apps-never-import-each-other', 'Move the shared part to a package.', { path: '^apps/([^/]+)/' }, { path: '^apps/', pathNot: '^apps/$1/' }),
    never('nothing-imports-tests-or-scripts', 'Only tests use tests/ and scripts/: move what the product needs to a package.', { path: '^(apps|packages)/', pathNot: TEST }, { path: '(^(tests|scripts)/|\\.test\\.ts$)' }),
    never('kernel-is-pure', 'kernel and json-schema depend on nothing.', { path: pkg('kernel|json-schema') }, { path: '^packages/', pathNot: '^packages/$1/' }),
    never('contracts-is-pure', 'contracts holds schemas and types only; it may use kernel.', { path: pkg('contracts') }, { path: '^packages/', pathNot: pkg('contracts|kernel') }),
    never('client-speaks-the-contract', 'The SDK runs at other people\'s: it may use contracts only.', { path: pkg('client'), pathNot: TEST }, { path: '^packages/', pathNot: pkg('client|contracts') }),
    never('config-belongs-to-apps', 'Take your slice of the settings as an argument; the app reads them.', { path: '^packages/', pathNot: pkg('config') }, { path: pkg('config') }),
    never('adapters-know-no-domain', 'An adapter wraps one technology: take what you need as a function or an interface.', { path: pkg(TECHNOLOGY) }, { path: DOMAIN }),
    never('adapters-stand-alone', 'An adapter wraps one technology; only event-log is made of two, database and redis. Let the app connect adapters.', { path: pkg(ONE_TECHNOLOGY), pathNot: TEST }, { path: pkg(TECHNOLOGY), pathNot: '^packages/$1/' }),
    never('event-log-has-two-sides', 'event-log is made of database and redis, and of no other adapter.', { path: pkg('event-log'), pathNot: TEST }, { path: pkg(TECHNOLOGY), pathNot: pkg('event-log|database|redis') }),
    never('auth-is-leftmost', 'Order: auth < workspace < file < chat < import.', { path: pkg('auth') }, { path: pkg('workspace|file|chat|import') }),
    never('workspace-before-file', 'Order: auth < workspace < file < chat < import.', { path: pkg('workspace') }, { path: pkg('file|chat|import') }),
    never('file-before-chat', 'Order: auth < workspace < file < chat < import.', { path: pkg('file') }, { path: pkg('chat|import') }),
    never('chat-before-import', 'Order: auth < workspace < file < chat < import.', { path: pkg('chat') }, { path: pkg('import') }),
    never('acting-domains-do-not-react', 'Emit an event; notification and search hear it.', { path: pkg(ACTING) }, { path: pkg(REACTING) }),
    never('reacting-domains-listen', 'notification and search react to events of @afrochat/contracts; declare a port for anything else.', { path: pkg(REACTING), pathNot: TEST }, { path: DOMAIN, pathNot: '^packages/$1/' }),
    never('domain-takes-ports', 'Declare the interface in ports.ts and let the app pass the adapter.', { path: DOMAIN, pathNot: TEST }, { path: pkg('redis|queue|websocket|middleware|event-log|logger|image-encoder|outgoing|mail') }),
    never('domain-has-no-transport', 'Domains are called from HTTP, sockets and jobs alike.', { path: DOMAIN, pathNot: TEST }, { path: 'node_modules/(fastify|@fastify/[^/]+|bullmq|ws|ioredis|nodemailer)/' }),
    never('domain-asks-nobody', 'Whoever is asked on behalf of a person is asked through a port that the app fills from @afrochat/outgoing: there every address is judged.', { path: DOMAIN, pathNot: TEST }, { path: '^(node:)?(https?|http2|net|tls|dgram|dns(/promises)?|undici)$', dependencyTypes: ['core'] }),
    never('only-repositories-build-sql', 'Put the query in a *.repository.ts.', { path: DOMAIN, pathNot: `(\\.repository|\\.table)\\.ts$|${TEST}` }, { path: 'node_modules/(kysely|pg)/', dependencyTypesNot: ['type-only'] }),
    never('one-owner-of-each-technology', 'Use the adapter: @afrochat/database for pg, @afrochat/redis for ioredis, @afrochat/queue for bullmq, @afrochat/logger for pino, @afrochat/image-encoder for sharp, @afrochat/mail for nodemailer.', { path: '^(apps|packages)/', pathNot: `${pkg('database|redis|event-log|logger|image-encoder|queue|mail')}|${TEST}` }, { path: 'node_modules/(pg|ioredis|bullmq|pino|sharp|nodemailer)/', dependencyTypesNot: ['type-only'] }),
    never('no-deep-imports', 'Import the package, not its files.', { path: '^(apps|packages)/([^/]+)/' }, { path: '^packages/([^/]+)/src/.+', pathNot: ['^packages/$2/', '^packages/[^/]+/src/index\\.ts$'] }),
    never('no-unknown-imports', 'It cannot be found: add it to this package\'s package.json, or mend the path.', {}, { couldNotResolve: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
}
