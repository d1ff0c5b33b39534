import { hash } from "node:crypto"
import { bits, boolean, implicit, integer, objectId, octets, sequence } from "./der.ts"
import {
  childrenOf,
  DerError,
  type DerElement,
  expectTag,
  readBits,
  readNumber,
  readObjectId,
  readOne,
  TAG,
} from "./der-reader.ts"
import {
  accessDescription,
  distributionPoint,
  type GeneralName,
  readGeneralName,
  writeGeneralName,
} from "./general-name.ts"
import { EXTENSION } from "./object-ids.ts"

/** An extension of a certificate, a request or a list. */
export interface Extension {
  /** Object identifier, dotted. */
  readonly id: string
  readonly critical: boolean
  /** DER. */
  readonly value: Uint8Array
}

/** In the order of their bits (RFC 5280 section 4.2.1.3). */
const KEY_USAGES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const
export type KeyUsage = (typeof KEY_USAGES)[number]

export interface BasicConstraints {
  readonly authority: boolean
  /** How many authorities may follow below; absent: any number. */
  readonly pathLength?: number | undefined
}

const plain = (id: string, value: Uint8Array): Extension => ({ id, critical: false, value })

export const critical = ({ id, value }: Extension): Extension => ({ id, critical: true, value })

export function basicConstraints({ authority, pathLength }: BasicConstraints): Extension {
  const length = pathLength === undefined ? [] : [integer(Buffer.from([pathLength]))]
  return plain(
    EXTENSION.basicConstraints,
    authority ? sequence(boolean(true), ...length) : sequence(),
  )
}

export function keyUsage(usages: readonly KeyUsage[]): Extension {
  const bytes = [0, 0]
  let last = -1
  for (const usage of usages) {
    const bit = KEY_USAGES.indexOf(usage)
    bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7))
    last = Math.max(last, bit)
  }
  const length = last < 0 ? 0 : (last >> 3) + 1
  return plain(
    EXTENSION.keyUsage,
    bits(Buffer.from(bytes.slice(0, length)), last < 0 ? 0 : 7 - (last & 7)),
  )
}

/** Object identifiers of what the key is for. */
export const extendedKeyUsage = (purposes: readonly string[]): Extension =>
  plain(EXTENSION.extendedKeyUsage, sequence(...purposes.map(objectId)))

export const subjectAltName = (names: readonly GeneralName[]): Extension =>
  plain(EXTENSION.subjectAltName, sequence(...names.map(writeGeneralName)))

export const subjectKeyIdentifier = (id: Uint8Array): Extension =>
  plain(EXTENSION.subjectKeyIdentifier, octets(id))

export const authorityKeyIdentifier = (id: Uint8Array): Extension =>
  plain(EXTENSION.authorityKeyIdentifier, sequence(implicit(0, id)))

/** Where the issuer's list of revoked certificates is. */
export const crlDistributionPoints = (uris: readonly string[]): Extension =>
  plain(EXTENSION.crlDistributionPoints, sequence(distributionPoint(uris)))

/** `[method, place]`: where the issuer answers by OCSP, where its certificate is. */
export const authorityInfoAccess = (
  accesses: readonly (readonly [string, GeneralName])[],
): Extension =>
  plain(
    EXTENSION.authorityInfoAccess,
    sequence(...accesses.map(([method, place]) => accessDescription(method, place))),
  )

/** What identifies a key: SHA-1 of its bits (RFC 5280 section 4.2.1.2, method 1). */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const [, key] = childrenOf(readOne(spki))
  return hash("sha1", readBits(key), "buffer")
}

export const writeExtensions = (extensions: readonly Extension[]): Uint8Array =>
  sequence(
    ...extensions.map((one) =>
      sequence(objectId(one.id), ...(one.critical ? [boolean(true)] : []), octets(one.value)),
    ),
  )

/** `Extensions`: a SEQUENCE of them. Throws DerError. */
export function readExtensions(of: DerElement | undefined): readonly Extension[] {
  return childrenOf(of).map((one) => {
    const [id, second, third] = childrenOf(one)
    const isMarked = second?.tag === TAG.boolean
    const { content } = expectTag(isMarked ? third : second, TAG.octets)
    return {
      id: readObjectId(id),
      critical: isMarked && second.content[0] !== 0,
      value: content,
    }
  })
}

export const findExtension = (all: readonly Extension[], id: string): Extension | undefined =>
  all.find((one) => one.id === id)

/** Undefined where there is no such extension. The readers throw DerError. */
export function readBasicConstraints(all: readonly Extension[]): BasicConstraints | undefined {
  const found = findExtension(all, EXTENSION.basicConstraints)
  if (!found) return undefined
  const items = childrenOf(readOne(found.value))
  const authority = items[0]?.tag === TAG.boolean && items[0].content[0] !== 0
  const length = items.find(({ tag }) => tag === TAG.integer)
  return { authority, ...(length && { pathLength: readNumber(length) }) }
}

export function readKeyUsage(all: readonly Extension[]): readonly KeyUsage[] | undefined {
  const found = findExtension(all, EXTENSION.keyUsage)
  if (!found) return undefined
  const { content } = readOne(found.value, TAG.bits)
  return KEY_USAGES.filter((_, bit) => ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

export function readPurposes(all: readonly Extension[]): readonly string[] | undefined {
  const found = findExtension(all, EXTENSION.extendedKeyUsage)
  return found && childrenOf(readOne(found.value)).map(readObjectId)
}

export function readAltNames(all: readonly Extension[]): readonly GeneralName[] {
  const found = findExtension(all, EXTENSION.subjectAltName)
  return found ? childrenOf(readOne(found.value)).map(readGeneralName) : []
}

export function readSubjectKeyIdentifier(all: readonly Extension[]): Uint8Array | undefined {
  const found = findExtension(all, EXTENSION.subjectKeyIdentifier)
  return found && readOne(found.value, TAG.octets).content
}

/** Throws DerError where two extensions have one id (RFC 5280 section 4.2). */
export function assertDistinct(all: readonly Extension[]): void {
  if (new Set(all.map(({ id }) => id)).size < all.length) throw new DerError("an extension twice")
}
