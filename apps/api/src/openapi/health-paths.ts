const json = (example: object) => ({
  'application/json': {
    schema: { type: 'object', properties: { status: { type: 'string' } }, required: ['status'], additionalProperties: { type: 'string' } },
    example,
  },
})
const operation = { tags: ['operations'], security: [] }
const healthy = { description: 'All is well', content: json({ status: 'healthy' }) }
const unhealthy = { description: 'What is down is named', content: json({ status: 'unhealthy', database: 'down' }) }

/** What is served outside `/api/v1`: it has no entry in the catalogue, because every service answers it alike. */
export function healthPaths() {
  return {
    '/health': { get: { ...operation, operationId: 'health', summary: 'Is the service and all that it uses well?', responses: { 200: healthy, 503: unhealthy } } },
    '/health/live': { get: { ...operation, operationId: 'healthLive', summary: 'Does the process run? If not, restart it', responses: { 200: healthy } } },
    '/health/ready': {
      get: { ...operation, operationId: 'healthReady', summary: 'May requests be sent here? Not while it stops or its database is away', responses: { 200: healthy, 503: unhealthy } },
    },
    '/metrics': {
      get: {
        ...operation, operationId: 'metrics', summary: 'Metrics for Prometheus, for allowed addresses',
        responses: { 200: { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } }, 404: { description: 'Not for this address' } },
      },
    },
  }
}
