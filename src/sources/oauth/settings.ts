import { z } from 'zod'

const httpUrl = z.url({ protocol: /^https?$/, error: 'An http or https URL.' })
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'A scope, without spaces or quotes.')

/** Ways to sign the assertion of `private_key`; the key has to fit. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const

/** How a source signs in at an upstream that wants OAuth. Secrets are references. */
export const oauthSettings = z
  .strictObject({
    type: z.literal('oauth'),
    grant: z.enum(['authorization_code', 'client_credentials']).default('authorization_code').meta({
      description:
        'authorization_code: an administrator signs in once, for everybody. client_credentials: the service signs in by itself.',
    }),
    issuer: httpUrl.optional().meta({
      description: 'The authorization server that client_id belongs to; no other gets to see it.',
    }),
    client_id: z.string().min(1).max(2048).optional().meta({
      description: 'A client registered beforehand; without one, the source registers itself.',
    }),
    client_secret: z.string().min(1).max(16_384).optional(),
    private_key: z.string().min(1).max(16_384).optional().meta({
      description: 'Key (PKCS #8, PEM) to sign in with instead of a secret: private_key_jwt.',
    }),
    algorithm: z
      .enum(ALGORITHMS)
      .optional()
      .meta({ description: 'Of private_key; RS256 if unset.' }),
    client_metadata_url: z
      .url({ protocol: /^https$/, error: 'An https URL.' })
      .optional()
      .meta({
        description: 'A client id metadata document, when not the one of this service.',
      }),
    scopes: z.array(scope).max(100).optional().meta({
      description: 'Exactly what to ask for; unset: what the upstream says it needs.',
    }),
  })
  .superRefine((auth, context) => {
    const { client_id, client_secret, private_key } = auth
    const say = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    const credential = client_secret ?? private_key
    if (credential !== undefined && client_id === undefined) {
      say('client_id', 'Say which client the secret belongs to.')
    }
    if (client_secret !== undefined && private_key !== undefined) {
      say('private_key', 'Either client_secret or private_key, not both.')
    }
    if (client_id !== undefined && auth.issuer === undefined) {
      say('issuer', 'Say which authorization server the client belongs to: no other may see it.')
    }
    if (auth.algorithm !== undefined && private_key === undefined) {
      say('algorithm', 'Only of use with private_key.')
    }
    if (auth.client_metadata_url !== undefined && client_id !== undefined) {
      say('client_metadata_url', 'Either client_id or client_metadata_url, not both.')
    }
    if (auth.grant === 'client_credentials' && credential === undefined) {
      say(
        'client_secret',
        'client_credentials needs a client_id with client_secret or private_key.',
      )
    }
  })
  .meta({ id: 'OAuthSettings' })

export type OAuthSettings = z.output<typeof oauthSettings>

/** The fields that hold secrets, for references to be checked, resolved and hidden. */
export function secretsOf({ client_secret, private_key }: OAuthSettings): Record<string, string> {
  return {
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(private_key === undefined ? {} : { private_key }),
  }
}
