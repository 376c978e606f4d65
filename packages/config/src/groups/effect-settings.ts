import { Type } from 'typebox'
import { flag, integer, mailbox, oneOf, text, url } from '../kinds.ts'
import { optional } from '../setting.ts'

/** Where files are kept. */
export const fileSettings = Type.Object(
  {
    storage: oneOf(['local', 's3'], { env: 'FILE_STORAGE_TYPE', doc: 'Where uploaded files are kept: in a folder or in S3.', default: 'local' }),
    uploadPath: text({ env: 'FILE_UPLOAD_PATH', doc: 'The folder for FILE_STORAGE_TYPE=local.', default: './uploads' }),
    s3Bucket: text({ env: 'AWS_S3_BUCKET', doc: 'The bucket for FILE_STORAGE_TYPE=s3.', default: 'afrochat-files' }),
    s3Region: text({ env: 'AWS_S3_REGION', doc: 'The region of that bucket.', default: 'us-east-1' }),
    maxUploadBytes: integer({
      env: 'FILE_MAX_UPLOAD_BYTES',
      doc: 'The largest file that is accepted. Bytes.',
      default: '104857600',
      min: 1024,
      max: 10_737_418_240,
    }),
  },
  { title: 'Files' },
)

/** The server that sends mail. */
export const mailSettings = Type.Object(
  {
    host: optional(text({ env: 'SMTP_HOST', doc: 'The mail server. Unset: no mail is sent, and whoever invites somebody hands the link over.', example: 'smtp.gmail.com' })),
    port: integer({ env: 'SMTP_PORT', doc: 'Its port. On 465 it is spoken to over TLS from the beginning.', default: '587', min: 1, max: 65_535 }),
    username: optional(text({ env: 'SMTP_USERNAME', doc: 'The account there. Unset: none is needed.', example: 'your-email@gmail.com' })),
    password: optional(text({ env: 'SMTP_PASSWORD', doc: 'Its password.', example: 'your-app-password' })),
    sender: optional(
      mailbox({
        env: 'SMTP_FROM',
        doc: 'Whom mails are from, which the mail server must allow. Unset: AfroChat with SMTP_USERNAME, if that is an address, or no-reply at the host of PUBLIC_URL.',
        example: 'AfroChat <no-reply@chat.example.org>',
      }),
    ),
    requireTls: flag({
      env: 'SMTP_REQUIRE_TLS',
      doc: 'Whether mail and password go to the mail server over TLS or not at all. A mail server on this machine is exempt. If false, TLS is used where it is offered.',
      default: 'true',
    }),
  },
  { title: 'Mail' },
)

/** The engine that searches. */
export const searchSettings = Type.Object(
  {
    elasticsearchUrl: optional(
      url(['http', 'https'], {
        env: 'ELASTICSEARCH_URL',
        doc: 'Elasticsearch for the search. Unset: PostgreSQL searches.',
        example: 'http://localhost:9200',
      }),
    ),
  },
  { title: 'Search' },
)

/** What is shown of the pages behind links. */
export const previewSettings = Type.Object(
  {
    enabled: flag({
      env: 'LINK_PREVIEWS',
      doc: 'Whether the pages behind links in messages are asked for their title, description and picture. The worker then sends requests to public web servers of other people\'s choice, never into private networks.',
      default: 'true',
    }),
  },
  { title: 'Link previews' },
)
