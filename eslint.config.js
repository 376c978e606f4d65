import js from '@eslint/js'
import stylistic from '@stylistic/eslint-plugin'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { afrochat } from './scripts/lint/rules.js'

const TESTS = ['**/*.test.ts', '**/*.contract.ts', '**/*-fixture.ts', 'tests/**/*.ts', '**/testing/**/*.ts']

/** Syntax that means a mistake here. Each message says what to do instead. */
const NEVER = {
  processEnv: {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'Read settings in the app\'s config.ts, and take your slice of them as an argument.',
  },
  transaction: {
    selector: 'CallExpression[callee.property.name="transaction"][arguments.length=0]',
    message: 'Use transact() from @afrochat/database; repositories and policies do not open transactions.',
  },
  defaultExport: {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name, so that the name is the same everywhere.',
  },
  sleep: {
    selector: 'CallExpression[callee.name=/^(setTimeout|sleep|delay)$/]',
    message: 'Never sleep in a test: wait for a condition with waitFor() from @afrochat/test-support.',
  },
  onlyOrSkipped: {
    selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo)$/]',
    message: 'Tests run, all of them: remove .only, .skip and .todo.',
  },
}

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/dist/', '**/coverage/', '.afrochat/', 'api-spec.yaml', 'asyncapi.yaml']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: { '@stylistic': stylistic },
    rules: {
      '@stylistic/semi': ['error', 'never'],
      '@stylistic/member-delimiter-style': ['error', { multiline: { delimiter: 'none' }, singleline: { delimiter: 'semi' } }],
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: 'always' }],
      '@stylistic/comma-dangle': ['error', 'always-multiline'],
      '@stylistic/max-len': ['error', { code: 160, ignoreUrls: true, ignoreRegExpLiterals: true, ignoreStrings: true, ignoreTemplateLiterals: true }],
      '@stylistic/no-trailing-spaces': 'error',
      '@stylistic/no-tabs': 'error',
      '@stylistic/eol-last': 'error',
    },
  },
  {
    name: 'size: find the second idea and give it a file, a function or a name',
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'max-depth': ['error', 3],
    },
  },
  {
    plugins: { afrochat },
    rules: {
      'afrochat/file-name': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
      'no-console': 'error',
      eqeqeq: 'error',
      // What people send holds control characters, and we look for them on purpose.
      'no-control-regex': 'off',
      'no-implicit-coercion': ['error', { boolean: false }],
      'object-shorthand': ['error', 'always', { avoidQuotes: true }],
      'prefer-template': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'afrochat/cast-has-reason': 'error',
      'afrochat/sql': 'error',
      'no-restricted-syntax': ['error', NEVER.processEnv, NEVER.transaction, NEVER.defaultExport],
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Our objects are closures made by a function: their methods need no `this` and are passed about freely.
      '@typescript-eslint/unbound-method': 'off',
      // A function that gives a promise may answer at once: then it has nothing to await.
      '@typescript-eslint/require-await': 'off',
      // TypeScript itself refuses unknown names.
      'no-undef': 'off',
    },
  },
  {
    name: 'the unit of work opens the transactions',
    files: ['packages/database/src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NEVER.processEnv, NEVER.defaultExport] },
  },
  {
    name: 'settings are read here',
    files: ['**/config.ts', 'scripts/**/*.ts', 'tests/support/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NEVER.transaction, NEVER.defaultExport] },
  },
  {
    name: 'rows have the types that their table says',
    files: ['**/*.repository.ts'],
    rules: { 'afrochat/cast-has-reason': 'off' },
  },
  {
    name: 'kind, code and message belong together, and an error takes its options last',
    files: ['packages/kernel/src/errors.ts'],
    rules: { '@typescript-eslint/max-params': ['error', { max: 4 }] },
  },
  {
    name: 'tests',
    files: TESTS,
    rules: {
      'max-lines': ['error', { max: 600 }],
      'max-lines-per-function': 'off',
      'afrochat/cast-has-reason': 'off',
      'afrochat/sql': 'off',
      '@typescript-eslint/max-params': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-syntax': ['error', NEVER.sleep, NEVER.onlyOrSkipped],
    },
  },
  {
    name: 'tests of commands, and what waits for the tests',
    files: ['tests/support/**/*.ts', 'tests/load/**/*.ts', 'tests/chaos/src/**/*.ts', 'scripts/**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', NEVER.onlyOrSkipped] },
  },
  {
    name: 'programs that talk to a person at a terminal',
    files: ['scripts/**', 'tests/load/**', 'tests/chaos/src/main.ts', 'tests/authz/mutate.ts', 'apps/migration/**', 'packages/client/src/chat/**'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'plain JavaScript',
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', clearTimeout: 'readonly', performance: 'readonly', Buffer: 'readonly', fetch: 'readonly', AbortSignal: 'readonly' },
    },
  },
  {
    name: 'scripts that k6 runs, which wants an export default',
    files: ['tests/load/**/*.js'],
    languageOptions: { globals: { __ENV: 'readonly', __VU: 'readonly' } },
    rules: { 'no-restricted-syntax': ['error', NEVER.onlyOrSkipped] },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } } },
)
