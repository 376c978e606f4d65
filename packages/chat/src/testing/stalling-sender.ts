// A process of its own that sends a scheduled message and stops before it notes that, for the tests to kill it there:
// `node stalling-sender.ts <database url> <id>`. It says `here` when the message is sent.
import { connectDatabase, createPool, createTransact } from '@afrochat/database'
import type { ScheduledMessageId } from '@afrochat/kernel'
import { createChat } from '../chat.ts'
import { sendScheduledMessage } from '../scheduled/send-scheduled-message.ts'

const [url = '', id = ''] = process.argv.slice(2)
const ignore = () => undefined
const connection = { url, poolSize: 1, applicationName: 'stalling-sender', connectionTimeoutMs: 60_000, onError: ignore }

const db = connectDatabase(connection)
const transact = createTransact({ db, shards: 1, publish: ignore })
const chat = createChat({
  db, transact, posting: createPool(connection), waiting: createPool(connection), shards: 1, publish: ignore,
  presence: { activeAmong: async () => new Set() }, publicUrl: 'https://chat.example.com',
})

await sendScheduledMessage({
  db, transact,
  chat: {
    async sendMessage(actor, input) {
      const sent = await chat.sendMessage(actor, input)
      process.stdout.write('here\n')
      await new Promise(() => setInterval(ignore, 1_000))
      return sent
    },
  },
  // An id that the test has made.
}, { id: id as ScheduledMessageId, requestId: 'killed' })
