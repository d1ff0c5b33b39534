import { ACCOUNT, ROLE } from "./open-sts.ts"
import { signedXml } from "./saml-signer.ts"

/** The SAML provider that tests make. */
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/Corp`

const instant = (now: Date, minutes: number): string =>
  new Date(now.getTime() + minutes * 60_000).toISOString()

export interface Told {
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  /** Attributes that are not AWS's, by their whole names. */
  readonly others?: Readonly<Record<string, readonly string[]>>
  readonly audience?: string
  /** Minutes from now. */
  readonly issued?: number
  readonly ends?: number
  /** Where the conditions end at another time than the confirmation. */
  readonly conditionsEnd?: number
  readonly recipient?: string
  readonly subject?: string
  readonly role?: string
}

const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"

const attribute = ([name, values]: readonly [string, readonly string[]]): string =>
  `<saml:Attribute Name="${name}">${values
    .map((value) => `<saml:AttributeValue xsi:type="xs:string"> ${value}\n</saml:AttributeValue>`)
    .join("")}</saml:Attribute>`

/** The XML of a SAML response for a role by PROVIDER: `_1` is the response, `_2` its assertion. */
export function samlXml(now: Date, told: Told = {}): string {
  const { audience = "urn:amazon:webservices", issued = 0, ends = 5, role = ROLE } = told
  const { conditionsEnd = ends } = told
  const { recipient = ' Recipient="https://signin.aws.amazon.com/saml"' } = told
  const { subject = "alice@example.com" } = told
  const attributes = { Role: [`${role},${PROVIDER}`], RoleSessionName: ["alice"] }
  return `<?xml version="1.0" encoding="UTF-8"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_1" Version="2.0">
  <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example.com</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_2" IssueInstant="${instant(now, issued)}">
    <saml:Issuer>https://idp.example.com</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${subject}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="${instant(now, ends)}"${recipient}/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="${instant(now, issued)}" NotOnOrAfter="${instant(now, conditionsEnd)}">
      <saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="${instant(now, 0)}" SessionNotOnOrAfter="${instant(now, 600)}">
      <saml:AuthnContext><saml:AuthnContextClassRef>urn:x</saml:AuthnContextClassRef></saml:AuthnContext>
    </saml:AuthnStatement>
    <saml:AttributeStatement>
      <saml:Attribute Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.10"><saml:AttributeValue><saml:NameID>x</saml:NameID></saml:AttributeValue></saml:Attribute>
      ${Object.entries({ ...attributes, ...told.attributes })
        .map(([name, values]) => attribute([`${ATTRIBUTES}${name}`, values]))
        .join("\n")}
      ${Object.entries(told.others ?? {})
        .map(attribute)
        .join("\n")}
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`
}

/** The same as requests carry it, its assertion signed. */
export const samlAssertion = (now: Date, told?: Told): string =>
  Buffer.from(signedXml(samlXml(now, told), "_2")).toString("base64")
