// `k6 run tests/load/websocket-test.js`: see k6/README.md.
export { default, options, setup } from './k6/websocket-test.js'
