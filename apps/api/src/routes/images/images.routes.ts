import type { FastifyPluginAsync } from 'fastify'
import { routeCatalogue } from '@afrochat/contracts'
import type { Images, WorkspaceDomain } from '@afrochat/workspace'
import { registerRoute } from '../../register-route.ts'

/**
 * A picture is somebody else's bytes on our address: made anew by us, and all the same nothing in it may run, whatever a
 * browser takes it for. Pages of any origin may show it. Its address never shows another one.
 */
const PICTURE_HEADERS = {
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=31536000, immutable',
} as const

interface Deps {
  readonly images: Images
  readonly workspace: Pick<WorkspaceDomain, 'listEmoji' | 'deleteEmoji'>
}

export const imageRoutes: FastifyPluginAsync<Deps> = async (app, { images, workspace }) => {
  registerRoute(app, routeCatalogue.getImage, async (request, reply) => {
    const { image_name: name } = request.params
    const { bytes, contentType } = await images.getImage(name)
    const etag = `"${name}"`
    void reply.headers({ ...PICTURE_HEADERS, etag }).type(contentType)
    if (request.headers['if-none-match']?.includes(etag) !== true) return bytes
    void reply.code(304)
    return null
  })
  registerRoute(app, routeCatalogue.setAvatar, async (request) => images.setAvatar(request.actor, toBuffer(request.body)))
  registerRoute(app, routeCatalogue.removeAvatar, async (request) => {
    await images.removeAvatar(request.actor)
    return null
  })
  registerRoute(app, routeCatalogue.setIcon, async (request) => images.setIcon(request.actor, { ...request.params, bytes: toBuffer(request.body) }))
  registerRoute(app, routeCatalogue.removeIcon, async (request) => {
    await images.removeIcon(request.actor, request.params.workspace_id)
    return null
  })

  registerRoute(app, routeCatalogue.listEmoji, async (request) => workspace.listEmoji(request.actor, { ...request.query, ...request.params }))
  registerRoute(app, routeCatalogue.setEmoji, async (request, reply) => {
    const { emoji, created } = await images.setEmoji(request.actor, { ...request.params, bytes: toBuffer(request.body) })
    if (!created) void reply.code(200)
    return emoji
  })
  registerRoute(app, routeCatalogue.deleteEmoji, async (request) => {
    await workspace.deleteEmoji(request.actor, request.params)
    return null
  })
}

/** It is one: register-route.ts reads bodies of bytes so. */
const toBuffer = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.byteLength)
