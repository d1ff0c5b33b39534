import { hash, sign } from "node:crypto"
import { canonicalize } from "../saml/canonical.ts"
import { parseXml, type XmlElement } from "../saml/xml-tree.ts"
import { IDP_KEY } from "./idp.ts"

const DSIG = "http://www.w3.org/2000/09/xmldsig#"
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"

interface Signing {
  readonly key?: string
  /** The ID that the signature says it is of; by default that of the element. */
  readonly reference?: string
}

/** The document with a signature of the element of that ID, behind the element's issuer. */
export function signedXml(xml: string, id: string, { key = IDP_KEY, reference }: Signing = {}) {
  const element = elementOf(parseXml(xml), id)
  if (!element) throw new Error(`no element ${id}`)
  const digest = hash("sha256", canonicalize(element, { exclusive: true, prefixes: [] }), "base64")
  const info =
    `<ds:SignedInfo xmlns:ds="${DSIG}">` +
    `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>` +
    `<ds:Reference URI="#${reference ?? id}"><ds:Transforms>` +
    `<ds:Transform Algorithm="${DSIG}enveloped-signature"></ds:Transform>` +
    `<ds:Transform Algorithm="${EXCLUSIVE}"></ds:Transform></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  const value = sign("sha256", Buffer.from(info), key).toString("base64")
  const signature = `<ds:Signature xmlns:ds="${DSIG}">${info}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`
  const start = xml.indexOf(`ID="${id}"`)
  const issuerEnd = xml.indexOf("</saml:Issuer>", start) + "</saml:Issuer>".length
  return xml.slice(0, issuerEnd) + signature + xml.slice(issuerEnd)
}

function elementOf(element: XmlElement, id: string): XmlElement | undefined {
  if (element.attributes.some(({ local, value }) => local === "ID" && value === id)) return element
  for (const child of element.children) {
    const found = typeof child === "string" ? undefined : elementOf(child, id)
    if (found) return found
  }
  return undefined
}
