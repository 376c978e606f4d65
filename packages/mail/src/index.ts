export { createMailer, type Attempt, type Delivery, type Mailer, type MailerOptions } from './create-mailer.ts'
export { isMailAddress } from './mail-address.ts'
export type { Block, Line, Mail, Quoted } from './mail.ts'
export { tlsFor, type SmtpServer } from './smtp-options.ts'
