import { XmlError, XmlScanner } from "../../../protocols/xml/scanner.ts"
import { unreadableResponse } from "../errors.ts"

/** What a SAML 2.0 response says, as far as AWS looks at it. Times are epoch milliseconds. */
export interface SamlResponse {
  readonly issuer: string
  readonly issuedAt: number
  readonly subject: string
  /** The URI of the subject's format. */
  readonly subjectFormat: string
  /** Where and until when the bearer may hand the assertion in. */
  readonly confirmation: { readonly recipient: string; readonly notOnOrAfter: number } | undefined
  readonly notBefore: number | undefined
  readonly notOnOrAfter: number | undefined
  readonly audiences: readonly string[]
  readonly sessionNotOnOrAfter: number | undefined
  /** Values of AWS's attributes by their whole name, in their order. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

/** The same while it is being read. */
type Draft = {
  -readonly [Name in keyof SamlResponse]?: SamlResponse[Name] | undefined
} & { attributes: Map<string, string[]>; audiences: string[]; assertions: number }

type Handlers = Readonly<Record<string, (scanner: XmlScanner) => void>>

/** How the names of AWS's own attributes begin. */
export const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
const UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/**
 * Reads what a provider has signed: an assertion, or a response with exactly one. Throws
 * InvalidIdentityToken.
 */
export function readSamlResponse(xml: string): SamlResponse {
  const draft: Draft = { attributes: new Map(), audiences: [], assertions: 0 }
  try {
    const scanner = new XmlScanner(xml)
    const name = scanner.root()
    if (name === "Assertion") assertion(scanner, draft)
    else if (name === "Response")
      children(scanner, { Assertion: (inside) => assertion(inside, draft) })
    else throw new XmlError("the document is no Response")
    scanner.end()
    return finished(draft)
  } catch (error) {
    if (error instanceof XmlError) throw unreadableResponse(error.message)
    throw error
  }
}

function finished({ assertions, issuer, issuedAt, subject, ...draft }: Draft): SamlResponse {
  if (assertions !== 1) throw new XmlError("a Response needs one Assertion that is not encrypted")
  if (issuer === undefined || issuedAt === undefined) throw new XmlError("no Issuer")
  if (subject === undefined || subject === "") throw new XmlError("no NameID")
  return {
    issuer,
    issuedAt,
    subject,
    subjectFormat: draft.subjectFormat ?? UNSPECIFIED,
    confirmation: draft.confirmation,
    notBefore: draft.notBefore,
    notOnOrAfter: draft.notOnOrAfter,
    audiences: draft.audiences,
    sessionNotOnOrAfter: draft.sessionNotOnOrAfter,
    attributes: draft.attributes,
  }
}

function children(scanner: XmlScanner, handlers: Handlers): void {
  for (let name = scanner.child(); name !== undefined; name = scanner.child()) {
    if (Object.hasOwn(handlers, name)) handlers[name]?.(scanner)
    else scanner.skip()
  }
}

function assertion(scanner: XmlScanner, draft: Draft): void {
  draft.assertions += 1
  draft.issuedAt = instant(scanner, "IssueInstant")
  children(scanner, {
    Issuer: (inside) => (draft.issuer = inside.text().trim()),
    Subject: (inside) => subject(inside, draft),
    Conditions: (inside) => conditions(inside, draft),
    AttributeStatement: (inside) =>
      children(inside, { Attribute: (one) => attribute(one, draft.attributes) }),
    AuthnStatement(inside) {
      draft.sessionNotOnOrAfter = instant(inside, "SessionNotOnOrAfter")
      children(inside, {})
    },
  })
}

function subject(scanner: XmlScanner, draft: Draft): void {
  children(scanner, {
    NameID(inside) {
      draft.subjectFormat = inside.attribute("Format")
      draft.subject = inside.text().trim()
    },
    SubjectConfirmation: (inside) =>
      children(inside, { SubjectConfirmationData: (data) => confirmation(data, draft) }),
  })
}

function confirmation(scanner: XmlScanner, draft: Draft): void {
  const recipient = scanner.attribute("Recipient")
  const notOnOrAfter = instant(scanner, "NotOnOrAfter")
  if (recipient !== undefined && notOnOrAfter !== undefined)
    draft.confirmation = { recipient, notOnOrAfter }
  scanner.skip()
}

function conditions(scanner: XmlScanner, draft: Draft): void {
  draft.notBefore = instant(scanner, "NotBefore")
  draft.notOnOrAfter = instant(scanner, "NotOnOrAfter")
  children(scanner, {
    AudienceRestriction: (inside) =>
      children(inside, { Audience: (one) => draft.audiences.push(one.text().trim()) }),
  })
}

function attribute(scanner: XmlScanner, attributes: Map<string, string[]>): void {
  const name = scanner.attribute("Name") ?? ""
  // Those of others may hold elements.
  if (!name.startsWith(ATTRIBUTES)) return scanner.skip()
  const values = attributes.get(name) ?? []
  attributes.set(name, values)
  children(scanner, { AttributeValue: (one) => values.push(one.text().trim()) })
}

/** A time in an attribute of the element just entered. */
function instant(scanner: XmlScanner, name: string): number | undefined {
  const text = scanner.attribute(name)
  if (text === undefined) return undefined
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new XmlError(`${name} is no time of SAML`)
  return at
}
