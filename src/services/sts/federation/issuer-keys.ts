import { OutsideError, type Outside } from "../../../kernel/outside.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { certificateMismatch, keysNotRetrieved, providerOutOfReach } from "../errors.ts"
import {
  ISSUER_DOCUMENT_BYTES,
  ISSUER_KEYS,
  ISSUER_KEYS_MS,
  ISSUER_ANSWER_MS,
  UNKNOWN_KEY_MS,
} from "../limits.ts"
import { candidates, isObject, type Jwk, type Jwt } from "./jwt.ts"

/** The keys of an outside issuer, as an account's provider last got them. */
interface IssuerKeys {
  readonly account: string
  /** The issuer without its scheme. */
  readonly url: string
  readonly keys: readonly Jwk[]
  /** Host time. */
  readonly fetchedMs: number
  /** The thumbprints by which the issuer was believed: others ask again. */
  readonly thumbprints: readonly string[]
}

export const issuerKeys = table<IssuerKeys>("sts/issuer-keys", {
  key: ({ account, url }) => [account, url],
  cached: true,
  maxValueBytes: 2 * ISSUER_DOCUMENT_BYTES,
})

/** An issuer outside, and who asks it. */
export interface OutsideIssuer {
  readonly account: string
  /** `iss`, with its scheme. */
  readonly issuer: string
  readonly url: string
  readonly thumbprints: readonly string[]
}

/**
 * The keys known of an issuer, as long as they are fresh. One that is not among them may be new:
 * then nothing is known, but an issuer is not asked for it again and again.
 */
export function knownKeys(
  tx: ReadTx,
  { account, url, thumbprints }: OutsideIssuer,
  { jwt, now }: { readonly jwt: Jwt; readonly now: number },
): readonly Jwk[] | undefined {
  const known = tx.get(issuerKeys, [account, url])
  if (!known || String(known.thumbprints) !== String(thumbprints)) return undefined
  const ageMs = Math.abs(now - known.fetchedMs)
  const missing = candidates(jwt, known.keys).length === 0
  return ageMs < (missing ? UNKNOWN_KEY_MS : ISSUER_KEYS_MS) ? known.keys : undefined
}

/**
 * Asks an issuer for its keys, by way of its discovery document (OpenID Connect Discovery 1.0).
 * Throws InvalidIdentityToken or IDPCommunicationError.
 */
export async function fetchKeys(outside: Outside, source: OutsideIssuer): Promise<IssuerKeys> {
  const { account, issuer, url, thumbprints } = source
  const base = issuer.replace(/\/$/, "")
  const discovery = await document(outside, `${base}/.well-known/openid-configuration`, source)
  const { issuer: told, jwks_uri: place } = discovery
  if (told !== issuer || typeof place !== "string") throw keysNotRetrieved()
  // An issuer that is asked by TLS does not send on to one that is not.
  if (issuer.startsWith("https:") && !place.startsWith("https:")) throw keysNotRetrieved()
  const { keys } = await document(outside, place, source)
  if (!Array.isArray(keys) || keys.length > ISSUER_KEYS) throw keysNotRetrieved()
  return { account, url, thumbprints, keys: keys.filter(isObject), fetchedMs: outside.now() }
}

async function document(
  outside: Outside,
  place: string,
  { issuer, thumbprints }: OutsideIssuer,
): Promise<Record<string, unknown>> {
  try {
    const { status, body } = await outside.get(place, {
      thumbprints,
      limitBytes: ISSUER_DOCUMENT_BYTES,
      limitMs: ISSUER_ANSWER_MS,
    })
    const value: unknown = status === 200 ? JSON.parse(Buffer.from(body).toString()) : undefined
    if (isObject(value)) return value
  } catch (error) {
    if (error instanceof OutsideError) {
      if (error.reason === "certificate") throw certificateMismatch()
      if (error.reason === "far") throw providerOutOfReach(issuer)
    } else if (!(error instanceof SyntaxError)) throw error
  }
  throw keysNotRetrieved()
}
