import { writeName, type NameAttribute } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import type { ASN1Subject } from "../../../models/types/acm-pca.ts"
import { fromGiven, invalidArgs } from "../errors.ts"

/** In the order of the API's members. */
const MEMBERS = [
  ["Country", ATTRIBUTE.country],
  ["Organization", ATTRIBUTE.organization],
  ["OrganizationalUnit", ATTRIBUTE.organizationalUnit],
  ["DistinguishedNameQualifier", ATTRIBUTE.dnQualifier],
  ["State", ATTRIBUTE.state],
  ["CommonName", ATTRIBUTE.commonName],
  ["SerialNumber", ATTRIBUTE.serialNumber],
  ["Locality", ATTRIBUTE.locality],
  ["Title", ATTRIBUTE.title],
  ["Surname", ATTRIBUTE.surname],
  ["GivenName", ATTRIBUTE.givenName],
  ["Initials", ATTRIBUTE.initials],
  ["Pseudonym", ATTRIBUTE.pseudonym],
  ["GenerationQualifier", ATTRIBUTE.generationQualifier],
] as const

/** The name in DER. Throws InvalidArgsException. */
export const subjectName = (subject: ASN1Subject): Uint8Array =>
  fromGiven(() => writeName(attributesOf(subject)))

function attributesOf(subject: ASN1Subject): readonly NameAttribute[] {
  const { CustomAttributes: custom } = subject
  const named = MEMBERS.flatMap(([member, type]) => {
    const value = subject[member]
    return value === undefined || value === "" ? [] : [{ type, value }]
  })
  if (!custom) return named
  // ASN1Subject: custom attributes "are not allowed with" the others; the words are not verified.
  if (named.length > 0)
    throw invalidArgs("CustomAttributes cannot be used with other attributes of the subject.")
  return custom.map(({ ObjectIdentifier: type, Value: value }) => ({ type, value }))
}
