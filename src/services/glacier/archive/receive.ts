import { createHash } from "node:crypto"
import type { ActionContext } from "../../../kernel/action.ts"
import { BlobTooLargeError } from "../../../kernel/blobs/blobs.ts"
import { encrypted } from "../../../kernel/blobs/keystream.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { ByteStream } from "../../../kernel/wire.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import type { Call } from "../../../registry/call.ts"
import { invalid, missing } from "../errors.ts"
import { leaves, parts, type Part } from "./archive.ts"
import { packHashes, rootOf, TreeHash } from "./tree-hash.ts"

/** What a body has to be: both hexadecimal. */
export interface BodyClaims {
  readonly treeHash: string
  /** SHA-256 of the whole. */
  readonly linearHash?: string | undefined
}

/** The body of a request, which may have come without one. */
export const bodyOf = ({ body }: { readonly body?: ByteStream | undefined }): ByteStream =>
  body ?? new WholeBody(new Uint8Array(0))

/** Throws MissingParameterValueException and InvalidParameterValueException. */
export function bodyClaims(checksum: string | undefined, { signing }: Call): BodyClaims {
  if (checksum === undefined) throw missing("x-amz-sha256-tree-hash")
  if (!isHash(checksum)) throw invalid(`Invalid x-amz-sha256-tree-hash: ${checksum}`)
  const linear = signing?.payloadHash
  return {
    treeHash: checksum.toLowerCase(),
    ...(linear !== undefined && isHash(linear) && { linearHash: linear.toLowerCase() }),
  }
}

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text)

export interface Staging {
  readonly body: ByteStream
  readonly claims: BodyClaims
  readonly key: Uint8Array
  /** 16 hexadecimal digits. */
  readonly nonce: string
  readonly maxBytes: number
}

/** A body that lies in a blob, encrypted. */
export interface Received {
  readonly blob: string
  readonly nonce: string
  readonly sizeBytes: number
  readonly treeHash: string
  readonly leaves: string
}

/**
 * Writes a body into a blob, encrypted, and checks what it claims to be. The caller links the blob
 * or removes it; where this throws there is none.
 */
export async function stageBody(ctx: ActionContext, staging: Staging): Promise<Received> {
  const { body, claims, key, maxBytes, nonce } = staging
  const tree = new TreeHash()
  const linear = createHash("sha256")
  const { blobs, signal } = ctx
  let staged
  try {
    const how = { key, nonce: Buffer.from(nonce, "hex"), digests: [tree, linear] }
    staged = await blobs.stage(encrypted(body, how), { maxBytes, signal, given: true })
  } catch (error) {
    if (error instanceof BlobTooLargeError) throw invalid(`A body can have ${maxBytes} bytes.`)
    throw error
  }
  const hashes = tree.leaves()
  const treeHash = rootOf(hashes)
  const linearHash = linear.digest("hex")
  const isWrong =
    treeHash !== claims.treeHash ||
    (claims.linearHash !== undefined && linearHash !== claims.linearHash)
  if (isWrong || staged.sizeBytes === 0) {
    await blobs.remove(staged.id)
    if (isWrong) throw mismatch(claims, { treeHash, linearHash })
    throw invalid("Invalid Content-Length: 0")
  }
  const { id: blob, sizeBytes } = staged
  return { blob, nonce, sizeBytes, treeHash, leaves: packHashes(hashes) }
}

function mismatch(claims: BodyClaims, computed: Required<BodyClaims>): Error {
  const [name, claimed, is] =
    claims.treeHash === computed.treeHash
      ? ["x-amz-content-sha256", claims.linearHash, computed.linearHash]
      : ["x-amz-sha256-tree-hash", claims.treeHash, computed.treeHash]
  return invalid(`Checksum mismatch: ${name} is ${claimed}, but the body's is ${is}`)
}

/** Commits what links a staged blob; a blob that nothing came to link is removed at once. */
export async function linkStaged<T>(
  ctx: ActionContext,
  { blob }: Pick<Received, "blob">,
  link: (tx: WriteTx) => T,
): Promise<T> {
  let isDone = false
  try {
    return await ctx.write((tx) => {
      const result = link(tx)
      isDone = true
      return result
    })
  } catch (error) {
    // Once it is done, whether the commit took place is not known: the blob is swept if not.
    if (!isDone) await ctx.blobs.remove(blob)
    throw error
  }
}

/** Keeps a body as a part; one of the same number goes. */
export function keepPart(
  tx: WriteTx,
  { serial, index }: Pick<Part, "serial" | "index">,
  received: Received,
): void {
  const { blob, nonce, sizeBytes, treeHash, leaves: hashes } = received
  const old = tx.get(parts, [serial, index])
  if (old) tx.unlinkBlob(old.blob)
  tx.linkBlob(blob)
  tx.put(parts, { serial, index, blob, nonce, sizeBytes, treeHash })
  tx.put(leaves, { serial, index, hashes })
}
