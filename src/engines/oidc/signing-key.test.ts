import { createPublicKey, verify } from "node:crypto"
import { expect, test } from "vitest"
import { RandomStream } from "../../kernel/random.ts"
import { createSeededRandom } from "../../kernel/sim/seeded-random.ts"
import { newSigningKey, publicJwk, signToken } from "./signing-key.ts"

const random = (seed: number) => new RandomStream(createSeededRandom(seed), "test")

test.each([
  ["RS256", "sha256"],
  ["ES384", "sha384"],
] as const)("%s: the public key proves what the secret one signed", (algorithm, digest) => {
  const key = newSigningKey(algorithm, random(1))
  const jwk = publicJwk(key)
  expect(jwk).toMatchObject({ kid: key.id, alg: algorithm, use: "sig" })
  for (const secret of ["d", "p", "q", "dp", "dq", "qi"]) expect(jwk).not.toHaveProperty(secret)
  const token = signToken(key, { sub: "a" })
  const [header = "", claims = "", signature = ""] = token.split(".")
  const proved = (text: string): boolean =>
    verify(
      digest,
      Buffer.from(text),
      { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    )
  expect(proved(`${header}.${claims}`)).toBe(true)
  expect(proved(`${header}.${claims}x`)).toBe(false)
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
    alg: algorithm,
    kid: key.id,
    typ: "JWT",
  })
})

test("the same seed makes the same keys, another one others", () => {
  for (const algorithm of ["RS256", "ES384"] as const) {
    const key = newSigningKey(algorithm, random(1))
    expect(newSigningKey(algorithm, random(1))).toEqual(key)
    expect(newSigningKey(algorithm, random(2)).id).not.toBe(key.id)
  }
})

test("an RSA key has 2,048 bits and is the one that its parts make", () => {
  const { jwk } = newSigningKey("RS256", random(3))
  const details = createPublicKey({ key: jwk, format: "jwk" }).asymmetricKeyDetails
  expect(details).toEqual({ modulusLength: 2_048, publicExponent: 65_537n })
})
