import { element, integer, objectId, sequence, set } from "./der.ts"
import { childrenOf, expectTag, readObjectId, TAG } from "./der-reader.ts"
import { assertDistinct, readExtensions, writeExtensions, type Extension } from "./extension.ts"
import { EXTENSION_REQUEST } from "./object-ids.ts"
import { isSignedBy, readSigned, writeSigned, type Signed, type Signer } from "./signature.ts"

/** What somebody asks an authority to certify (PKCS #10, RFC 2986). */
export interface RequestContent {
  /** A name in DER. */
  readonly subject: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly extensions: readonly Extension[]
}

export interface CertificateRequest extends RequestContent {
  readonly signed: Signed
}

/** Writes a request, signed by the key that is to be certified. DER. */
export function signRequest(content: RequestContent, signer: Signer): Uint8Array {
  const { subject, publicKey, extensions } = content
  const asked =
    extensions.length === 0
      ? []
      : [sequence(objectId(EXTENSION_REQUEST), set(writeExtensions(extensions)))]
  const body = sequence(integer(Buffer.from([0])), subject, publicKey, element(0xa0, ...asked))
  return writeSigned(body, signer)
}

/** Throws DerError. */
export function readRequest(der: Uint8Array): CertificateRequest {
  const { body, signed } = readSigned(der)
  const [, subject, publicKey, attributes] = childrenOf(body)
  const asked = (attributes ? childrenOf(attributes, 0xa0) : [])
    .map((one) => childrenOf(one))
    .find(([type]) => readObjectId(type) === EXTENSION_REQUEST)?.[1]
  const extensions = asked ? readExtensions(childrenOf(asked, TAG.set)[0]) : []
  assertDistinct(extensions)
  return {
    subject: expectTag(subject, TAG.sequence).whole,
    publicKey: expectTag(publicKey, TAG.sequence).whole,
    extensions,
    signed,
  }
}

/** Whether who asks has the private key. */
export const isGenuine = ({ signed, publicKey }: CertificateRequest): boolean =>
  isSignedBy(signed, publicKey)
