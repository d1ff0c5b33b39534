import { createCipheriv, createDecipheriv } from "node:crypto"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { decrypt, encrypt, generateDataKey, keyArn, managedKey } from "../../kms/port.ts"
import { badKey } from "../errors.ts"
import { arnOf, type Parameter, type Tier } from "./parameter.ts"

const ALIAS = "aws/ssm"
export const DEFAULT_KEY = `alias/${ALIAS}`

const contextOf = (parameter: Named) => ({ PARAMETER_ARN: arnOf(parameter) })

type Named = Pick<Parameter, "account" | "region" | "key">

/**
 * Encrypts a SecureString with the caller's rights: standard ones by KMS itself, advanced ones by
 * a data key ("How AWS Systems Manager Parameter Store uses AWS KMS"). Base64.
 */
export function seal(
  tx: WriteTx,
  call: Call,
  asked: { readonly parameter: Named; keyId: string; tier: Tier; plain: string },
): string {
  const { parameter, tier } = asked
  const { account, region } = parameter
  const isDefault = asked.keyId === DEFAULT_KEY
  const keyId = isDefault ? keyArn(managedKey(tx, { account, region, alias: ALIAS })) : asked.keyId
  const context = contextOf(parameter)
  const plain = Buffer.from(asked.plain)
  return asKmsError(call, () => {
    if (tier === "Standard")
      return Buffer.from(encrypt(tx, call, { keyId, context, plain }).blob).toString("base64")
    const dataKey = generateDataKey(tx, call, { keyId, context })
    const nonce = tx.random("ssm/nonce").bytes(NONCE_BYTES)
    return sealEnvelope(plain, { ...dataKey, nonce }).toString("base64")
  })
}

export function open(
  tx: WriteTx,
  call: Call,
  asked: { readonly parameter: Named; tier: Tier; sealed: string },
): string {
  const context = contextOf(asked.parameter)
  const bytes = Buffer.from(asked.sealed, "base64")
  return asKmsError(call, () => {
    if (asked.tier === "Standard")
      return Buffer.from(decrypt(tx, call, { blob: bytes, context }).plain).toString()
    const end = 2 + bytes.readUInt16BE(0)
    const { plain: key } = decrypt(tx, call, { blob: bytes.subarray(2, end), context })
    return openEnvelope(bytes.subarray(end), key).toString()
  })
}

/** A denial is KMS's own; every other refusal is one of the key, in KMS's words (quoted). */
function asKmsError<Result>(call: Call, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AwsError) || error.code.startsWith("AccessDenied")) throw error
    const { requestId } = call
    throw badKey(
      `${error.message} (Service: AWSKMS; Status Code: 400; Error Code: ${error.code}; Request ID: ${requestId})`,
    )
  }
}

const CIPHER = "aes-256-gcm"
const NONCE_BYTES = 12
const TAG_BYTES = 16

interface DataKey {
  readonly plain: Uint8Array
  readonly blob: Uint8Array
  readonly nonce: Uint8Array
}

/** Two bytes of length, the encrypted data key, a nonce, the text, a tag. */
function sealEnvelope(text: Uint8Array, { plain, blob, nonce }: DataKey): Buffer {
  const cipher = createCipheriv(CIPHER, plain, nonce)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(blob.length)
  const body = [cipher.update(text), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([length, blob, nonce, ...body])
}

function openEnvelope(sealed: Buffer, key: Uint8Array): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES)
  return Buffer.concat([decipher.update(body), decipher.final()])
}
