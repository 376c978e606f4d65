import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import { mailCertificate, startMailServer, type MailServer, type MailServerFacts } from '@afrochat/test-support/mail-server'
import fc from 'fast-check'
import { createMailer, type Attempt, type Mailer, type MailerOptions } from './create-mailer.ts'
import type { Mail } from './mail.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const close of open.splice(0).toReversed()) await close()
})

async function aServer(facts: MailServerFacts = {}): Promise<MailServer> {
  const server = await startMailServer(facts)
  open.push(server.close)
  return server
}

type Facts = Partial<MailerOptions['server']> & Pick<MailerOptions, 'deadlineMs'>

function aMailer({ port }: { port: number }, { deadlineMs, ...facts }: Facts = {}): Mailer & { readonly attempts: Attempt[] } {
  const attempts: Attempt[] = []
  const mailer = createMailer({
    server: { host: 'localhost', port, username: null, password: null, tls: 'offered', ...facts },
    sender: { name: 'AfroChat', address: 'no-reply@chat.example.com' },
    publicUrl: 'https://chat.example.com',
    onAttempt: (attempt) => void attempts.push(attempt),
    ...(deadlineMs !== undefined && { deadlineMs }),
  })
  open.push(mailer.close)
  return { ...mailer, attempts }
}

const aMail = (facts: Partial<Mail> = {}): Mail => ({
  key: 'invite-1', to: 'ada@example.com', subject: ['Come to ', { quoted: 'Acme' }], body: [['Hello.'], { label: 'Come in', url: 'https://chat.example.com/x' }], ...facts,
})

/** A server that is none: it does this with each connection. */
async function aStub(talk: (socket: Socket) => void): Promise<{ port: number; readonly sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    talk(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // Listening on a port, it has such an address.
  return { port: (server.address() as AddressInfo).port, sockets }
}

describe('a mail', () => {
  it('arrives once, at its one recipient, from us, as text and HTML, with the Message-ID of its key', async () => {
    const server = await aServer()
    const mailer = aMailer(server)
    expect(await mailer.send(aMail())).toBe('accepted')
    expect(server.mails).toHaveLength(1)
    const [mail] = server.mails
    expect(mail).toMatchObject({
      recipients: ['ada@example.com'], envelopeFrom: 'no-reply@chat.example.com', messageId: '<invite-1@chat.example.com>', subject: 'Come to Acme',
      from: { text: '"AfroChat" <no-reply@chat.example.com>' }, to: { text: 'ada@example.com' },
    })
    expect(mail?.text).toContain('https://chat.example.com/x')
    expect(mail?.html).toContain('<a href="https://chat.example.com/x"')
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mailer.attempts).toEqual([{ key: 'invite-1', outcome: 'accepted' }])
  })

  it('that is sent again is the same mail to whoever has it already', async () => {
    const server = await aServer()
    for (const mailer of [aMailer(server), aMailer(server)]) await mailer.send(aMail())
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(1)
    await aMailer(server).send(aMail({ key: 'invite-2' }))
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(2)
  })

  it('has no header and no recipient but its own, whatever somebody is called', async () => {
    const server = await aServer()
    const mailer = aMailer(server)
    const headersOf = (raw: string) => raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]/g, ' ').split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase()).toSorted()
    await mailer.send(aMail())
    const expected = headersOf(server.mails[0]?.raw ?? '')
    const nasty = fc.constantFrom(
      'x\r\nBcc: y@evil.example', 'x\nBcc: y@evil.example', 'x\rBcc: y@evil.example', 'x\r\n\r\n<h1>body</h1>', '=?utf-8?Q?x=0D=0ABcc:_y=40evil.example?=', '=?utf-8?B?DQpCY2M6IHlAZXZpbC5leGFtcGxl?=',
      'a, y@evil.example', '"y" <y@evil.example>', '\r\n.\r\nMAIL FROM:<y@evil.example>', 'x'.repeat(10_000), '\u2028Bcc: y@evil.example', '\0', 'Zoë', '東京'.repeat(2_000),
    )
    await fc.assert(fc.asyncProperty(fc.oneof(nasty, fc.string({ unit: 'binary' })), async (quoted) => {
      const before = server.mails.length
      expect(await mailer.send(aMail({ subject: ['By ', { quoted }], body: [['By ', { quoted }]] }))).toBe('accepted')
      expect(server.mails).toHaveLength(before + 1)
      const mail = server.mails.at(-1)
      expect(mail?.recipients).toEqual(['ada@example.com'])
      // The parts of a message may be packed in another way, by their letters.
      expect(new Set(headersOf(mail?.raw ?? ''))).toEqual(new Set(expected))
      expect(mail?.subject?.startsWith('By')).toBe(true)
      for (const line of (mail?.raw ?? '').split('\r\n')) expect(line.length).toBeLessThan(998)
    }), { numRuns: 60 })
  })

  it.each(['a@example.com, b@evil.example', 'a@example.com\r\nRCPT TO:<b@evil.example>', '"a b"@example.com', 'Ada <ada@example.com>', '']) (
    'to %j is rejected without a word to the server', async (to) => {
      const server = await aServer()
      expect(await aMailer(server).send(aMail({ to }))).toBe('rejected')
      expect(server.connections).toBe(0)
    },
  )

  it('has a key that is no header either', async () => {
    const server = await aServer()
    for (const key of ['', 'a b', 'x>\r\nBcc: y@evil.example', '1@2']) await expect(aMailer(server).send(aMail({ key }))).rejects.toThrow(TypeError)
    expect(server.connections).toBe(0)
  })
})

describe('TLS', () => {
  it('is taken when it is offered, and signing in comes after it', async () => {
    const user = { name: 'afrochat', password: 'let me in' }
    const server = await aServer({ tls: true, user })
    expect(await aMailer(server, { ca: mailCertificate, tls: 'required', username: user.name, password: user.password }).send(aMail())).toBe('accepted')
    expect(server.mails).toMatchObject([{ isEncrypted: true, user: 'afrochat' }])
    expect(await aMailer(server, { tls: 'offered', username: user.name, password: user.password }).send(aMail())).toBe('accepted')
    expect(server.mails).toMatchObject([{ isEncrypted: true }, { isEncrypted: true }])
  })

  it('is required: a server that does not offer it hears neither the password nor the mail', async () => {
    const heard: string[] = []
    const stub = await aStub((socket) => {
      socket.write('220 stub\r\n')
      socket.on('data', (bytes) => {
        heard.push(bytes.toString())
        socket.write(bytes.toString().startsWith('EHLO') ? '250-stub\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n')
      })
    })
    expect(await aMailer(stub, { tls: 'required', username: 'afrochat', password: 'let me in' }).send(aMail())).toBe('failed')
    expect(heard.join('')).not.toMatch(/AUTH|MAIL|ada@example/)
  })

  it('is required, with a certificate that somebody vouches for', async () => {
    const server = await aServer({ tls: true })
    expect(await aMailer(server, { tls: 'required' }).send(aMail())).toBe('failed')
    expect(server.mails).toEqual([])
  })

  it('is not needed where it is not offered and need not be', async () => {
    const server = await aServer()
    expect(await aMailer(server).send(aMail())).toBe('accepted')
    expect(server.mails).toMatchObject([{ isEncrypted: false }])
  })
})

describe('a server', () => {
  it.each([550, 551, 552, 553, 554])('that refuses the recipient with %d has rejected the mail', async (code) => {
    const mailer = aMailer(await aServer({ refuse: () => code }))
    expect(await mailer.send(aMail())).toBe('rejected')
    expect(mailer.attempts).toMatchObject([{ outcome: 'rejected', reply: expect.stringContaining(`${code}`) }])
    expect(mailer.attempts[0]?.reply).not.toContain('ada@example.com')
    expect(mailer.attempts[0]?.reply).toContain('No mail for <<the recipient>>')
  })

  it.each([421, 450, 451, 452])('that refuses the recipient with %d may take the mail later', async (code) => {
    expect(await aMailer(await aServer({ refuse: () => code })).send(aMail())).toBe('failed')
  })

  it.each([[554, 'rejected'], [552, 'rejected'], [451, 'failed'], [421, 'failed']] as const)('that answers the mail itself with %d: %s', async (code, expected) => {
    expect(await aMailer(await aServer({ afterData: () => code })).send(aMail())).toBe(expected)
  })

  it.each([['another password', 'offered'], [null, 'offered']] as const)('that does not know us (%j) has not rejected the mail: an operator can mend that', async (password, tls) => {
    const server = await aServer({ tls: true, user: { name: 'afrochat', password: 'let me in' } })
    expect(await aMailer(server, { tls, username: password === null ? null : 'afrochat', password }).send(aMail())).toBe('failed')
    expect(server.mails).toEqual([])
  })

  it('that refuses the connection or the sender with a 5xx has not rejected the mail either', async () => {
    const greeting = await aStub((socket) => socket.end('554 not here\r\n'))
    expect(await aMailer(greeting).send(aMail())).toBe('failed')
    const sender = await aStub((socket) => {
      socket.write('220 stub\r\n')
      socket.on('data', (bytes) => socket.write(bytes.toString().startsWith('EHLO') ? '250 stub\r\n' : '550 5.7.1 not your sender\r\n'))
    })
    expect(await aMailer(sender).send(aMail())).toBe('failed')
  })

  it('that is not there, hangs up, or is no mail server: the mail has failed, and nothing else', async () => {
    const gone = await aServer()
    await gone.close()
    expect(await aMailer(gone).send(aMail())).toBe('failed')
    expect(await aMailer(await aStub((socket) => socket.destroy())).send(aMail())).toBe('failed')
    expect(await aMailer(await aStub((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))).send(aMail())).toBe('failed')
    expect(await aMailer({ port: 25 }, { host: 'no-such-host.invalid' }).send(aMail())).toBe('failed')
  })

  it('that hangs or drips is given up by the deadline, and its connection with it', async () => {
    const hanging = await aStub(() => undefined)
    const dripping = await aStub((socket) => {
      const drip = setInterval(() => socket.write('2'), 50)
      socket.on('close', () => clearInterval(drip))
    })
    const lateDrip = await aStub((socket) => {
      socket.write('220 stub\r\n')
      socket.on('data', (bytes) => {
        if (bytes.toString().startsWith('EHLO')) return void socket.write('250 stub\r\n')
        const drip = setInterval(() => socket.write('250-x\r\n'), 50)
        socket.on('close', () => clearInterval(drip))
      })
    })
    for (const stub of [hanging, dripping, lateDrip]) {
      expect(await aMailer(stub, { deadlineMs: 500 }).send(aMail())).toBe('failed')
      await waitFor(() => stub.sockets.size === 0)
    }
  })

  it('that hangs at one mail keeps no other from being sent, and the next one goes out when it is back', async () => {
    const server = await aServer({ afterData: ({ recipients }) => (recipients[0]?.startsWith('hang') === true ? new Promise(() => undefined) : undefined) })
    const mailer = aMailer(server)
    const deadline = new AbortController()
    jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(deadline.signal)
    const hanging = mailer.send(aMail({ to: 'hang@example.com' }))
    await waitFor(() => server.to('hang@example.com').length === 1)
    expect(await mailer.send(aMail({ to: 'ada@example.com' }))).toBe('accepted')
    expect(mailer.attempts).toHaveLength(1)
    deadline.abort()
    expect(await hanging).toBe('failed')
    expect(await mailer.send(aMail({ to: 'bob@example.com' }))).toBe('accepted')
    expect(server.to('bob@example.com')).toHaveLength(1)
  })

  it('that has ended an idle connection gets the next mail on another', async () => {
    const server = await aServer()
    const mailer = aMailer(server)
    await mailer.send(aMail())
    server.hangUp()
    expect(await mailer.send(aMail({ to: 'bob@example.com' }))).toBe('accepted')
    expect(server.to('bob@example.com')).toHaveLength(1)
    expect(server.connections).toBe(2)
  })

  it('is asked for few connections, which are used again', async () => {
    const server = await aServer()
    const mailer = aMailer(server)
    expect(new Set(await Promise.all(Array.from({ length: 40 }, (_, index) => mailer.send(aMail({ key: `k-${index}` })))))).toEqual(new Set(['accepted']))
    expect(server.mails).toHaveLength(40)
    expect(server.connections).toBeLessThanOrEqual(4)
  })
})

it('a mailer that is closed ends what is under way as failed', async () => {
  const stub = await aStub(() => undefined)
  const mailer = aMailer(stub)
  const sending = [1, 2, 3, 4, 5, 6].map((index) => mailer.send(aMail({ key: `k-${index}` })))
  await waitFor(() => stub.sockets.size > 0)
  mailer.close()
  // Not by the deadline, which is longer than a test may take.
  expect(new Set(await Promise.all(sending))).toEqual(new Set(['failed']))
  expect(await mailer.send(aMail())).toBe('failed')
})
