import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto"
import { OpenedLately } from "./opened.ts"

/** 32 bytes that are kept outside the store: who has the rows alone cannot read what they hide. */
export type RootKey = Uint8Array

/** Something that was not sealed here, or not for this purpose and context; or it was changed. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError"
}

export const CIPHER = "aes-256-gcm"
export const NONCE_BYTES = 12
export const TAG_BYTES = 16
export const KEY_BYTES = 32

/**
 * Encrypts what rows must not show, such as keys: AES-256-GCM under keys that follow from the root
 * key, one for each purpose. The context is not kept, but must be the same to open.
 */
export class Sealing {
  readonly #root: RootKey
  readonly #keys = new Map<string, Buffer>()
  /** By purpose and context. */
  readonly #opened = new OpenedLately<string>()

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
    return (
      this.#opened.find(name, sealed) ?? this.#opened.keep(name, sealed, this.#open(sealed, of))
    )
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
