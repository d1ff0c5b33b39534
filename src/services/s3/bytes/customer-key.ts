import { hash, timingSafeEqual } from "node:crypto"
import { AwsError } from "../../../protocols/aws-error.ts"
import { accessDenied, invalidArgument, invalidRequest } from "../errors.ts"
import { customerKeyed, type CustomerCheck } from "./encryption.ts"

/** The headers by which a caller hands over a key of its own. */
export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined
  /** Base64 of 32 bytes. */
  readonly SSECustomerKey?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
}

const HEADER = "x-amz-server-side-encryption"
const KEY_BYTES = 32
/** Recorded, as all texts here but the last two. */
const WRONG_KEY =
  "Requests specifying Server Side Encryption with Customer provided keys must provide the correct " +
  "secret key."
const PROVIDE =
  "Requests specifying Server Side Encryption with Customer provided keys must provide "

export const hasCustomerKey = (input: CustomerKeyInput): boolean =>
  input.SSECustomerAlgorithm !== undefined ||
  input.SSECustomerKey !== undefined ||
  input.SSECustomerKeyMD5 !== undefined

/** The key that a writer hands over. Throws InvalidArgument, InvalidEncryptionAlgorithmError. */
export function customerKey(input: CustomerKeyInput, secure: boolean): Uint8Array {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = input
  // "Using server-side encryption with customer-provided keys": HTTP is refused.
  if (!secure)
    throw invalidRequest(
      "Requests specifying Server Side Encryption with Customer provided keys must be made over a " +
        "secure connection.",
    )
  if (SSECustomerAlgorithm === undefined)
    throw invalidArgument(`${PROVIDE}a valid encryption algorithm.`, HEADER)
  if (SSECustomerAlgorithm !== "AES256") throw badAlgorithm(SSECustomerAlgorithm)
  if (SSECustomerKey === undefined)
    throw invalidArgument(`${PROVIDE}an appropriate secret key.`, HEADER)
  const key = Buffer.from(SSECustomerKey, "base64")
  if (SSECustomerKeyMD5 === undefined || key.length !== KEY_BYTES)
    throw invalidArgument("The secret key was invalid for the specified algorithm.", HEADER)
  if (hash("md5", key, "base64") !== SSECustomerKeyMD5)
    throw invalidArgument(
      "The calculated MD5 hash of the key did not match the hash that was provided.",
      HEADER,
    )
  return key
}

/** The object's key, by the key that a reader hands over. Throws AccessDenied for another one. */
export function openWithCustomerKey(
  { salt, hash: kept }: CustomerCheck,
  input: CustomerKeyInput,
  secure: boolean,
): Uint8Array {
  if (!hasCustomerKey(input))
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must " +
        "be provided to retrieve the object.",
    )
  const { SSECustomerAlgorithm } = input
  if (SSECustomerAlgorithm !== undefined && SSECustomerAlgorithm !== "AES256")
    throw badAlgorithm(SSECustomerAlgorithm)
  // Recorded: a reader without the hash has not shown the key.
  if (input.SSECustomerKeyMD5 === undefined) throw accessDenied(WRONG_KEY)
  // Recorded: a key that is no key is another key to a reader, other than to a writer.
  if (secure && input.SSECustomerKey !== undefined && !isKey(input.SSECustomerKey))
    throw accessDenied(WRONG_KEY)
  const plain = matchingKey({ salt, hash: kept }, input, secure)
  if (!plain) throw accessDenied(WRONG_KEY)
  return plain
}

const isKey = (base64: string): boolean => Buffer.from(base64, "base64").length === KEY_BYTES

/** The object's key, where the given key is the one it was written with. */
export function matchingKey(
  { salt, hash: kept }: CustomerCheck,
  input: CustomerKeyInput,
  secure: boolean,
): Uint8Array | undefined {
  const { plain, check } = customerKeyed(customerKey(input, secure), Buffer.from(salt, "base64"))
  const fits = timingSafeEqual(Buffer.from(check.hash, "base64"), Buffer.from(kept, "base64"))
  return fits ? plain : undefined
}

/** Not recorded; as users quote it. */
export const notApplicable = (): AwsError =>
  invalidRequest("The encryption parameters are not applicable to this object.")

const badAlgorithm = (ArgumentValue: string): AwsError =>
  new AwsError(
    "InvalidEncryptionAlgorithmError",
    "The Encryption request you specified is not valid. Supported value: AES256.",
    { status: 400, members: { ArgumentName: HEADER, ArgumentValue } },
  )
