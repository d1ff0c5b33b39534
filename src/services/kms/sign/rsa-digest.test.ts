import { constants, generateKeyPairSync, hash, sign, verify } from "node:crypto"
import { expect, test } from "vitest"
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa-digest.ts"

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 })
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

/** Among so many there is one whose number begins with a zero byte (but once in ten thousand runs). */
const MESSAGES = 2_400

test("a signature without its leading zeros is none", () => {
  const message = Array.from({ length: MESSAGES }, (_, i) => `message ${i}`).find(
    (text) => signPkcs1(privateKey, hash("sha256", text, "buffer"), "sha256")[0] === 0,
  )
  const digest = hash("sha256", message ?? "", "buffer")
  const signature = signPkcs1(privateKey, digest, "sha256")
  expect(verifyPkcs1(publicKey, { digest, signature }, "sha256")).toBe(true)
  const cut = signature.subarray(1)
  expect(verifyPkcs1(publicKey, { digest, signature: cut }, "sha256")).toBe(false)
  expect(verifyPss(publicKey, { digest, signature: cut }, "sha256")).toBe(false)
})

test("PSS agrees with OpenSSL in both directions", () => {
  const message = Buffer.from("message")
  const digest = hash("sha256", message, "buffer")
  const own = signPss(privateKey, { digest, salt: Buffer.alloc(32, 7) }, "sha256")
  expect(verify("sha256", message, { key: publicKey, ...PSS }, own)).toBe(true)
  const theirs = sign("sha256", message, { key: privateKey, ...PSS })
  expect(verifyPss(publicKey, { digest, signature: theirs }, "sha256")).toBe(true)
  for (const at of [0, 100, 255]) {
    const changed = Buffer.from(theirs)
    changed[at]! ^= 1
    expect(verifyPss(publicKey, { digest, signature: changed }, "sha256")).toBe(false)
  }
})
