import { createECDH, createHmac, type KeyObject } from "node:crypto"
import { HASH_BYTES, type HashName } from "./algorithm.ts"
import { add, CURVES, inverse, mod, multiply, type Curve, type Point } from "./curve.ts"

/*
 * ECDSA of digests that the caller has made: Node signs whole messages only. OpenSSL multiplies the
 * base point; the rest is arithmetic with big numbers, whose time depends on the numbers: good for a
 * cloud that runs on one's own machine, not for a real one.
 */

/** DER, with the nonce of RFC 6979. */
export function signDigest(key: KeyObject, digest: Uint8Array, name: HashName): Buffer {
  const { curve, jwk } = parts(key)
  const secret = number(Buffer.from(jwk.d ?? "", "base64url"))
  const z = number(digest)
  for (const k of nonces({ curve, secret, z }, name)) {
    const r = mod(baseTimes(k, curve).x, curve.n)
    const s = mod(inverse(k, curve.n) * (z + r * secret), curve.n)
    if (r !== 0n && s !== 0n) return der(r, s)
  }
  throw new Error("no nonce was good")
}

export function verifyDigest(
  key: KeyObject,
  { digest, signature }: { digest: Uint8Array; signature: Uint8Array },
): boolean {
  const { curve, jwk } = parts(key)
  const { n, p } = curve
  const numbers = readDer(Buffer.from(signature))
  if (!numbers || numbers.some((one) => one < 1n || one >= n)) return false
  const [r, s] = numbers
  const w = inverse(s, n)
  const [u1, u2] = [mod(number(digest) * w, n), mod(r * w, n)]
  const own: Point = { x: coordinate(jwk.x), y: coordinate(jwk.y), z: 1n }
  const base = baseTimes(1n, curve)
  const { x, z } = add(multiply(u1, base, curve), multiply(u2, own, curve), curve)
  if (z === 0n) return false
  return mod(mod(x * inverse(z * z, p), p), n) === r
}

function parts(key: KeyObject) {
  const jwk = key.export({ format: "jwk" })
  const curve = CURVES[jwk.crv ?? ""]
  if (!curve) throw new Error(`no curve ${jwk.crv}`)
  return { jwk, curve }
}

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`)

const coordinate = (text: string | undefined): bigint =>
  number(Buffer.from(text ?? "", "base64url"))

const octets = (value: bigint, bytes: number): Buffer =>
  Buffer.from(value.toString(16).padStart(bytes * 2, "0"), "hex")

function baseTimes(scalar: bigint, { name, bytes }: Curve): Point {
  const ecdh = createECDH(name)
  ecdh.setPrivateKey(octets(scalar, bytes))
  const point = ecdh.getPublicKey()
  return { x: number(point.subarray(1, 1 + bytes)), y: number(point.subarray(1 + bytes)), z: 1n }
}

/** More than ever are needed: nearly all numbers are good. */
const NONCES = 100

/** (RFC 6979, 3.2) */
function* nonces(
  { curve, secret, z }: { curve: Curve; secret: bigint; z: bigint },
  name: HashName,
): Generator<bigint> {
  const { n, bytes } = curve
  const bits = n.toString(2).length
  const hmac = (key: Uint8Array, ...data: readonly Uint8Array[]): Buffer =>
    createHmac(name, key).update(Buffer.concat(data)).digest()
  const seed = Buffer.concat([octets(secret, bytes), octets(mod(z, n), bytes)])
  let v: Buffer = Buffer.alloc(HASH_BYTES[name], 1)
  let key: Buffer = Buffer.alloc(HASH_BYTES[name])
  for (const step of [0, 1]) {
    key = hmac(key, v, Buffer.of(step), seed)
    v = hmac(key, v)
  }
  for (let drawn = 0; drawn < NONCES; drawn++) {
    let text: Buffer = Buffer.alloc(0)
    while (text.length * 8 < bits) {
      v = hmac(key, v)
      text = Buffer.concat([text, v])
    }
    const k = number(text) >> BigInt(text.length * 8 - bits)
    if (k >= 1n && k < n) yield k
    key = hmac(key, v, Buffer.of(0))
    v = hmac(key, v)
  }
}

function der(...numbers: readonly bigint[]): Buffer {
  const all = Buffer.concat(numbers.map(derInteger))
  return Buffer.concat([
    Buffer.from(all.length < 128 ? [0x30, all.length] : [0x30, 0x81, all.length]),
    all,
  ])
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex")
  const body = (bytes[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return Buffer.concat([Buffer.of(2, body.length), body])
}

/** Two integers; nothing for what is not exactly that, in the only form that DER allows. */
function readDer(bytes: Buffer): readonly [bigint, bigint] | undefined {
  const start = bytes[1] === 0x81 ? 3 : 2
  const first = integerAt(bytes, start)
  const second = first && integerAt(bytes, first.end)
  if (!second) return undefined
  return der(first.value, second.value).equals(bytes) ? [first.value, second.value] : undefined
}

function integerAt(bytes: Buffer, at: number): { value: bigint; end: number } | undefined {
  const length = bytes[at + 1]
  if (bytes[at] !== 2 || length === undefined || length === 0) return undefined
  const end = at + 2 + length
  if (end > bytes.length) return undefined
  return { value: number(bytes.subarray(at + 2, end)), end }
}
