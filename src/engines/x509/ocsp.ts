import {
  element,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  objectId,
  octets,
  sequence,
} from "./der.ts"
import { childrenOf, expectTag, readObjectId, readOne, readSerial, TAG } from "./der-reader.ts"
import { findExtension, readExtensions, writeExtensions, type Extension } from "./extension.ts"
import { OCSP_BASIC, OCSP_NONCE } from "./object-ids.ts"
import { REVOCATION_REASONS, type Revocation } from "./revocation-list.ts"
import { writeSigned, type Signer } from "./signature.ts"

/** Which certificate is asked about: the hashes of its issuer's name and key, and its serial. */
export interface OcspCertificate {
  /** Node's name of the hash; undefined where it is none that we know. */
  readonly hash: string | undefined
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  readonly serial: Uint8Array
  /** CertID as sent: the answer repeats it. */
  readonly der: Uint8Array
}

/** RFC 6960 section 4.1. */
export interface OcspRequest {
  readonly certificates: readonly OcspCertificate[]
  /** The answer repeats it. */
  readonly nonce?: Extension | undefined
}

export type OcspStatus =
  | { readonly state: "good" }
  | { readonly state: "unknown" }
  | ({ readonly state: "revoked" } & Revocation)

export interface OcspAnswer {
  readonly certificate: OcspCertificate
  readonly status: OcspStatus
}

export interface OcspContent {
  /** SHA-1 of the bits of the key that signs. */
  readonly responderKeyId: Uint8Array
  readonly producedMs: number
  readonly nextUpdateMs: number
  readonly answers: readonly OcspAnswer[]
  readonly nonce?: Extension | undefined
}

const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
}

/** Questions in one request, at most. */
const QUESTIONS_MOST = 100

/** Throws DerError, and RangeError for a request of too many. */
export function readOcspRequest(der: Uint8Array): OcspRequest {
  const items = childrenOf(childrenOf(readOne(der))[0])
  const list = items.find(({ tag }) => tag === TAG.sequence)
  const certificates = childrenOf(list).map(readQuestion)
  if (certificates.length === 0 || certificates.length > QUESTIONS_MOST)
    throw new RangeError("too many questions, or none")
  const more = items.find(({ tag }) => tag === 0xa2)
  const extensions = more ? readExtensions(readOne(more.content)) : []
  return { certificates, nonce: findExtension(extensions, OCSP_NONCE) }
}

function readQuestion(question: Parameters<typeof childrenOf>[0]): OcspCertificate {
  const [id] = childrenOf(question)
  const [algorithm, nameHash, keyHash, serial] = childrenOf(id)
  return {
    hash: HASHES[readObjectId(childrenOf(algorithm)[0])],
    issuerNameHash: expectTag(nameHash, TAG.octets).content,
    issuerKeyHash: expectTag(keyHash, TAG.octets).content,
    serial: readSerial(serial),
    der: expectTag(id, TAG.sequence).whole,
  }
}

/** A successful answer (RFC 6960 section 4.2), signed by the issuer itself. */
export function signOcspResponse(content: OcspContent, signer: Signer): Uint8Array {
  const { responderKeyId, producedMs, nextUpdateMs, answers, nonce } = content
  const data = sequence(
    explicit(2, octets(responderKeyId)),
    generalizedTime(producedMs),
    sequence(
      ...answers.map(({ certificate, status }) =>
        sequence(
          certificate.der,
          statusOf(status),
          generalizedTime(producedMs),
          explicit(0, generalizedTime(nextUpdateMs)),
        ),
      ),
    ),
    ...(nonce ? [explicit(1, writeExtensions([nonce]))] : []),
  )
  const basic = writeSigned(data, signer)
  return sequence(enumerated(0), explicit(0, sequence(objectId(OCSP_BASIC), octets(basic))))
}

function statusOf(status: OcspStatus): Uint8Array {
  if (status.state === "good") return implicit(0, new Uint8Array(0))
  if (status.state === "unknown") return implicit(2, new Uint8Array(0))
  const at = generalizedTime(status.atMs)
  const { reason } = status
  if (reason === "UNSPECIFIED") return element(0xa1, at)
  return element(0xa1, at, explicit(0, enumerated(REVOCATION_REASONS[reason])))
}

const FAILURES = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const

/** An answer without a signature. */
export const ocspFailure = (failure: keyof typeof FAILURES): Uint8Array =>
  sequence(enumerated(FAILURES[failure]))
