import { hash } from "node:crypto"
import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalidCiphertext } from "../errors.ts"
import { findKey } from "../key/find.ts"
import { keyArn, type Key } from "../key/key.ts"
import { noteUsage } from "../key/last-usage.ts"
import {
  decryptExternal,
  encryptExternal,
  proxyOfStore,
  type ExternalText,
  type Proxy,
} from "../key-store/xks/client.ts"
import { useRefusal, XksFailure } from "../key-store/xks/failure.ts"
import { findKeyStore } from "../key-store/use.ts"
import { externalBlob, innerBlob, type Blob } from "./blob.ts"
import { contextText, type EncryptionContext } from "./context.ts"

/*
 * Double encryption ("External key stores"): first with material of KMS's own, then by the key
 * manager outside, which is asked for each use. Neither alone opens what both have sealed.
 */

/** Whether a use of the key that is named must ask somebody outside. */
export function isOutside(tx: ReadTx, keyId: string, call: Call): boolean {
  const found = findKey(tx, keyId, call)
  return "key" in found && found.key.xksKeyId !== undefined
}

/** The proxy that a key's uses go through; nothing of all other keys. */
export const proxyOfKey = (tx: ReadTx, key: Key): Proxy | undefined =>
  key.xksKeyId === undefined || key.keyStoreId === undefined
    ? undefined
    : proxyOfStore(tx, findKeyStore(tx, key, key.keyStoreId))

interface Use {
  readonly key: Key
  readonly proxy: Proxy | undefined
  readonly context: EncryptionContext | undefined
}

/** The outer half. Gives the blob as it is where the key has no other half. */
export async function wrapOutside(
  ctx: ActionContext,
  call: Call,
  { key, proxy, context, blob }: Use & { readonly blob: Buffer },
): Promise<Buffer> {
  if (!proxy) return blob
  const { header, sealed } = innerBlob(blob)
  const use = useOf(call, key, aadOf(header, context))
  const text = await refusing(encryptExternal(ctx, proxy, { ...use, plain: sealed }))
  await ctx.write((tx) => noteUsage(tx, key, call))
  return externalBlob(header, writeText(text))
}

/** Takes the outer half away. */
export async function unwrapOutside(
  ctx: ActionContext,
  call: Call,
  { key, proxy, context, blob }: Use & { readonly blob: Blob },
): Promise<Blob> {
  if (!proxy) return blob
  const text = readText(blob.sealed)
  if (!blob.external || !text) throw invalidCiphertext()
  const use = useOf(call, key, aadOf(blob.header, context))
  const sealed = await refusing(decryptExternal(ctx, proxy, { ...use, text }))
  return { ...blob, external: false, sealed }
}

const useOf = (asker: Call, key: Key, aad: Uint8Array) => ({
  ...{ asker, keyArn: keyArn(key), xksKeyId: key.xksKeyId ?? "", aad },
})

/** A proxy needs to take no more than 8,192 bytes. */
const aadOf = (header: Buffer, context: EncryptionContext | undefined): Buffer =>
  hash("sha256", Buffer.concat([header, Buffer.from(contextText(context))]), "buffer")

async function refusing<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw error instanceof XksFailure ? useRefusal(error) : error
  }
}

const TAG_BYTES = 16

/** Lengths of vector and metadata, both, tag, ciphertext. */
const writeText = ({ iv, metadata, tag, ciphertext }: ExternalText): Buffer =>
  Buffer.concat([Buffer.from([iv.length, metadata.length]), iv, metadata, tag, ciphertext])

function readText(bytes: Buffer): ExternalText | undefined {
  const ivEnd = 2 + (bytes[0] ?? 0)
  const metadataEnd = ivEnd + (bytes[1] ?? 0)
  const tagEnd = metadataEnd + TAG_BYTES
  if (bytes.length < tagEnd) return undefined
  return {
    iv: bytes.subarray(2, ivEnd),
    metadata: bytes.subarray(ivEnd, metadataEnd),
    tag: bytes.subarray(metadataEnd, tagEnd),
    ciphertext: bytes.subarray(tagEnd),
  }
}
