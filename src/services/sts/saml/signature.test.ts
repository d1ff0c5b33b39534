import { expect, test } from "vitest"
import { samlXml } from "../testing/identity-tokens.ts"
import { IDP_CERTIFICATE } from "../testing/idp.ts"
import { signedXml } from "../testing/saml-signer.ts"
import { SIGNED_ELSEWHERE } from "../testing/signed-elsewhere.ts"
import { signedPart } from "./signature.ts"

const CERTIFICATES = [IDP_CERTIFICATE]
const refused = (xml: string) =>
  expect(() => signedPart(xml, CERTIFICATES)).toThrow(
    expect.objectContaining({ name: "SignatureError" }),
  )
const XML = samlXml(new Date(0))
const SIGNED = signedXml(XML, "_2")
const ASSERTION = /<saml:Assertion[^]*<\/saml:Assertion>/.exec(SIGNED)?.[0] ?? ""
const SIGNATURE = /<ds:Signature [^]*<\/ds:Signature>/.exec(SIGNED)?.[0] ?? ""

test.each(Object.entries(SIGNED_ELSEWHERE))(
  "what another implementation signed is right: %s",
  (_how, xml) => {
    const part = signedPart(xml, CERTIFICATES)
    expect(part).toContain('<saml:NameID>a&amp;b &gt; "c"</saml:NameID>')
    expect(part).not.toContain("Signature")
    expect(part).not.toContain("gone")
    refused(xml.replace("a&amp;b", "a"))
    refused(xml.replace(/<ds:SignatureValue>./, "<ds:SignatureValue>/"))
    expect(() => signedPart(xml, [])).toThrow("none of the provider's keys")
  },
)

test("the signed part is the one that is signed, without the signature", () => {
  expect(signedPart(SIGNED, CERTIFICATES)).toMatch(/^<saml:Assertion [^]*<\/saml:Assertion>$/)
  const whole = signedPart(signedXml(XML, "_1"), CERTIFICATES)
  expect(whole).toMatch(/^<samlp:Response [^]*<\/samlp:Response>$/)
  expect(whole).not.toContain("ds:Signature")
})

test("an assertion of somebody else, wrapped around or beside the signed one, is not taken", () => {
  const evil = ASSERTION.replace(SIGNATURE, "").replace('"_2"', '"_evil"').replace("alice", "root")
  expect(evil).toContain("root")
  // The signed assertion is hidden in an extension, the signature stays with it.
  const hidden = `<samlp:Extensions>${ASSERTION}</samlp:Extensions>`
  refused(SIGNED.replace(ASSERTION, hidden + evil))
  // The evil one carries the signature of the signed one, which is hidden in it.
  const original = ASSERTION.replace(SIGNATURE, "")
  for (const place of [
    evil.replace("</saml:Issuer>", `</saml:Issuer>${SIGNATURE}${original}`),
    evil.replace(
      "</saml:Issuer>",
      `</saml:Issuer>${SIGNATURE.replace("</ds:Signature>", `<ds:Object>${original}</ds:Object></ds:Signature>`)}`,
    ),
  ])
    refused(SIGNED.replace(ASSERTION, place))
  // Both have one ID.
  const twin = evil.replace('"_evil"', '"_2"')
  refused(
    SIGNED.replace(
      ASSERTION,
      twin.replace("</saml:Issuer>", `</saml:Issuer>${SIGNATURE}${original}`),
    ),
  )
  // Two assertions are none.
  expect(() => signedPart(SIGNED.replace(ASSERTION, ASSERTION + evil), CERTIFICATES)).toThrow(
    "one Assertion",
  )
})

test("a signature of another element, of the document or of nothing is refused", () => {
  refused(signedXml(XML, "_2", { reference: "_1" }))
  for (const uri of ['URI=""', "", 'URI="#xpointer(/)"', 'URI="http://x/#_2"'])
    refused(SIGNED.replace('URI="#_2"', uri))
  refused(SIGNED.replace(SIGNATURE, SIGNATURE + SIGNATURE))
  refused(SIGNED.replace(/<ds:Reference [^]*<\/ds:Reference>/, (one) => one + one))
  refused(SIGNED.replace(/<ds:Reference [^]*<\/ds:Reference>/, ""))
})

test("two elements of one ID are refused, wherever they stand", () => {
  const twin = '<samlp:Extensions ID="_2"></samlp:Extensions><samlp:Status>'
  refused(SIGNED.replace("<samlp:Status>", twin))
  expect(() =>
    signedPart(SIGNED.replace("<samlp:Status>", twin.replace("_2", "_3")), CERTIFICATES),
  ).not.toThrow()
})

test("only known ways to sign are taken", () => {
  for (const [from, to] of [
    ["xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"],
    ["xmlenc#sha256", "xmldsig-more#md5"],
    ["xmldsig#enveloped-signature", "xmldsig#base64"],
    ["2001/10/xml-exc-c14n#", "2001/10/xml-exc-c14n#WithComments"],
    ["<ds:Transform ", `<ds:Transform Algorithm="urn:x"></ds:Transform><ds:Transform `],
  ] as const)
    refused(SIGNED.replaceAll(from, to))
})

test("a signature of a part does not vouch for the rest of the response", () => {
  const more = SIGNED.replace("<samlp:Status>", "<samlp:Consent>x</samlp:Consent><samlp:Status>")
  expect(signedPart(more, CERTIFICATES)).toBe(signedPart(SIGNED, CERTIFICATES))
})
