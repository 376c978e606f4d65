// Plain JavaScript, because Jest would translate TypeScript to CommonJS here; what it imports runs as it does elsewhere.
export { setUp as default } from './global-setup.ts'
