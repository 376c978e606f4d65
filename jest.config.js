import { availableParallelism } from 'node:os'

// Three projects, told apart by the file's name. Only the last two start PostgreSQL and Redis.

const shared = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/packages', '<rootDir>/scripts', '<rootDir>/tests'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' }],
  },
}

const withServices = {
  ...shared,
  globalSetup: '<rootDir>/tests/support/src/jest-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/src/jest-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/tests/support/src/jest-each-file.ts'],
}

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...shared, displayName: 'unit', testRegex: ['\\.test\\.ts$'], testPathIgnorePatterns: ['/node_modules/', '\\.(int|routes|e2e)\\.test\\.ts$'] },
    { ...withServices, displayName: 'integration', testRegex: ['\\.(int|routes)\\.test\\.ts$'] },
    { ...withServices, displayName: 'e2e', testRegex: ['\\.e2e\\.test\\.ts$'] },
  ],
  reporters: ['default', '<rootDir>/scripts/count-reporter.mjs'],
  testSequencer: '<rootDir>/scripts/longest-first.mjs',
  // The tests wait for servers and timers as well as they compute: one worker more than there are cores keeps them all busy.
  maxWorkers: availableParallelism() + 1,
  // So long that no test fails for what else the machine does.
  testTimeout: 120_000,
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['{apps,packages,scripts}/**/*.ts', '!**/*.test.ts', '!**/node_modules/**'],
}
