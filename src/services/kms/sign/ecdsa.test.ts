import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
} from "node:crypto"
import { expect, test } from "vitest"
import { signDigest, verifyDigest } from "./ecdsa.ts"

const unbase = (hex: string): string => Buffer.from(hex, "hex").toString("base64url")

test("the signature of RFC 6979, A.2.5, for P-256, SHA-256 and the message sample", () => {
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: unbase("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    x: unbase("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
    y: unbase("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"),
  }
  const key = createPrivateKey({ key: jwk, format: "jwk" })
  const signature = signDigest(key, hash("sha256", "sample", "buffer"), "sha256")
  expect(signature.toString("hex")).toBe(
    "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
      "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  )
})

test.each([
  ["prime256v1", "sha256"],
  ["secp384r1", "sha384"],
  ["secp521r1", "sha512"],
  ["secp256k1", "sha256"],
] as const)("%s agrees with OpenSSL in both directions", (namedCurve, name) => {
  for (let round = 0; round < 5; round++) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve })
    const message = `message ${round}`
    const digest = hash(name, message, "buffer")
    const own = signDigest(privateKey, digest, name)
    expect(verify(name, Buffer.from(message), publicKey, own)).toBe(true)
    const theirs = sign(name, Buffer.from(message), privateKey)
    expect(verifyDigest(publicKey, { digest, signature: theirs })).toBe(true)
    const other = hash(name, "another", "buffer")
    expect(verifyDigest(publicKey, { digest: other, signature: theirs })).toBe(false)
    const stranger = createPublicKey(generateKeyPairSync("ec", { namedCurve }).privateKey)
    expect(verifyDigest(stranger, { digest, signature: theirs })).toBe(false)
  }
})
