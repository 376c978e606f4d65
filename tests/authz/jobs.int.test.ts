import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createChatWork, type ChatWork } from '@afrochat/chat'
import { routeCatalogue, type JobKey } from '@afrochat/contracts'
import { createTransact } from '@afrochat/database'
import { newId, type InviteId, type ReminderId, type ScheduledMessageId } from '@afrochat/kernel'
import { createAttempt, isPlace, openStage, type ActorCode, type Attempt, type Stage } from '@afrochat/test-stage'
import { createInviteMails, type InviteMails } from '@afrochat/workspace'
import { hashInviteToken, mailedInviteTokens } from '../../packages/workspace/src/invites/invite-token.ts'
import { readExpectations, rowsOf, type Expectation } from './src/expectation.ts'

let stage: Stage
let work: ChatWork
let invites: InviteMails
/** To whom something was mailed. */
const mailed: string[] = []
beforeAll(async () => {
  stage = await openStage()
  const { db, chat } = stage.api.services
  const transact = createTransact({ db, shards: 1, publish: () => undefined })
  const pages = { visit: () => Promise.reject(new Error('No page is asked for here')), mayPointTo: () => false }
  const publicUrl = 'https://chat.example.com'
  work = createChatWork({ db, transact, chat, pages, publicUrl })
  const mailer = {
    async send({ to }: { to: string }) {
      mailed.push(to)
      return 'accepted' as const
    },
  }
  invites = createInviteMails({ db, transact, mailer, secrets: [stage.secret], publicUrl })
})
afterAll(() => stage.close())

/** What comes of something that this person planned earlier, when its time comes. */
const jobs: Partial<Record<JobKey, (at: Attempt) => Promise<string>>> = {
  async sendScheduledMessage(at) {
    const id = newId<ScheduledMessageId>()
    await stage.query(
      `insert into scheduled_messages (id, workspace_id, channel_id, user_id, content, send_at) values ($1, $2, $3, $4, 'good morning', now())`,
      [id, at.scene.id('workspace'), at.thing('channel'), at.self],
    )
    await work.sendScheduledMessage({ id, requestId: 'job' })
    const [row] = await stage.query<{ status: string; failure_code: string | null }>('select status, failure_code from scheduled_messages where id = $1', [id])
    if (row === undefined || row.failure_code === null) return row?.status === 'sent' ? 'A' : `${row?.status}`
    const [status] = Object.entries(routeCatalogue.sendMessage.errors).find(([, codes]) => codes.some((code) => code === row.failure_code)) ?? []
    return `${status ?? '403'}:${row.failure_code}`
  },
  async fireReminder(at) {
    const id = newId<ReminderId>()
    await stage.query(
      `insert into reminders (id, workspace_id, user_id, message_id, remind_at) values ($1, $2, $3, $4, now())`,
      [id, at.scene.id('workspace'), at.self, at.thing('message')],
    )
    await work.fireReminder({ id, requestId: 'job' })
    const [row] = await stage.query<{ status: string; message_id: string | null }>('select status, message_id from reminders where id = $1', [id])
    if (row?.status !== 'fired') return `${row?.status}`
    return row.message_id === null ? 'N' : 'A'
  },
  /** An invite that this person made when they could, to be what the row says. */
  async sendInviteMail(at) {
    const id = newId<InviteId>()
    const [token = ''] = mailedInviteTokens(id, [stage.secret])
    await stage.query(
      `insert into workspace_invites (id, workspace_id, token_hash, role, email, max_uses, expires_at, created_by, mail_status, mail_due_at)
       values ($1, $2, $3, $4, $5, 1, now() + interval '1 day', $6, 'pending', now())`,
      [id, at.scene.id('workspace'), hashInviteToken(token), at.object, `${id}@mail.example`, at.self],
    )
    await invites.sendInviteMail({ id, requestId: 'job' })
    const [row] = await stage.query<{ mail_status: string; mail_failure_code: string | null }>('select mail_status, mail_failure_code from workspace_invites where id = $1', [id])
    const isMailed = mailed.includes(`${id}@mail.example`)
    if (row?.mail_status === 'sent') return isMailed ? 'A' : 'noted as sent, and not mailed'
    return isMailed ? 'mailed all the same' : `410:${row?.mail_failure_code}`
  },
}

const rows = rowsOf('job', readExpectations()).filter(({ cells }) => Object.keys(cells).length > 0)
it.each(rows.map((row) => [row.title, row] as const))('%s', async (_title, row) => {
  const words: Partial<Record<ActorCode, string>> = {}
  for (const actor of Object.keys(row.cells) as ActorCode[]) words[actor] = await wordOf(row, actor)
  expect(words).toEqual(row.cells)
})

async function wordOf({ operation, object, settings }: Expectation, actor: ActorCode): Promise<string> {
  const scene = await stage.scene({ place: isPlace(object) ? object : 'public', settings })
  const job = jobs[operation.slice('job '.length) as JobKey]
  if (job === undefined) throw new Error(`${operation} is not done for anybody: its row has no cells`)
  return job(createAttempt(scene, actor, object))
}
