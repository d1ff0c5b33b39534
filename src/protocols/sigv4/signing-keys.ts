import { hash } from "node:crypto"
import type { KeyObject } from "node:crypto"
import { parseHeaderList } from "./canonical.ts"
import type { HeaderList } from "./canonical.ts"
import type { SignedRequest } from "./parse.ts"
import { derivePublicKey } from "./sigv4a.ts"

/**
 * An HMAC-SHA256 key as its two padded blocks. HMAC is H(outer ‖ H(inner ‖ text)): with the blocks
 * kept, it is two one-shot hashes, half of what node's own Hmac object costs, and the text and the
 * inner digest are written behind the blocks, so that nothing is copied twice.
 */
export interface HmacKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
/** Room for a string to sign behind the inner block; longer texts get a buffer of their own. */
const TEXT_BYTES = 512

export function createHmacKey(secret: Uint8Array): HmacKey {
  const key = secret.length > BLOCK_BYTES ? hash("sha256", secret, "buffer") : secret
  const inner = Buffer.alloc(BLOCK_BYTES + TEXT_BYTES)
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES)
  for (let i = 0; i < BLOCK_BYTES; i++) {
    inner[i] = (key[i] ?? 0) ^ 0x36
    outer[i] = (key[i] ?? 0) ^ 0x5c
  }
  return { inner, outer }
}

/**
 * Writes H(inner ‖ text) behind the outer block. Characters of the text are bytes. A digest taken
 * as a Latin-1 string and written down costs a third of one that is taken as a Buffer.
 */
function hashInner(key: HmacKey, text: string): void {
  let block = key.inner
  if (text.length > TEXT_BYTES) {
    block = Buffer.alloc(BLOCK_BYTES + text.length)
    key.inner.copy(block, 0, 0, BLOCK_BYTES)
  }
  const end = BLOCK_BYTES + block.write(text, BLOCK_BYTES, "latin1")
  key.outer.write(hash("sha256", block.subarray(0, end), "latin1"), BLOCK_BYTES, "latin1")
}

export function hmacHex(key: HmacKey, text: string): string {
  hashInner(key, text)
  return hash("sha256", key.outer)
}

function hmacBytes(key: HmacKey, text: string): Buffer {
  hashInner(key, text)
  return hash("sha256", key.outer, "buffer")
}

/** What a key is derived for: the parts of the credential scope. */
export type KeyScope = Pick<SignedRequest, "date" | "region" | "service" | "terminator">

/** The chain of four HMACs from a secret to the key of one day, region and service. */
export function deriveSigningKey(secret: string, scope: KeyScope): HmacKey {
  const date = hmacBytes(createHmacKey(Buffer.from(`AWS4${secret}`)), scope.date)
  const region = hmacBytes(createHmacKey(date), scope.region)
  const service = hmacBytes(createHmacKey(region), scope.service)
  return createHmacKey(hmacBytes(createHmacKey(service), scope.terminator))
}

/** What verifying makes again and again from the same text. */
export interface SigningKeyCache {
  hmac(signed: SignedRequest, secret: string): HmacKey
  /** The public key for SigV4A. */
  ecdsa(signed: SignedRequest, secret: string): KeyObject
  /** The signed headers, taken apart: clients have few lists. */
  headers(signedHeaders: string): HeaderList
  /** Number of keys and lists held. */
  size(): number
}

interface Held<Key> {
  readonly secret: string
  readonly key: Key
}

/** Longer lists are not worth the memory that a stranger could make us hold. */
const MAX_LIST_CHARS = 512

/**
 * Holds at most `limit` keys of each kind. Two generations stand for the order of use: a hit
 * costs one look-up and moves nothing, and what was not used for half the limit's worth of new
 * keys is forgotten.
 */
export function createSigningKeyCache(limit = 1_000): SigningKeyCache {
  const hmacKeys = generations<Held<HmacKey>>(limit)
  const publicKeys = generations<Held<KeyObject>>(limit)
  const lists = generations<HeaderList>(limit)
  return {
    hmac(signed, secret) {
      const held = hmacKeys.get(signed.credential)
      if (held !== undefined && held.secret === secret) return held.key
      const key = deriveSigningKey(secret, signed)
      hmacKeys.set(signed.credential, { secret, key })
      return key
    },
    ecdsa(signed, secret) {
      const held = publicKeys.get(signed.accessKeyId)
      if (held !== undefined && held.secret === secret) return held.key
      const key = derivePublicKey(signed.accessKeyId, secret)
      publicKeys.set(signed.accessKeyId, { secret, key })
      return key
    },
    headers(signedHeaders) {
      const held = lists.get(signedHeaders)
      if (held !== undefined) return held
      const list = parseHeaderList(signedHeaders)
      if (signedHeaders.length <= MAX_LIST_CHARS) lists.set(signedHeaders, list)
      return list
    },
    size: () => hmacKeys.size() + publicKeys.size() + lists.size(),
  }
}

interface Generations<Held> {
  get(name: string): Held | undefined
  set(name: string, held: Held): void
  size(): number
}

function generations<Held>(limit: number): Generations<Held> {
  const half = Math.max(1, Math.floor(limit / 2))
  let young = new Map<string, Held>()
  let old = new Map<string, Held>()
  const set = (name: string, held: Held): void => {
    if (young.size >= half && !young.has(name)) {
      old = young
      young = new Map()
    }
    old.delete(name)
    young.set(name, held)
  }
  return {
    get(name) {
      const held = young.get(name)
      if (held !== undefined) return held
      const aged = old.get(name)
      if (aged !== undefined) set(name, aged)
      return aged
    },
    set,
    size: () => young.size + old.size,
  }
}
