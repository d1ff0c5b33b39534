import { X509Certificate } from "node:crypto"
import { XmlError, XmlScanner } from "../../../protocols/xml/scanner.ts"
import { invalidInput } from "../errors.ts"

/** What an identity provider says of itself, as far as AWS needs it. */
export interface SamlMetadata {
  /** The issuer of its assertions. */
  readonly entityId: string
  /** Certificates of the keys that sign its assertions, base 64 of DER. */
  readonly certificates: readonly string[]
  /** Epoch milliseconds. */
  readonly validUntilMs?: number | undefined
}

type Draft = { entityId?: string | undefined; until?: string | undefined; idp: boolean }

/** Reads metadata of SAML 2.0. Throws InvalidInput. */
export function readSamlMetadata(xml: string): SamlMetadata {
  const draft: Draft = { idp: false }
  const certificates: string[] = []
  try {
    const scanner = new XmlScanner(xml.replace(/^\uFEFF/, ""))
    if (scanner.root() !== "EntityDescriptor") throw new XmlError("no EntityDescriptor")
    draft.entityId = scanner.attribute("entityID")
    draft.until = scanner.attribute("validUntil")
    eachChild(scanner, "IDPSSODescriptor", () => {
      draft.idp = true
      eachChild(scanner, "KeyDescriptor", () => signingKey(scanner, certificates))
    })
    scanner.end()
  } catch (error) {
    if (error instanceof XmlError) throw unreadable()
    throw error
  }
  const validUntilMs = draft.until === undefined ? undefined : Date.parse(draft.until)
  if (!draft.entityId || !draft.idp || certificates.length === 0 || Number.isNaN(validUntilMs))
    throw unreadable()
  if (!certificates.every(isCertificate)) throw unreadable()
  return { entityId: draft.entityId, certificates, validUntilMs }
}

function signingKey(scanner: XmlScanner, certificates: string[]): void {
  // "If the use attribute is omitted, the key serves both purposes" (SAML metadata 2.0).
  if (scanner.attribute("use") === "encryption") return eachChild(scanner, "", () => undefined)
  eachChild(scanner, "KeyInfo", () =>
    eachChild(scanner, "X509Data", () =>
      eachChild(scanner, "X509Certificate", () =>
        certificates.push(scanner.text().replace(/\s/g, "")),
      ),
    ),
  )
}

/** Reads the children of that name and passes over the others. */
function eachChild(scanner: XmlScanner, wanted: string, read: () => void): void {
  for (let name = scanner.child(); name !== undefined; name = scanner.child()) {
    if (name === wanted) read()
    else scanner.skip()
  }
}

function isCertificate(base64: string): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, "base64")).publicKey !== undefined
  } catch {
    return false
  }
}

/** As users of AWS quote it. */
const unreadable = () => invalidInput("Could not parse metadata")
