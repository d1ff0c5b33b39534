import { createHmac } from "node:crypto"
import { ID_ALPHABET } from "../../../iam/access-key-id.ts"

/** RFC 6238 as AWS's devices use it: SHA-1, 30 seconds, six digits. */
const STEP_MS = 30_000
const DIGITS = 6

/** The step of the clock that an instant lies in. */
export const stepAt = (ms: number): number => Math.floor(ms / STEP_MS)

/** The code that a device with that seed (base 32) shows during a step. */
export function codeAt(seed: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac("sha1", fromBase32(seed)).update(counter).digest()
  const offset = (digest.at(-1) as number) & 15
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0")
}

/** The bytes of a text of base 32 whose length is a multiple of eight. */
function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc((text.length * 5) / 8)
  let bits = 0
  let value = 0
  let at = 0
  for (const character of text) {
    value = ((value << 5) | ID_ALPHABET.indexOf(character)) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at] = (value >> bits) & 0xff
    at += 1
  }
  return bytes
}
