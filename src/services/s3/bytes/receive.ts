import { hash } from "node:crypto"
import { BlobTooLargeError } from "../../../kernel/blobs/blobs.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import { encrypted, type Nonce } from "../../../kernel/blobs/keystream.ts"
import type { ByteStream } from "../../../kernel/wire.ts"
import {
  checksumOf,
  DEFAULT_ALGORITHM,
  digestOf,
  headerOf,
  isChecksum,
  type Algorithm,
  type ChecksumClaim,
  type Digest,
  type StoredChecksum,
} from "../checksums/checksum.ts"
import {
  badChecksum,
  badContentMd5,
  badTrailer,
  entityTooLarge,
  incompleteBody,
  invalidRequest,
} from "../errors.ts"

/** What a body has to be. */
export interface BodyClaims {
  /** Base64, checked for its form. */
  readonly contentMd5?: string | undefined
  /** The body is a part of an upload. */
  readonly isPart?: boolean | undefined
  readonly checksum?: ChecksumClaim | undefined
  /** Content-Length of a streamed body, decoded. */
  readonly sizeBytes?: number | undefined
}

/** What a body turned out to be. */
export interface Received {
  readonly sizeBytes: number
  /** MD5, hexadecimal. */
  readonly md5: string
  readonly checksum: StoredChecksum
  /** The checksum of `Staging.also`, base64. */
  readonly also?: string | undefined
}

/** A body that is all there. Throws BadDigest. */
export function examine(bytes: Uint8Array, claims: BodyClaims): Received {
  const md5 = hash("md5", bytes)
  assertMd5(md5, claims)
  const algorithm = claims.checksum?.algorithm ?? DEFAULT_ALGORITHM
  const value = checksumOf(algorithm, bytes)
  assertChecksum(algorithm, value, claims.checksum?.expected)
  return { sizeBytes: bytes.length, md5, checksum: { algorithm, value } }
}

/** A short body that comes as a stream, as long as it claims to be. */
export async function collect(
  body: ByteStream,
  { sizeBytes = 0 }: BodyClaims,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > sizeBytes) throw incompleteBody()
    pieces.push(piece)
  }
  if (length !== sizeBytes) throw incompleteBody()
  return Buffer.concat(pieces, length)
}

/** The checksum that a body claims, be it behind its end. Throws MalformedTrailerError. */
export function awaitedChecksum(
  { checksum }: BodyClaims,
  trailers: Staging["trailers"],
): ChecksumClaim | undefined {
  if (!checksum?.trailing) return checksum
  const { algorithm } = checksum
  const header = headerOf(algorithm)
  const expected = trailers?.()?.[header]
  if (expected === undefined) throw badTrailer()
  if (!isChecksum(algorithm, expected))
    throw invalidRequest(`Value for ${header} trailing header is invalid.`)
  return { algorithm, expected }
}

export interface Staging {
  readonly body: ByteStream
  readonly claims: BodyClaims
  readonly key: Uint8Array
  readonly nonce?: Nonce
  readonly maxBytes: number
  /** A checksum to compute whatever the body claims. */
  readonly also?: Algorithm | undefined
  /** Headers behind the body, once it has ended. */
  readonly trailers?: (() => Readonly<Record<string, string>> | undefined) | undefined
}

/**
 * Writes a body into a blob, encrypted, and checks what it claims to be. The caller links the blob
 * or removes it; where this throws there is none.
 */
export async function stageBody(
  { blobs, md5s, signal }: Pick<ActionContext, "blobs" | "md5s" | "signal">,
  staging: Staging,
): Promise<Received & { readonly blob: string }> {
  const { claims, maxBytes } = staging
  if (claims.sizeBytes !== undefined && claims.sizeBytes > maxBytes)
    throw entityTooLarge(claims.sizeBytes, maxBytes)
  const { algorithm = DEFAULT_ALGORITHM } = claims.checksum ?? {}
  const digests = new Map([[algorithm, digestOf(algorithm)]])
  if (staging.also && !digests.has(staging.also)) digests.set(staging.also, digestOf(staging.also))
  const md5 = md5s.begin()
  const source = encrypted(staging.body, { ...staging, digests: [md5, ...digests.values()] })
  let staged
  try {
    staged = await blobs.stage(source, { maxBytes, signal, given: true })
    return { blob: staged.id, ...verified(staged.sizeBytes, { md5, digests, staging }) }
  } catch (error) {
    if (staged) await blobs.remove(staged.id)
    if (error instanceof BlobTooLargeError) throw entityTooLarge(maxBytes + 1, maxBytes)
    throw error
  } finally {
    md5.leave()
  }
}

function verified(
  sizeBytes: number,
  {
    md5: running,
    digests,
    staging,
  }: { md5: Pick<Digest, "digest">; digests: ReadonlyMap<Algorithm, Digest>; staging: Staging },
): Received {
  const { claims } = staging
  if (claims.sizeBytes !== undefined && claims.sizeBytes !== sizeBytes) throw incompleteBody()
  const md5 = running.digest().toString("hex")
  assertMd5(md5, claims)
  const claimed = awaitedChecksum(claims, staging.trailers)
  const algorithm = claimed?.algorithm ?? DEFAULT_ALGORITHM
  const value = digests.get(algorithm)!.digest().toString("base64")
  assertChecksum(algorithm, value, claimed?.expected)
  const received = { sizeBytes, md5, checksum: { algorithm, value } }
  const { also } = staging
  if (also === undefined) return received
  const other = also === algorithm ? value : digests.get(also)?.digest().toString("base64")
  return { ...received, also: other }
}

function assertMd5(md5: string, { contentMd5, isPart }: BodyClaims): void {
  if (contentMd5 === undefined) return
  const computed = Buffer.from(md5, "hex").toString("base64")
  if (contentMd5 === computed) return
  // Recorded: of whole objects the digest that was given is told in hexadecimal, of parts as it came.
  throw badContentMd5(isPart ? contentMd5 : hexOf(contentMd5), computed)
}

const hexOf = (base64: string): string => Buffer.from(base64, "base64").toString("hex")

function assertChecksum(algorithm: Algorithm, value: string, expected: string | undefined): void {
  if (expected !== undefined && expected !== value) throw badChecksum(algorithm)
}
