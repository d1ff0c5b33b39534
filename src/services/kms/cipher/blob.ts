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
  /** Ends before the nonce. */
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

export function blobHeader({ account, id }: Pick<KeyRef, "account" | "id">, materialId: string) {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  MAGIC.copy(header)
  header[MAGIC.length] = id.startsWith(MULTI_REGION) ? 1 : 0
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
  const kind = all[MAGIC.length]
  if (kind !== 0 && kind !== 1) return undefined
  const hex = all.toString("hex", KEY_AT, MATERIAL_AT)
  return {
    account: String(all.readUIntBE(ACCOUNT_AT, 6)).padStart(12, "0"),
    keyId: kind === 1 ? MULTI_REGION + hex : uuid(hex),
    materialId: all.toString("hex", MATERIAL_AT, HEADER_BYTES),
    header: all.subarray(0, HEADER_BYTES),
    sealed: all.subarray(HEADER_BYTES),
  }
}

const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
