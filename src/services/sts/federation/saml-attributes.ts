import { attributeOf, childElements, parseXml, type XmlElement } from "../saml/xml-tree.ts"
import type { Federation } from "../session.ts"

const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
const EDU_PERSON = "urn:oid:1.3.6.1.4.1.5923.1.1.1"
const EDU_ORG = "urn:oid:1.3.6.1.4.1.5923.1.2.1"
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"

/**
 * Attributes that trust policies may ask for, with their condition keys: "Mapping SAML attributes to
 * AWS trust policy context keys" ("Configure SAML assertions for the authentication response"). The
 * names of X.500, some with their slips, are the guide's.
 */
const KEYS: Readonly<Record<string, string>> = Object.freeze({
  [`${EDU_PERSON}.1`]: "edupersonaffiliation",
  [`${EDU_PERSON}.2`]: "edupersonnickname",
  [`${EDU_PERSON}.3`]: "edupersonorgdn",
  [`${EDU_PERSON}.4`]: "edupersonorgunitdn",
  [`${EDU_PERSON}.5`]: "edupersonprimaryaffiliation",
  [`${EDU_PERSON}.6`]: "edupersonprincipalname",
  [`${EDU_PERSON}.7`]: "edupersonentitlement",
  [`${EDU_PERSON}.8`]: "edupersonprimaryorgunitdn",
  [`${EDU_PERSON}.9`]: "edupersonscopedaffiliation",
  [`${EDU_PERSON}.10`]: "edupersontargetedid",
  [`${EDU_PERSON}.11`]: "edupersonassurance",
  [`${EDU_ORG}.2`]: "eduorghomepageuri",
  [`${EDU_ORG}.3`]: "eduorgidentityauthnpolicyuri",
  [`${EDU_ORG}.4`]: "eduorglegalname",
  [`${EDU_ORG}.5`]: "eduorgsuperioruri",
  [`${EDU_ORG}.6`]: "eduorgwhitepagesuri",
  "urn:oid:2.5.4.3": "cn",
  [`${CLAIMS}/name`]: "name",
  "http://schemas.xmlsoap.org/claims/CommonName": "commonname",
  [`${CLAIMS}/givenname`]: "givenname",
  [`${CLAIMS}/surname`]: "surname",
  [`${CLAIMS}/emailaddress`]: "mail",
  "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "uid",
  "2.5.4.3": "commonname",
  "2.5.4.4": "surname",
  "2.4.5.42": "givenname",
  "2.5.4.45": "x500uniqueidentifier",
  "0.9.2342.19200300100.1.1": "uid",
  "0.9.2342.19200300100.1.3": "mail",
  "0.9.2342.19200300.100.1.45": "organizationstatus",
})

/** Keys of one value; of more, or of several attributes, "only one claim will be mapped". */
const LISTS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["edupersonaffiliation", "edupersonnickname", "edupersonorgunitdn", "edupersonentitlement"],
    ...["edupersonscopedaffiliation", "edupersontargetedid", "edupersonassurance"],
    ...["eduorghomepageuri", "eduorgidentityauthnpolicyuri", "eduorglegalname"],
    ...["eduorgsuperioruri", "eduorgwhitepagesuri", "cn"],
  ]),
)

/**
 * What an assertion, as it was signed, says of its subject in attributes that AWS knows. They are
 * told to the trust policy alone. Which of several attributes counts is not documented: the first.
 */
export function attributeClaims(signed: string): Federation["claims"] {
  const root = parseXml(signed)
  const claims = new Map<string, readonly string[]>()
  const [assertion = root] = childElements(root, ASSERTION, "Assertion")
  for (const statement of childElements(assertion, ASSERTION, "AttributeStatement"))
    for (const attribute of childElements(statement, ASSERTION, "Attribute")) {
      const name = attributeOf(attribute, "Name") ?? ""
      const key = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined
      const values = childElements(attribute, ASSERTION, "AttributeValue").map(textOf)
      if (key === undefined || values.length === 0 || claims.has(key)) continue
      claims.set(key, LISTS.has(key) ? values : values.slice(0, 1))
    }
  return [...claims].map(([key, values]) => ({ key: `saml:${key}`, values }))
}

/** All text of an element: a targeted id stands in a NameID. Its depth is parseXml's to limit. */
const textOf = ({ children }: XmlElement): string =>
  children
    .map((child) => (typeof child === "string" ? child : textOf(child)))
    .join("")
    .trim()
