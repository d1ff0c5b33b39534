import { createCipheriv, createDecipheriv } from "node:crypto"
import type { RandomSource } from "../random.ts"
import { OpenedLately } from "./opened.ts"
import { CIPHER, KEY_BYTES, NONCE_BYTES, SealBrokenError, TAG_BYTES } from "./sealing.ts"

/** What an envelope is for, as its owner names it, and the serial of the one thing in it. */
export interface EnvelopeOf {
  readonly purpose: string
  readonly serial: number
}

const WRAP = "aes-256-ecb"
const TAG = Object.freeze({ authTagLength: TAG_BYTES })
/** In front of an envelope: rows of other forms begin otherwise. */
const MARK = 1
const SERIAL_BYTES = 8
const KEY_AT = 1 + SERIAL_BYTES
const TEXT_AT = KEY_AT + KEY_BYTES
/** By how much an envelope is longer than what is in it. */
export const ENVELOPE_BYTES = TEXT_AT + TAG_BYTES
/** Keys are drawn and wrapped so many at a time: one call of the cipher costs what wrapping many does. */
const KEYS_AT_ONCE = 64

/**
 * Encrypts many things, each under a key of its own that goes with it, wrapped under the purpose's
 * master key: a mark, the serial, the wrapped key, the ciphertext (AES-256-GCM), its tag. A wrapped
 * key is the cipher's plain blocks: of keys that are nothing but chance they show nothing, and a key
 * that was changed opens nothing, as the tag tells.
 */
export class Envelopes {
  readonly #master: (purpose: string) => Uint8Array
  readonly #purposes = new Map<string, Purpose>()
  /** Copied by the ciphers: one is enough. */
  readonly #nonce = Buffer.alloc(NONCE_BYTES)

  constructor(master: (purpose: string) => Uint8Array) {
    this.#master = master
  }

  close(plain: Uint8Array, of: EnvelopeOf, random: RandomSource): Buffer {
    const { key, wrapped } = this.#purpose(of.purpose).newKey(random)
    const cipher = createCipheriv(CIPHER, key, this.#nonceOf(of))
    const text = cipher.update(plain)
    cipher.final()
    const envelope = Buffer.allocUnsafe(ENVELOPE_BYTES + text.length)
    envelope[0] = MARK
    envelope.writeDoubleBE(of.serial, 1)
    envelope.set(wrapped, KEY_AT)
    envelope.set(text, TEXT_AT)
    envelope.set(cipher.getAuthTag(), TEXT_AT + text.length)
    return envelope
  }

  /** Throws SealBrokenError. */
  open(envelope: Uint8Array, of: EnvelopeOf): Buffer {
    const { opened } = this.#purpose(of.purpose)
    return (
      opened.find(of.serial, envelope) ?? opened.keep(of.serial, envelope, this.#open(envelope, of))
    )
  }

  #open(envelope: Uint8Array, of: EnvelopeOf): Buffer {
    const textEnd = envelope.length - TAG_BYTES
    if (textEnd < TEXT_AT || serialOf(envelope) !== of.serial)
      throw new SealBrokenError(`no envelope of ${of.serial}`)
    const key = this.#purpose(of.purpose).unwrap(envelope.subarray(KEY_AT, TEXT_AT))
    const decipher = createDecipheriv(CIPHER, key, this.#nonceOf(of), TAG)
    decipher.setAuthTag(envelope.subarray(textEnd))
    const plain = decipher.update(envelope.subarray(TEXT_AT, textEnd))
    try {
      decipher.final()
      return plain
    } catch {
      throw new SealBrokenError(`no envelope that was closed here for ${of.purpose}`)
    }
  }

  /** A key encrypts but once, so any nonce would do: this one ties the envelope to its serial. */
  #nonceOf({ serial }: EnvelopeOf): Buffer {
    this.#nonce.writeDoubleBE(serial)
    return this.#nonce
  }

  #purpose(name: string): Purpose {
    let purpose = this.#purposes.get(name)
    if (!purpose) this.#purposes.set(name, (purpose = new Purpose(this.#master(name))))
    return purpose
  }
}

/** The serial of what is in an envelope; undefined of bytes that are none. */
export function serialOf(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== MARK || bytes.length < ENVELOPE_BYTES) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset + 1, SERIAL_BYTES).getFloat64(0)
}

/** The master key of one purpose, at work: its ciphers stay, for making one costs as much as using it. */
class Purpose {
  /** By serial. */
  readonly opened = new OpenedLately<number>()
  readonly #wrap: ReturnType<typeof createCipheriv>
  readonly #unwrap: ReturnType<typeof createDecipheriv>
  /** Keys for what comes next: drawn and wrapped, and not used yet. */
  #keys: Uint8Array = new Uint8Array(0)
  #wrapped: Uint8Array = new Uint8Array(0)
  #used = 0

  constructor(master: Uint8Array) {
    this.#wrap = createCipheriv(WRAP, master, null).setAutoPadding(false)
    this.#unwrap = createDecipheriv(WRAP, master, null).setAutoPadding(false)
  }

  /** A key that nothing was encrypted with, and its wrapped form. */
  newKey(random: RandomSource): { key: Uint8Array; wrapped: Uint8Array } {
    if (this.#used === this.#keys.length) {
      this.#keys = random.bytes("kernel/envelope-key", KEY_BYTES * KEYS_AT_ONCE)
      this.#wrapped = this.#wrap.update(this.#keys)
      this.#used = 0
    }
    const start = this.#used
    this.#used += KEY_BYTES
    return {
      key: this.#keys.subarray(start, this.#used),
      wrapped: this.#wrapped.subarray(start, this.#used),
    }
  }

  unwrap(wrapped: Uint8Array): Buffer {
    return this.#unwrap.update(wrapped)
  }
}
