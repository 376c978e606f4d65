import type { ESLint } from 'eslint'

export declare const afrochat: ESLint.Plugin
