import type { KeyRef } from "../key/key.ts"

/**
 * A ciphertext of a symmetric key, as text on its way: five bytes that those of AWS begin with too,
 * whether the key is a multi-Region one, account and id of the key, the id of its material, a nonce,
 * then what AES-GCM makes. All that stands in front of the nonce is authenticated with it.
 */
export interface Blob {
  readonly account: string
  readonly keyId: string
  readonly materialId: string
  /** Whether a key manager outside has made the rest of it. */
  readonly external: boolean
  /** Ends before the nonce; the same with and without the part from outside. */
  readonly header: Buffer
  /** Nonce, ciphertext and tag. */
  readonly sealed: Buffer
}

const MAGIC = Buffer.from([0x01, 0x02, 0x02, 0x00, 0x78])
const ACCOUNT_AT = MAGIC.length + 1
const KEY_AT = ACCOUNT_AT + 6
const MATERIAL_AT = KEY_AT + 16
const HEADER_BYTES = MATERIAL_AT + 32
const SEALED_LEAST = 12 + 16

const MULTI_REGION = "mrk-"
const KIND_AT = MAGIC.length
const ONE_REGION_KIND = 0
const MULTI_REGION_KIND = 1
/** Keys with a half outside are of one Region. */
const EXTERNAL_KIND = 2

export function blobHeader({ account, id }: Pick<KeyRef, "account" | "id">, materialId: string) {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  MAGIC.copy(header)
  header[KIND_AT] = id.startsWith(MULTI_REGION) ? MULTI_REGION_KIND : ONE_REGION_KIND
  header.writeUIntBE(Number(account), ACCOUNT_AT, 6)
  header.write(id.replace(MULTI_REGION, "").replaceAll("-", ""), KEY_AT, "hex")
  header.write(materialId, MATERIAL_AT, "hex")
  return header
}

/** Nothing for bytes that are no ciphertext of ours. */
export function parseBlob(bytes: Uint8Array): Blob | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (all.length < HEADER_BYTES + SEALED_LEAST) return undefined
  if (all.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return undefined
  const kind = all[KIND_AT]
  if (kind === undefined || kind > EXTERNAL_KIND) return undefined
  const external = kind === EXTERNAL_KIND
  const hex = all.toString("hex", KEY_AT, MATERIAL_AT)
  return {
    account: String(all.readUIntBE(ACCOUNT_AT, 6)).padStart(12, "0"),
    keyId: kind === MULTI_REGION_KIND ? MULTI_REGION + hex : uuid(hex),
    materialId: all.toString("hex", MATERIAL_AT, HEADER_BYTES),
    external,
    header: external ? withKind(all, ONE_REGION_KIND) : all.subarray(0, HEADER_BYTES),
    sealed: all.subarray(HEADER_BYTES),
  }
}

function withKind(blob: Buffer, kind: number): Buffer {
  const header = Buffer.from(blob.subarray(0, HEADER_BYTES))
  header[KIND_AT] = kind
  return header
}

/** The two parts of a ciphertext that was made here. */
export const innerBlob = (blob: Buffer): Pick<Blob, "header" | "sealed"> => ({
  header: blob.subarray(0, HEADER_BYTES),
  sealed: blob.subarray(HEADER_BYTES),
})

/** A ciphertext of which `text` was made outside. */
export const externalBlob = (header: Buffer, text: Buffer): Buffer =>
  Buffer.concat([withKind(header, EXTERNAL_KIND), text])

const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
