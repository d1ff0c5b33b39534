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
