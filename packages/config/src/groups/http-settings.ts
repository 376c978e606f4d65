import { Type } from 'typebox'
import { networks, origins, text, url } from '../kinds.ts'

/** What every app that listens has, besides its port. */
export const listenSettings = {
  host: text({
    env: 'HOST',
    doc: 'The address to listen on: 0.0.0.0 for all, 127.0.0.1 for this machine only.',
    default: '0.0.0.0',
  }),
  trustedProxies: networks({
    env: 'TRUSTED_PROXIES',
    doc: 'Reverse proxies whose X-Forwarded-For is believed, as addresses or networks separated by commas. Empty: nobody\'s, since anyone can send that header.',
    default: '',
  }),
}

/** Of every service that makes links, or finds them in texts. */
export const publicUrl = url(['http', 'https'], {
  env: 'PUBLIC_URL',
  doc: 'Where people reach the API: the beginning of links in mails, invitations and messages. Never taken from a request.',
  default: 'http://localhost:8080',
})

/** Who may talk to us from a web page. */
export const allowedOrigins = origins({
  env: 'ALLOWED_ORIGINS',
  doc: 'Origins of the web clients, separated by commas: their pages may call the API and open sockets. Empty: no web page may; programs and mobile apps send no Origin and always may.',
  default: '',
  example: 'https://chat.example.org,http://localhost:3000',
})

/** Who may read the metrics. */
export const metricsSettings = Type.Object(
  {
    allowedAddresses: networks({
      env: 'METRICS_ALLOWED_ADDRESSES',
      doc: 'Who may read /metrics, as addresses or networks separated by commas. The default is this machine.',
      default: '127.0.0.0/8,::1',
    }),
  },
  { title: 'Metrics' },
)
