import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto"
import { BoundedMap } from "../derived.ts"

/** 32 bytes that are kept outside the store: who has the rows alone cannot read what they hide. */
export type RootKey = Uint8Array

/** Something that was not sealed here, or not for this purpose and context; or it was changed. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError"
}

const CIPHER = "aes-256-gcm"
export const NONCE_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32
/** Keys, of some megabytes in all at most: the root key is in memory, too. */
const OPENED_KEPT = 500
const OPENED_BYTES = 4_096

/**
 * Encrypts what rows must not show, such as keys: AES-256-GCM under keys that follow from the root
 * key, one for each purpose. The context is not kept, but must be the same to open.
 */
export class Sealing {
  readonly #root: RootKey
  readonly #keys = new Map<string, Buffer>()
  /** What was opened lately, by purpose and context: keys are opened for each use of them. */
  readonly #opened = new BoundedMap<string, { readonly sealed: Buffer; readonly plain: Buffer }>(
    OPENED_KEPT,
  )

  constructor(root: RootKey) {
    this.#root = root
  }

  /** A nonce, the ciphertext, a tag. `nonce` has NONCE_BYTES and is never used twice. */
  seal(plain: Uint8Array, of: { purpose: string; context: string; nonce: Uint8Array }): Buffer {
    const cipher = createCipheriv(CIPHER, this.keyOf(of.purpose), of.nonce)
    cipher.setAAD(Buffer.from(of.context))
    return Buffer.concat([of.nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  /** Throws SealBrokenError. */
  unseal(sealed: Uint8Array, of: { purpose: string; context: string }): Buffer {
    const name = `${of.purpose} ${of.context}`
    const opened = this.#opened.get(name)
    if (opened?.sealed.equals(sealed)) return Buffer.from(opened.plain)
    const plain = this.#open(sealed, of)
    if (sealed.length > OPENED_BYTES) return plain
    this.#opened.set(name, { sealed: Buffer.from(sealed), plain: Buffer.from(plain) })
    return plain
  }

  #open(sealed: Uint8Array, of: { purpose: string; context: string }): Buffer {
    const textEnd = sealed.length - TAG_BYTES
    if (textEnd < NONCE_BYTES) throw new SealBrokenError("too short to be sealed")
    const key = this.keyOf(of.purpose)
    const nonce = sealed.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(of.context))
    decipher.setAuthTag(sealed.subarray(textEnd))
    const plain = decipher.update(sealed.subarray(NONCE_BYTES, textEnd))
    try {
      return Buffer.concat([plain, decipher.final()])
    } catch {
      throw new SealBrokenError(`not sealed here for ${of.purpose}`)
    }
  }

  /** The key of a purpose, which follows from the root key. */
  keyOf(purpose: string): Buffer {
    let key = this.#keys.get(purpose)
    if (!key) {
      key = Buffer.from(hkdfSync("sha256", this.#root, "", `cloudarium ${purpose}`, KEY_BYTES))
      this.#keys.set(purpose, key)
    }
    return key
  }
}
