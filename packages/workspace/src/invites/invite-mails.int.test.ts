import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { CreatedInvite, Invite, Workspace } from '@afrochat/contracts'
import { newId, type InviteId } from '@afrochat/kernel'
import { createMailer, type Mailer } from '@afrochat/mail'
import { createWorld, PUBLIC_URL, waitFor, type TestUser, type World } from '@afrochat/test-support'
import { startMailServer, type MailServer } from '@afrochat/test-support/mail-server'
import type { WorkspaceDomain } from '../workspace.ts'
import type { CreateInvite } from './create-invite.ts'
import { createInviteMails, type InviteMails } from './invite-mails.ts'

const SECRETS = ['a secret of thirty-two bytes or so']

let world: World
let workspace: Workspace
let owner: TestUser, admin: TestUser, member: TestUser
let server: MailServer
let mailer: Mailer
/** What the mail server answers, and what happens when it has a mail. */
let refusal: number | undefined
let onMail: (() => number | undefined | Promise<number | undefined>) | undefined
let counts: { email: string; change: 1 | -1 }[] = []
let domain: WorkspaceDomain
let mails: InviteMails

beforeAll(async () => {
  server = await startMailServer({ refuse: () => refusal, afterData: () => onMail?.() })
  mailer = createMailer({
    server: { host: server.host, port: server.port, username: null, password: null, tls: 'offered' },
    sender: { name: 'AfroChat', address: 'no-reply@chat.example.com' }, publicUrl: PUBLIC_URL, deadlineMs: 60_000,
  })
  world = await createWorld({ poolSize: 20 })
  domain = world.workspaceMailing({
    secrets: SECRETS,
    guard: { admit: async ({ email }) => void counts.push({ email, change: 1 }), giveBack: async ({ email }) => void counts.push({ email, change: -1 }) },
  })
  mails = sendingBy(mailer)
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[admin, member] = await Promise.all([world.aMember({ of: workspace, role: 'admin' }), world.aMember({ of: workspace })])
})
afterEach(() => {
  refusal = undefined
  onMail = undefined
  counts = []
})
afterAll(async () => {
  mailer.close()
  await server.close()
  await world.close()
})

const sendingBy = (by: Mailer, secrets: readonly string[] = SECRETS) =>
  createInviteMails({ db: world.db, transact: world.transact, mailer: by, secrets, publicUrl: PUBLIC_URL })

const anAddress = () => `${newId()}@example.com`
const invite = (facts: Partial<CreateInvite> = {}, by = member) =>
  domain.createInvite(by, { workspace_id: workspace.id, email: anAddress(), ...facts }) as Promise<CreatedInvite & { email: string }>
const send = ({ id }: { id: InviteId }, by = mails) => by.sendInviteMail({ id, requestId: 'job-1' })
const stored = ({ id }: { id: InviteId }) => world.db.selectFrom('workspace_invites').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
async function shown({ id }: { id: InviteId }): Promise<Invite['mail'] | undefined> {
  const { items } = await domain.listInvites(owner, { workspace_id: workspace.id, limit: 200 })
  return items.find((one) => one.id === id)?.mail
}
const change = ({ id }: { id: InviteId }, facts: { created_at?: Date; expires_at?: Date; mail_due_at?: Date; token_hash?: Buffer }) =>
  world.db.updateTable('workspace_invites').set(facts).where('id', '=', id).execute()
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
const isDue = async ({ id }: { id: InviteId }) => (await mails.listDue(10_000)).some((one) => one.id === id)
const minutesUntil = (time: Date | null) => Math.round((Number(time) - Date.now()) / 60_000)

describe('an invite for an address', () => {
  it('is mailed there: who invites, whereto, the link and until when, from an address of ours', async () => {
    const made = await invite()
    expect(made.mail).toEqual({ status: 'pending', settled_at: null, failure_code: null })
    expect(await isDue(made)).toBe(true)
    await send(made)
    const [mail, ...more] = server.to(made.email)
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      recipients: [made.email], messageId: `<invite-${made.id}@chat.example.com>`, from: { text: '"AfroChat" <no-reply@chat.example.com>' },
    })
    // The name has a mark in it that keeps mail clients from taking it for a link.
    const text = mail?.text?.replaceAll('\u200b', '') ?? ''
    for (const part of [member.displayName, workspace.name, made.url, String(new Date(made.expires_at).getUTCFullYear())]) expect(text).toContain(part)
    expect(mail?.html).toContain(`href="${made.url}"`)
    expect(text).not.toContain(member.email)
    expect(await shown(made)).toEqual({ status: 'done', settled_at: expect.any(String), failure_code: null })
    expect(await isDue(made)).toBe(false)
  })

  it('has in the mail the link that its maker sees, which lets in who has the address', async () => {
    const made = await invite()
    await send(made)
    const [, token = ''] = /\/invite\/([\w-]+)/.exec(server.to(made.email)[0]?.text ?? '') ?? []
    expect(token).toBe(made.token)
    await expect(domain.acceptInvite(await world.aUser(), token)).rejects.toMatchObject({ code: 'invite_for_another_email' })
    await expect(domain.acceptInvite(await world.aUser({ email: made.email }), token)).resolves.toMatchObject({ id: workspace.id })
  })

  it('has a token that nobody can tell from another, and that stands nowhere', async () => {
    const [one, other] = [await invite(), await invite()]
    for (const { token } of [one, other]) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(one.token).not.toBe(other.token)
    expect(JSON.stringify([await stored(one), await domain.listInvites(owner, { workspace_id: workspace.id, limit: 200 })])).not.toContain(one.token)
  })

  it('is not mailed when there is no address, or no mail server', async () => {
    const at = { workspace_id: workspace.id }
    const [open, byHand] = [await domain.createInvite(member, at), await world.workspace.createInvite(member, { ...at, email: anAddress() })]
    for (const made of [open, byHand]) {
      expect(made.mail).toBeNull()
      expect(await isDue(made)).toBe(false)
      const before = server.mails.length
      await send(made)
      expect(server.mails).toHaveLength(before)
    }
    expect(counts).toEqual([])
  })

  it('answers the same, whoever has the address', async () => {
    const known = await world.aUser()
    const forms = []
    for (const email of [known.email, admin.email, member.email, anAddress()]) {
      const { id: _id, token: _token, url: _url, created_at: _at, expires_at: _until, ...rest } = await invite({ email })
      forms.push({ ...rest, email: null })
    }
    expect(new Set(forms.map((form) => JSON.stringify(form))).size).toBe(1)
  })
})

describe('a mail that is asked for twice', () => {
  it('is sent once, also by ten workers at once', async () => {
    const made = await invite()
    await Promise.all(Array.from({ length: 10 }, () => send(made)))
    await send(made)
    expect(server.to(made.email)).toHaveLength(1)
  })

  it('is not begun anew while it is under way, and not sent again when that is over', async () => {
    const made = await invite()
    const goOn = Promise.withResolvers<undefined>()
    onMail = () => goOn.promise
    const first = send(made)
    await waitFor(() => server.to(made.email).length === 1, { message: 'the mail server has it' })
    await send(made)
    expect(server.to(made.email)).toHaveLength(1)
    expect(await isDue(made)).toBe(false)
    goOn.resolve(undefined)
    await first
    expect(server.to(made.email)).toHaveLength(1)
  })

  it('after a worker died between the server\'s yes and the note of it: goes out again minutes later, as the same mail', async () => {
    const made = await invite()
    const dying: Mailer = {
      ...mailer,
      async send(mail) {
        await mailer.send(mail)
        throw new Error('The worker was killed')
      },
    }
    await expect(send(made, sendingBy(dying))).rejects.toThrow('killed')
    // The queue gives the job to another worker at once.
    await send(made)
    expect(server.to(made.email)).toHaveLength(1)
    expect(minutesUntil((await stored(made)).mail_due_at)).toBe(2)
    await change(made, { mail_due_at: ago(0) })
    await send(made)
    expect(server.to(made.email).map(({ messageId }) => messageId)).toEqual([1, 2].map(() => `<invite-${made.id}@chat.example.com>`))
    expect(await shown(made)).toMatchObject({ status: 'done' })
  })
})

describe('nothing is mailed', () => {
  const nothingFor = async (made: CreatedInvite & { email: string }, expected: object) => {
    await send(made)
    expect(server.to(made.email)).toEqual([])
    expect(await shown(made)).toMatchObject({ settled_at: expect.any(String), ...expected })
    expect(await isDue(made)).toBe(false)
  }

  it('of an invite that was refused or rolled back, and it does not count', async () => {
    const email = anAddress()
    await expect(invite({ email, role: 'admin' })).rejects.toMatchObject({ code: 'role_not_allowed' })
    await expect(invite({ email, channel_ids: [newId()] })).rejects.toMatchObject({ code: 'channel_not_found' })
    await expect(invite({ email }, await world.aUser())).rejects.toMatchObject({ code: 'workspace_not_found' })
    expect(await world.db.selectFrom('workspace_invites').select('id').where('email', '=', email).execute()).toEqual([])
    expect(counts).toEqual([1, 2, 3].flatMap(() => [{ email, change: 1 }, { email, change: -1 }]))
  })

  it('of an invite that was revoked, has expired, or was used', async () => {
    const [revoked, expired, used] = [await invite(), await invite(), await invite()]
    await domain.revokeInvite(member, { workspace_id: workspace.id, invite_id: revoked.id })
    await change(expired, { expires_at: ago(1) })
    await domain.acceptInvite(await world.aUser({ email: used.email }), used.token)
    await nothingFor(revoked, { status: 'failed', failure_code: 'invite_revoked' })
    await nothingFor(expired, { status: 'failed', failure_code: 'invite_expired' })
    await nothingFor(used, { status: 'failed', failure_code: 'invite_used_up' })
  })

  it('of an invite whose maker was deactivated, or may not invite any more', async () => {
    const [gone, demoted] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace, role: 'admin' })])
    const general = await world.generalOf(workspace, owner)
    const [byGone, byDemoted] = [await invite({}, gone), await invite({ role: 'guest', channel_ids: [general.id] }, demoted)]
    await domain.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: gone.userId })
    await domain.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: demoted.userId, role: 'member' })
    await nothingFor(byGone, { status: 'failed', failure_code: 'invite_revoked' })
    await nothingFor(byDemoted, { status: 'failed', failure_code: 'invite_revoked' })
  })

  it('of an invite to another domain than the workspace takes by then, and into a workspace that is deleted', async () => {
    const own = await world.aWorkspace({ owner })
    const [elsewhere, doomed] = [await invite(), await invite({ workspace_id: own.id }, owner)]
    await domain.updateWorkspace(owner, { workspace_id: workspace.id, settings: { allowed_email_domains: ['afrochat.example'] } })
    await nothingFor(elsewhere, { status: 'failed', failure_code: 'email_domain_not_allowed' })
    await domain.updateWorkspace(owner, { workspace_id: workspace.id, settings: { allowed_email_domains: [] } })
    await domain.deleteWorkspace(owner, own.id)
    await send(doomed)
    expect(server.to(doomed.email)).toEqual([])
  })

  it('to who is a member already, or was deactivated; and its maker is told what they are told of a mail that was sent', async () => {
    const out = await world.aMember({ of: workspace })
    await domain.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: out.userId })
    for (const { email } of [admin, out]) {
      const made = await invite({ email: email.toUpperCase() })
      await nothingFor(made, { status: 'done', failure_code: null })
      expect(await stored(made)).toMatchObject({ mail_status: 'needless' })
    }
  })

  it('but who left by themselves, who may come back, is mailed', async () => {
    const leaver = await world.aMember({ of: workspace })
    await domain.leaveWorkspace(leaver, workspace.id)
    const made = await invite({ email: leaver.email })
    await send(made)
    expect(server.to(leaver.email)).toHaveLength(1)
  })

  it('with a link that leads nowhere: its secret is gone, or the row is another\'s', async () => {
    const [old, altered, kept] = [await invite(), await invite(), await invite()]
    await send(old, sendingBy(mailer, ['quite another secret of ours']))
    await nothingFor(old, { status: 'failed', failure_code: 'secret_changed' })
    await change(altered, { token_hash: Buffer.alloc(32, 7) })
    await nothingFor(altered, { status: 'failed', failure_code: 'secret_changed' })
    await send(kept, sendingBy(mailer, ['a new secret that is now the first', ...SECRETS]))
    expect(server.to(kept.email)[0]?.text).toContain(kept.url)
  })

  it('for an id of which there is no invite', async () => {
    const before = server.connections
    await send({ id: newId<InviteId>() })
    expect(server.connections).toBe(before)
  })
})

describe('a mail server', () => {
  it('that refuses the address for good is not asked again, and the invite says so', async () => {
    refusal = 550
    const made = await invite()
    await send(made)
    expect(await shown(made)).toEqual({ status: 'failed', settled_at: expect.any(String), failure_code: 'rejected' })
    refusal = undefined
    await send(made)
    expect(server.to(made.email)).toEqual([])
  })

  it('that cannot take it now is asked again, after pauses that grow from two minutes to an hour', async () => {
    refusal = 451
    const made = await invite()
    const pauses: number[] = []
    for (const minutes of [0, 5, 20, 50, 300]) {
      await change(made, { created_at: ago(minutes), mail_due_at: ago(0) })
      await send(made)
      pauses.push(minutesUntil((await stored(made)).mail_due_at))
      expect(await shown(made)).toMatchObject({ status: 'pending' })
    }
    expect(pauses).toEqual([2, 5, 20, 50, 60])
    refusal = undefined
    await change(made, { mail_due_at: ago(0) })
    await send(made)
    expect(server.to(made.email)).toHaveLength(1)
  })

  it('that is away for a day is asked no more', async () => {
    const made = await invite()
    await change(made, { created_at: ago(24 * 60 + 1), mail_due_at: ago(0) })
    await send(made)
    expect(server.to(made.email)).toEqual([])
    expect(await shown(made)).toMatchObject({ status: 'failed', failure_code: 'too_late' })
  })

  it('that hangs keeps nobody from revoking or accepting the invite meanwhile', async () => {
    const [made, other] = [await invite(), await invite()]
    const held: ((refusal: number) => void)[] = []
    onMail = () => new Promise((answer) => held.push(answer))
    const sending = Promise.all([send(made), send(other)])
    await waitFor(() => held.length === 2, { message: 'the mail server has both' })
    await domain.revokeInvite(member, { workspace_id: workspace.id, invite_id: made.id })
    await domain.acceptInvite(await world.aUser({ email: other.email }), other.token)
    for (const answer of held) answer(451)
    await sending
    // The next try finds that it is over.
    await change(made, { mail_due_at: ago(0) })
    await send(made)
    expect(await shown(made)).toMatchObject({ status: 'failed', failure_code: 'invite_revoked' })
  })
})
