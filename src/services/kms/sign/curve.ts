/** A curve y² = x³ + ax + b over a prime field, as far as signatures of digests need it (SEC 2). */
export interface Curve {
  /** OpenSSL's name. */
  readonly name: string
  /** Bytes of a coordinate, and of a scalar. */
  readonly bytes: number
  readonly p: bigint
  readonly a: bigint
  /** Order of the base point. */
  readonly n: bigint
}

const minusThree = (name: string, bytes: number, p: bigint, n: string): Curve => ({
  ...{ name, bytes, p, a: p - 3n, n: BigInt(`0x${n}`) },
})

const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const P384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n
const K256 = 2n ** 256n - 2n ** 32n - 977n

/** By the names that JSON Web Keys have for them. */
export const CURVES: Readonly<Record<string, Curve>> = Object.freeze({
  "P-256": minusThree(
    "prime256v1",
    32,
    P256,
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
  ),
  "P-384": minusThree(
    "secp384r1",
    48,
    P384,
    `${"f".repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`,
  ),
  "P-521": minusThree(
    "secp521r1",
    66,
    2n ** 521n - 1n,
    `1${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
  ),
  secp256k1: {
    ...{ name: "secp256k1", bytes: 32, p: K256, a: 0n },
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
})

/** Jacobian coordinates: (x/z², y/z³); z = 0 is the point at infinity. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
}

const INFINITY: Point = Object.freeze({ x: 1n, y: 1n, z: 0n })

export const mod = (value: bigint, modulus: bigint): bigint => {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

/** Of a number that has one: the modulus is prime and the number not its multiple. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [old, rest] = [mod(value, modulus), modulus]
  let [oldFactor, factor] = [1n, 0n]
  while (rest !== 0n) {
    const quotient = old / rest
    ;[old, rest] = [rest, old - quotient * rest]
    ;[oldFactor, factor] = [factor, oldFactor - quotient * factor]
  }
  return mod(oldFactor, modulus)
}

function double({ x, y, z }: Point, { p, a }: Curve): Point {
  if (z === 0n || y === 0n) return INFINITY
  const yy = mod(y * y, p)
  const s = mod(4n * x * yy, p)
  const m = mod(3n * x * x + a * mod(z * z, p) ** 2n, p)
  const nextX = mod(m * m - 2n * s, p)
  return { x: nextX, y: mod(m * (s - nextX) - 8n * yy * yy, p), z: mod(2n * y * z, p) }
}

export function add(one: Point, other: Point, curve: Curve): Point {
  if (one.z === 0n) return other
  if (other.z === 0n) return one
  const { p } = curve
  const [zz1, zz2] = [mod(one.z * one.z, p), mod(other.z * other.z, p)]
  const [u1, u2] = [mod(one.x * zz2, p), mod(other.x * zz1, p)]
  const [s1, s2] = [mod(one.y * other.z * zz2, p), mod(other.y * one.z * zz1, p)]
  if (u1 === u2) return s1 === s2 ? double(one, curve) : INFINITY
  const h = mod(u2 - u1, p)
  const r = mod(s2 - s1, p)
  const hh = mod(h * h, p)
  const v = mod(u1 * hh, p)
  const x = mod(r * r - h * hh - 2n * v, p)
  return { x, y: mod(r * (v - x) - s1 * h * hh, p), z: mod(h * one.z * other.z, p) }
}

export function multiply(scalar: bigint, point: Point, curve: Curve): Point {
  let result = INFINITY
  for (const bit of scalar.toString(2)) {
    result = double(result, curve)
    if (bit === "1") result = add(result, point, curve)
  }
  return result
}
