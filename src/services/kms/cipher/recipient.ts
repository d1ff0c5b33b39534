import { notImplemented } from "../../../registry/not-implemented.ts"
import { invalid } from "../errors.ts"

/** The enclave that an answer is for. */
export interface Recipient {
  readonly KeyEncryptionAlgorithm?: string | undefined
  readonly AttestationDocument?: Uint8Array | undefined
}

/** CBOR: an array of four, with and without the tag of COSE_Sign1 (RFC 9052 section 4.2). */
const ARRAY_OF_4 = 0x84
const SIGN1_TAG = 0xd2

/**
 * "… a valid attestation document" is a COSE_Sign1 that a Nitro Secure Module has signed. What is
 * none is refused; one that could be is told to be beyond us: only AWS's hardware makes them. The
 * words are not verified.
 */
export function refuseRecipient(recipient: Recipient): never {
  const { AttestationDocument: document, KeyEncryptionAlgorithm: algorithm } = recipient
  if (!document || algorithm === undefined)
    throw invalid("AttestationDocument and KeyEncryptionAlgorithm are required in Recipient.")
  const [first, second] = document
  const isSigned = first === ARRAY_OF_4 || (first === SIGN1_TAG && second === ARRAY_OF_4)
  if (!isSigned) throw invalid("The attestation document is not valid.")
  throw notImplemented("answers for Nitro enclaves (Recipient)")
}
