import { enumerated, explicit, integer, sequence, time } from "./der.ts"
import { authorityKeyIdentifier, critical, writeExtensions, type Extension } from "./extension.ts"
import { distributionName } from "./general-name.ts"
import { EXTENSION } from "./object-ids.ts"
import { algorithmIdentifier, writeSigned, type Signer } from "./signature.ts"

/** Why a certificate was revoked (RFC 5280 section 5.3.1). */
export const REVOCATION_REASONS = Object.freeze({
  UNSPECIFIED: 0,
  KEY_COMPROMISE: 1,
  CERTIFICATE_AUTHORITY_COMPROMISE: 2,
  AFFILIATION_CHANGED: 3,
  SUPERSEDED: 4,
  CESSATION_OF_OPERATION: 5,
  PRIVILEGE_WITHDRAWN: 9,
  A_A_COMPROMISE: 10,
})
export type RevocationReason = keyof typeof REVOCATION_REASONS

export interface Revocation {
  readonly atMs: number
  readonly reason: RevocationReason
}

export interface RevocationListContent {
  /** The authority's name in DER. */
  readonly issuer: Uint8Array
  readonly issuerKeyId: Uint8Array
  /** Grows with each list. */
  readonly number: number
  readonly thisUpdateMs: number
  readonly nextUpdateMs: number
  readonly revoked: readonly (Revocation & { readonly serial: Uint8Array })[]
  /** The address that the certificates of this list name, where the list is one of several. */
  readonly partOf?: string | undefined
}

/** A certificate revocation list of version 2 (RFC 5280 section 5), in DER. */
export function signRevocationList(content: RevocationListContent, signer: Signer): Uint8Array {
  const revoked = content.revoked.map(({ serial, atMs, reason }) =>
    sequence(integer(serial), time(atMs), ...reasonOf(reason)),
  )
  const toBeSigned = sequence(
    integer(Buffer.from([1])),
    algorithmIdentifier(signer.algorithm),
    content.issuer,
    time(content.thisUpdateMs),
    time(content.nextUpdateMs),
    // An empty list is left out.
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    explicit(0, writeExtensions(extensionsOf(content))),
  )
  return writeSigned(toBeSigned, signer)
}

/** "The reason code … extension SHOULD be absent instead of using the unspecified (0)". */
function reasonOf(reason: RevocationReason): Uint8Array[] {
  if (reason === "UNSPECIFIED") return []
  const value = enumerated(REVOCATION_REASONS[reason])
  return [writeExtensions([{ id: EXTENSION.reasonCode, critical: false, value }])]
}

function extensionsOf({ issuerKeyId, number, partOf }: RevocationListContent): Extension[] {
  const digits = number.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex")
  return [
    authorityKeyIdentifier(issuerKeyId),
    { id: EXTENSION.crlNumber, critical: false, value: integer(bytes) },
    ...(partOf === undefined ? [] : [issuingDistributionPoint(partOf)]),
  ]
}

const issuingDistributionPoint = (uri: string): Extension =>
  critical({
    id: EXTENSION.issuingDistributionPoint,
    critical: true,
    value: sequence(explicit(0, distributionName([uri]))),
  })
