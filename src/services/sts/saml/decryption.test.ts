import { expect, test } from "vitest"
import { samlXml } from "../testing/identity-tokens.ts"
import { IDP_CERTIFICATE } from "../testing/idp.ts"
import { encryptedXml, newEncryptionPair, type Encrypting } from "../testing/saml-encryption.ts"
import { signedXml } from "../testing/saml-signer.ts"
import { signedPart } from "./signature.ts"

const CERTIFICATES = [IDP_CERTIFICATE]
const XML = samlXml(new Date(0))
const SIGNED = signedXml(XML, "_2")
const { publicKey, privateKey } = newEncryptionPair()
const other = newEncryptionPair()

const der = (pem: string): Buffer =>
  Buffer.from(pem.replace(/-----.*-----/g, "").replace(/\s/g, ""), "base64")
const keys = [der(privateKey)]

const part = (xml: string, given = keys, required = false) =>
  signedPart(xml, CERTIFICATES, { keys: given, required })

test.each<Omit<Encrypting, "publicKey">>([
  { cipher: "aes128-cbc" },
  { cipher: "aes192-cbc" },
  { cipher: "aes256-cbc" },
  { cipher: "aes128-gcm" },
  { cipher: "aes192-gcm" },
  { cipher: "aes256-gcm" },
  { oaep: "sha256" },
  { behind: true },
  { prefix: '<?xml version="1.0" encoding="UTF-8"?>\n' },
])("a signed assertion that was encrypted is the one that was signed: %j", (how) => {
  const xml = encryptedXml(SIGNED, { publicKey, ...how })
  expect(xml).not.toContain("alice")
  expect(part(xml)).toBe(signedPart(SIGNED, CERTIFICATES))
})

/** The key of `encryptedXml` (32 bytes 7), wrapped by OpenSSL: its two hashes may differ. */
const WRAPPED = {
  privateKey: `-----BEGIN PRIVATE KEY-----
MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBALYpfwa5wPjR+1NN
Q0ue/MgGIWpU9z8F45Qrp9Hqct+a9ukmJiBs8MuXrbkYi32bxZ02mOlOy1AlAKie
lzRBwtPtMe8w0dek63UV54OCnxFzmao2azU5Q3KoV2uzmn8Co+4+05GC5DIQnHW4
unjc03oMv0sRMhKfTQoGsjkur9knAgMBAAECgYAnmCtxJc0JCHNNbvzSohMl0xdO
SnuXaktGOJr4qLIhYkiK8uzUnXlVd3meQvSG7+XrPyPLioHswK48+IO7KxQSqJpO
miJ7fZbmQpYaTHvkw7EtOL/HmdPa6gxt7mWVuyG0uYtIU/XXHri8IS4YOgv1M9GK
sN536rdgXWW6AglEoQJBANgMHtSYGKHrmRAGaDjRHRmxClCesFA+NrfQRmaiYV3S
uR97okNkwsnvMXEpUxTqiOxmRg2i7wmaZ2iTpmPq/DECQQDX2TeGa6QW7CpsM29P
qOAa5xSj2DG15vB2UUSzEof8D0PDtUeErxfIN0nQ8/Iu2IMAtHvi2UGTTWbiqPZk
j8zXAkBfNHghlyTDtd6tgSVMZFo+iBXTkRqBQek69z0O3V+qyMFrbkADEtQDyLQw
+dTy0qekBS25tKNByBjprKcWQOcBAkAd7oFEoqiehSFc38UPxttM3758+f3qu5uc
zKg6LNeunG9JNFo2jBFAMmqKD0oGNP/1mRGU44u0YYdi5wtD5q0BAkAk6LomBXYM
2/9Rb5UWdSgkg3M85GeeD13n9U43SR2vAuSWtDSDrXdSBrdScKIh49Pa2pVz8XUp
WA7cBPTiQtIz
-----END PRIVATE KEY-----`,
  sha256WithMaskOfSha1:
    "AlHDD1zmuaUFhf3xF2Ras2tnMvQksAs9YExefWm0SCIkncmhW/E4Wip40BZMXeo5r3AWFieIojVOU9n/zV60R7C92VtxGqgtm211h7ZbDMdDZWrdtAFGEbKlvHj0nAqeJ33IJr4Dp9t1Nh+G0fRQ0U4aOmjSrd8q3QcQjNV1cj8=",
  sha1WithMaskOfSha256:
    "b5VEtYc81w857z86su3+diFc7B4/51kNZ5MbuJOAd2kd9NYuYVy8hku9yHsfgl8UEE154c/YnOJrXbck1lxZ4d0gSDXu/OJlk/cSgkgHIeYi+pH36NexYryrF3RHQIR3KL4GHmyrkWO4zhAYgmOM09/bXAFPHEK+se57Hg5GiMU=",
}

test.each([
  { digest: "sha256", mask: "sha1", value: WRAPPED.sha256WithMaskOfSha1 },
  { digest: "sha1", mask: "sha256", value: WRAPPED.sha1WithMaskOfSha256 },
] as const)("OAEP's digest is $digest and its mask's $mask", ({ digest, mask, value }) => {
  const wrapped = { digest, mask, bytes: Buffer.from(value, "base64") }
  const given = [der(WRAPPED.privateKey)]
  const xml = encryptedXml(SIGNED, { publicKey, wrapped })
  expect(part(xml, given)).toBe(signedPart(SIGNED, CERTIFICATES))
  const swapped = { ...wrapped, digest: mask, mask: digest }
  expect(() => part(encryptedXml(SIGNED, { publicKey, wrapped: swapped }), given)).toThrow(
    "none of the provider's private keys",
  )
})

test("what was signed outside holds for what is encrypted inside", () => {
  const around = signedXml(encryptedXml(XML, { publicKey }), "_1")
  expect(part(around)).toMatch(/^<saml:Assertion [^]*alice[^]*<\/saml:Assertion>$/)
  const changed = around.replace("Success", "Failure")
  expect(() => part(changed)).toThrow("the content is not what was signed")
})

test("encrypted is not signed: anybody can encrypt", () => {
  expect(() => part(encryptedXml(XML, { publicKey }))).toThrow("nothing is signed")
  const forged = SIGNED.replace("alice", "root")
  expect(() => part(encryptedXml(forged, { publicKey }))).toThrow(
    "the content is not what was signed",
  )
})

test("each of two keys may be the one", () => {
  const xml = encryptedXml(SIGNED, { publicKey })
  expect(part(xml, [der(other.privateKey), ...keys])).toBe(signedPart(SIGNED, CERTIFICATES))
  expect(() => part(xml, [der(other.privateKey)])).toThrow("none of the provider's private keys")
  expect(() => part(xml, [])).toThrow("a Response needs one Assertion that is not encrypted")
})

test("where encryption is required an assertion in the clear is refused", () => {
  expect(() => part(SIGNED, keys, true)).toThrow("the Assertion is not encrypted")
  expect(part(SIGNED)).toBe(signedPart(SIGNED, CERTIFICATES))
  expect(part(encryptedXml(SIGNED, { publicKey }), keys, true)).toContain("alice")
})

test("one assertion in the clear and an encrypted one are two", () => {
  const encrypted = encryptedXml(SIGNED, { publicKey })
  const both = encrypted.replace(
    "</samlp:Response>",
    `${/<saml:Assertion[^]*<\/saml:Assertion>/.exec(SIGNED)?.[0]}</samlp:Response>`,
  )
  expect(() => part(both)).toThrow("a Response needs one Assertion")
})

test.each([
  ["xmlenc#rsa-oaep-mgf1p", "xmlenc#rsa-1_5", "xmlenc#rsa-1_5 is not known"],
  ["xmlenc11#aes256-gcm", "xmlenc#tripledes-cbc", "xmlenc#tripledes-cbc is not known"],
  ["xmlenc11#aes256-gcm", "xmlenc11#aes128-gcm", "none of the provider's private keys"],
  ["<xenc:CipherValue>", "<xenc:CipherValue>AAAA", "none of the provider's private keys"],
  ["</xenc:EncryptedData>", "<xenc:CipherData/></xenc:EncryptedData>", "not one CipherData"],
])("%s as %s is refused", (from, to, why) => {
  expect(() => part(encryptedXml(SIGNED, { publicKey }).replace(from, to))).toThrow(why)
})
