import { createCipheriv } from "node:crypto"
import type { ByteStream } from "../wire.ts"
import { through } from "./through.ts"

const CIPHER = "aes-256-ctr"
const BLOCK_BYTES = 16

/** What is encrypted under one key differs in this: eight bytes in front of the block counter. */
export type Nonce = Uint8Array

/** Where in an object's keystream its bytes stand. */
interface KeystreamPlace {
  /** Absent: zeros, for what is alone under its key. */
  readonly nonce?: Nonce | undefined
  readonly offset?: number
}

/**
 * Turns plain bytes into encrypted ones and back, from `offset` on, one piece after another.
 * Counter mode: any place can be read without those before it. The blob store tells damage, and
 * whoever can change blobs can change rows.
 */
export class Keystream {
  readonly #cipher: ReturnType<typeof createCipheriv>

  /** `key` has 32 bytes. */
  constructor(key: Uint8Array, { nonce, offset = 0 }: KeystreamPlace = {}) {
    const counter = Buffer.alloc(BLOCK_BYTES)
    if (nonce) counter.set(nonce)
    counter.writeBigUInt64BE(BigInt(Math.floor(offset / BLOCK_BYTES)), 8)
    this.#cipher = createCipheriv(CIPHER, key, counter)
    const skipped = offset % BLOCK_BYTES
    if (skipped > 0) this.#cipher.update(Buffer.alloc(skipped))
  }

  apply(bytes: Uint8Array): Buffer {
    return this.#cipher.update(bytes)
  }
}

interface Encryption {
  readonly key: Uint8Array
  /** Absent: zeros, for what is alone under its key. */
  readonly nonce?: Nonce | undefined
  /** Each sees the bytes as they come. */
  readonly digests?: readonly { update(piece: Uint8Array): unknown }[]
}

/** The bytes of a stream as they are kept. */
export function encrypted(body: ByteStream, { key, nonce, digests = [] }: Encryption): ByteStream {
  const keystream = new Keystream(key, { nonce })
  return through(body, {
    anew: true,
    piece(piece) {
      for (const digest of digests) digest.update(piece)
      return keystream.apply(piece)
    },
  })
}
