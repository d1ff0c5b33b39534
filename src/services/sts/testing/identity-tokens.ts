import { ACCOUNT, ROLE } from "./open-sts.ts"

export const ISSUER = "https://token.example.com/ci"
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/Corp`

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

/** A JSON Web Token of one hour from `now`, signed by nobody; undefined claims are left out. */
export function webToken(now: Date, claims: Record<string, unknown> = {}): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const payload = {
    iss: ISSUER,
    sub: "repo:octo/app",
    aud: "sts.amazonaws.com",
    iat: seconds,
    exp: seconds + 3_600,
    ...claims,
  }
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(payload)}.c2lnbmF0dXJl`
}

const instant = (now: Date, minutes: number): string =>
  new Date(now.getTime() + minutes * 60_000).toISOString()

interface Told {
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  readonly audience?: string
  /** Minutes from now. */
  readonly issued?: number
  readonly ends?: number
  /** Where the conditions end at another time than the confirmation. */
  readonly conditionsEnd?: number
  readonly recipient?: string
  readonly subject?: string
  /** Put behind the assertion's issuer. */
  readonly more?: string
}

const attribute = ([name, values]: readonly [string, readonly string[]]): string =>
  `<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/${name}">${values
    .map((value) => `<saml:AttributeValue xsi:type="xs:string"> ${value}\n</saml:AttributeValue>`)
    .join("")}</saml:Attribute>`

/** The XML of a SAML response for ROLE by PROVIDER, as identity providers write it. */
export function samlXml(now: Date, told: Told = {}): string {
  const { audience = "urn:amazon:webservices", issued = 0, ends = 5, more = "" } = told
  const { conditionsEnd = ends } = told
  const { recipient = ' Recipient="https://signin.aws.amazon.com/saml"' } = told
  const { subject = "alice@example.com" } = told
  const attributes = { Role: [`${ROLE},${PROVIDER}`], RoleSessionName: ["alice"] }
  return `<?xml version="1.0" encoding="UTF-8"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0">
  <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example.com</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_2" IssueInstant="${instant(now, issued)}">
    <saml:Issuer>https://idp.example.com</saml:Issuer>${more}
    <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>
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
        .map(attribute)
        .join("\n")}
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`
}

/** The same as requests carry it. */
export const samlAssertion = (now: Date, told?: Told): string =>
  Buffer.from(samlXml(now, told)).toString("base64")
