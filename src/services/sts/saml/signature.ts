import { hash, verify, X509Certificate, type KeyObject } from "node:crypto"
import { XmlError } from "../../../protocols/xml/scanner.ts"
import { canonicalize, type Canonical } from "./canonical.ts"
import { decryptedElement } from "./decryption.ts"
import { attributeOf, childElements, parseXml, type XmlElement } from "./xml-tree.ts"

const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
const DSIG = "http://www.w3.org/2000/09/xmldsig#"
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
const INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
const ENVELOPED = `${DSIG}enveloped-signature`

/** Hashes by the names that XML signatures have for them (RFC 6931). */
const DIGESTS: Readonly<Record<string, string>> = Object.freeze({
  [`${DSIG}sha1`]: "sha1",
  "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
  "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
})
const SIGNATURES: Readonly<Record<string, string>> = Object.freeze({
  [`${DSIG}rsa-sha1`]: "sha1",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "sha256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": "sha384",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": "sha512",
})

/** Transforms of a reference: the signature goes, one canonical form comes. */
const MAX_TRANSFORMS = 2

/** The document is one of SAML, but nobody who is trusted has signed it, or not so. */
export class SignatureError extends Error {
  constructor(message: string) {
    super(message)
    this.name = "SignatureError"
  }
}

/** How a provider's assertions come. */
export interface Encrypted {
  /** Private keys that decrypt them, PKCS #8. */
  readonly keys: readonly Buffer[]
  /** Those in the clear are not taken. */
  readonly required: boolean
}

const IN_THE_CLEAR: Encrypted = Object.freeze({ keys: [], required: false })

/**
 * The part of a SAML response that one of the certificates (base 64 of DER) has signed: the
 * canonical text of its assertion, or of all of it. Nothing else of a response is to be read:
 * what was signed and what is believed are one text. A signature counts only for the element that
 * it stands in; all that are there must be right. An encrypted assertion is signed inside, or with
 * the response as it came. Throws XmlError or SignatureError.
 */
export function signedPart(
  xml: string,
  certificates: readonly string[],
  encrypted: Encrypted = IN_THE_CLEAR,
): string {
  const response = parseXml(xml)
  if (response.local !== "Response" || response.namespace !== PROTOCOL)
    throw new XmlError("the document is no Response")
  const assertion = assertionOf(response, encrypted)
  assertUniqueIds(...(assertion.parent === response ? [response] : [response, assertion]))
  const keys = certificates.map((one) => new X509Certificate(Buffer.from(one, "base64")).publicKey)
  const whole = provenText(response, keys)
  const part = provenText(assertion, keys)
  if (part !== undefined) return part
  if (whole === undefined) throw new SignatureError("nothing is signed")
  if (assertion.parent === response) return whole
  return canonicalize(assertion, { exclusive: true, prefixes: [] })
}

/** The one assertion of a response, decrypted where it has to be. */
function assertionOf(response: XmlElement, { keys, required }: Encrypted): XmlElement {
  const [plain, ...more] = childElements(response, ASSERTION, "Assertion")
  const [encrypted, ...others] = childElements(response, ASSERTION, "EncryptedAssertion")
  if (more.length + others.length > 0 || (plain && encrypted))
    throw new XmlError("a Response needs one Assertion")
  if (plain && required) throw new XmlError("the Assertion is not encrypted")
  if (plain) return plain
  if (!encrypted || keys.length === 0)
    throw new XmlError("a Response needs one Assertion that is not encrypted")
  const assertion = decryptedElement(encrypted, keys)
  if (assertion.local !== "Assertion" || assertion.namespace !== ASSERTION)
    throw new XmlError("what is encrypted is no Assertion")
  return assertion
}

/** Two elements of one ID: a signature of the one could be passed off as the other's. */
function assertUniqueIds(...roots: readonly XmlElement[]): void {
  const ids = new Set<string>()
  const left = [...roots]
  for (let element = left.pop(); element; element = left.pop()) {
    const id = attributeOf(element, "ID")
    if (id !== undefined && ids.has(id)) throw new SignatureError(`two elements are ${id}`)
    if (id !== undefined) ids.add(id)
    for (const child of element.children) if (typeof child !== "string") left.push(child)
  }
}

/** What an element's own signature covers, as it was hashed; nothing when it has no signature. */
function provenText(element: XmlElement, keys: readonly KeyObject[]): string | undefined {
  const [signature, ...more] = childElements(element, DSIG, "Signature")
  if (!signature) return undefined
  if (more.length > 0) throw new SignatureError("two signatures in one element")
  const info = only(signature, "SignedInfo")
  assertSigned(signature, info, keys)
  const reference = only(info, "Reference")
  const id = attributeOf(element, "ID")
  if (!id || attributeOf(reference, "URI") !== `#${id}`)
    throw new SignatureError("a signature of another element")
  const text = canonicalize(element, { ...transformsOf(reference), without: signature })
  const digest = named(DIGESTS, only(reference, "DigestMethod"))
  if (hash(digest, text, "base64") !== content(only(reference, "DigestValue")))
    throw new SignatureError("the content is not what was signed")
  return text
}

function assertSigned(signature: XmlElement, info: XmlElement, keys: readonly KeyObject[]): void {
  const how = canonicalOf(only(info, "CanonicalizationMethod"))
  if (!how) throw new SignatureError("a canonical form that is not known")
  const digest = named(SIGNATURES, only(info, "SignatureMethod"))
  const signed = Buffer.from(canonicalize(info, how))
  const bytes = Buffer.from(content(only(signature, "SignatureValue")), "base64")
  const right = keys.some(
    (key) => key.asymmetricKeyType === "rsa" && verify(digest, signed, key, bytes),
  )
  if (!right) throw new SignatureError("none of the provider's keys signed it")
}

/** The transforms of a reference, of which the signature's own removal must be one. */
function transformsOf(reference: XmlElement): Canonical {
  const steps = childElements(only(reference, "Transforms"), DSIG, "Transform")
  if (steps.length > MAX_TRANSFORMS) throw new SignatureError("too many transforms")
  const [enveloped, form] = steps
  if (!enveloped || attributeOf(enveloped, "Algorithm") !== ENVELOPED)
    throw new SignatureError("the signature does not leave itself out")
  // Without another word, the canonical form is the inclusive one (XML Signature section 4.4.3.2).
  const how = form ? canonicalOf(form) : { exclusive: false, prefixes: [] }
  if (!how) throw new SignatureError("a transform that is not known")
  return how
}

function canonicalOf(method: XmlElement): Canonical | undefined {
  const algorithm = attributeOf(method, "Algorithm")
  if (algorithm === INCLUSIVE) return { exclusive: false, prefixes: [] }
  if (algorithm !== EXCLUSIVE) return undefined
  const [list] = childElements(method, EXCLUSIVE, "InclusiveNamespaces")
  const names = (list && attributeOf(list, "PrefixList"))?.split(/\s+/).filter(Boolean) ?? []
  return { exclusive: true, prefixes: names.map((name) => (name === "#default" ? "" : name)) }
}

function named(names: Readonly<Record<string, string>>, method: XmlElement): string {
  const algorithm = attributeOf(method, "Algorithm") ?? ""
  if (method.children.some((child) => typeof child !== "string"))
    throw new SignatureError("an algorithm with parameters")
  const known = Object.hasOwn(names, algorithm) ? names[algorithm] : undefined
  if (known === undefined) throw new SignatureError(`the algorithm ${algorithm} is not known`)
  return known
}

/** The one child of that name of an element of a signature. */
function only(parent: XmlElement, local: string): XmlElement {
  const [found, ...more] = childElements(parent, DSIG, local)
  if (!found || more.length > 0) throw new SignatureError(`not one ${local}`)
  return found
}

/** Text of base 64 without its blanks. */
function content({ children }: XmlElement): string {
  let text = ""
  for (const child of children) {
    if (typeof child !== "string") throw new SignatureError("elements where text was expected")
    text += child
  }
  return text.replace(/\s/g, "")
}
