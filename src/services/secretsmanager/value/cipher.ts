import { createCipheriv, createDecipheriv } from "node:crypto"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { decrypt, generateDataKey, keyArn, keyOf, managedKey } from "../../kms/port.ts"
import { cannotDecrypt, cannotEncrypt, foreignDefaultKey, invalid, kmsDenied } from "../errors.ts"
import { arnOf, type Secret } from "../secret/secret.ts"
import { values, type Value, type Version } from "./version.ts"

/** What a caller gives and gets. */
export type Plain =
  | { readonly SecretString: string; readonly SecretBinary?: undefined }
  | { readonly SecretBinary: Uint8Array; readonly SecretString?: undefined }

const DEFAULT_ALIAS = "aws/secretsmanager"
/** Recorded: what ListSecretVersionIds calls it. */
const DEFAULT_KEY = "DefaultEncryptionKey"

const hasDefaultKey = ({ kmsKeyId }: Secret): boolean =>
  kmsKeyId === undefined || kmsKeyId.endsWith(`alias/${DEFAULT_ALIAS}`)

/** The ARN of the key that encrypts new versions; the service's own is made on first use. */
function keyArnOf(tx: WriteTx, secret: Secret): string {
  const { account, region, kmsKeyId } = secret
  if (kmsKeyId === undefined || hasDefaultKey(secret))
    return keyArn(managedKey(tx, { account, region, alias: DEFAULT_ALIAS }))
  if (kmsKeyId.startsWith("arn:")) return kmsKeyId
  const key = keyOf(tx, kmsKeyId, { account, region })
  return key ? keyArn(key) : kmsKeyId
}

/** Docs: "Secret encryption and decryption", encryption context. */
const contextOf = (secret: Secret, version: string | undefined) => ({
  SecretARN: arnOf(secret),
  ...(version !== undefined && { SecretVersionId: version }),
})

export interface Sealed {
  readonly value: Omit<Value, "secretId" | "id">
  readonly kmsKey: string
}

/** Encrypts with a data key of its own, with the caller's rights to the KMS key. */
export function seal(
  tx: WriteTx,
  call: Call,
  { secret, version, plain }: { readonly secret: Secret; readonly version: string; plain: Plain },
): Sealed {
  assertKeyInReach(secret, call)
  const keyId = keyArnOf(tx, secret)
  const dataKey = asKmsError(cannotEncrypt, () =>
    generateDataKey(tx, call, { keyId, context: contextOf(secret, version) }),
  )
  return {
    value: {
      ...sealWith(tx, dataKey.plain, plain),
      ...{ dataKey: Buffer.from(dataKey.blob).toString("base64"), ofVersion: true },
    },
    kmsKey: hasDefaultKey(secret) ? DEFAULT_KEY : dataKey.keyArn,
  }
}

/**
 * A data key for all versions of a replica, made in its Region with the caller's rights: whoever
 * holds it needs no right to use it.
 */
export function sharedDataKey(tx: WriteTx, call: Call, replica: Secret) {
  assertKeyInReach(replica, call)
  const keyId = keyArnOf(tx, replica)
  const context = contextOf(replica, undefined)
  const input = { KeyId: keyId, NumberOfBytes: 32, EncryptionContext: context }
  const inner = { service: "kms", operation: "GenerateDataKey", input, region: replica.region }
  const made = asKmsError(cannotEncrypt, () => call.within(tx, inner)) as {
    readonly Plaintext: Uint8Array
    readonly CiphertextBlob: Uint8Array
    readonly KeyId: string
  }
  return {
    ...{ plain: made.Plaintext, blob: made.CiphertextBlob },
    kmsKey: hasDefaultKey(replica) ? DEFAULT_KEY : made.KeyId,
  }
}

/** The value of a version, or nothing while it waits for one. With the caller's rights. */
export function open(
  tx: WriteTx,
  call: Call,
  { secret, version }: { readonly secret: Secret; readonly version: Pick<Version, "id"> },
): Plain | undefined {
  const value = tx.get(values, [secret.id, version.id])
  if (!value) return undefined
  assertKeyInReach(secret, call)
  const context = contextOf(secret, value.ofVersion ? version.id : undefined)
  const blob = Buffer.from(value.dataKey, "base64")
  const { plain: dataKey } = asKmsError(cannotDecrypt, () => decrypt(tx, call, { blob, context }))
  return openWith(dataKey, value)
}

function assertKeyInReach(secret: Secret, call: Call): void {
  if (hasDefaultKey(secret) && call.account !== secret.account) throw foreignDefaultKey()
}

/** KMS's refusals as Secrets Manager tells them. */
function asKmsError<Result>(otherwise: () => AwsError, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.code.startsWith("AccessDenied")) throw kmsDenied()
    // The code is quoted; the words are KMS's.
    throw UNKNOWN_KEY.has(error.code) ? invalid(error.message) : otherwise()
  }
}

const UNKNOWN_KEY: ReadonlySet<string> = Object.freeze(
  new Set(["NotFoundException", "InvalidArnException"]),
)

const CIPHER = "aes-256-gcm"
const NONCE_BYTES = 12
const TAG_BYTES = 16

export function sealWith(tx: WriteTx, key: Uint8Array, plain: Plain) {
  const binary = plain.SecretBinary !== undefined
  const bytes = plain.SecretBinary ?? Buffer.from(plain.SecretString)
  const nonce = tx.random("secretsmanager/nonce").bytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce)
  const sealed = [nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]
  return { binary, text: Buffer.concat(sealed).toString("base64") }
}

function openWith(key: Uint8Array, { text, binary }: Value): Plain {
  const sealed = Buffer.from(text, "base64")
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES)
  const bytes = Buffer.concat([decipher.update(body), decipher.final()])
  return binary ? { SecretBinary: bytes } : { SecretString: bytes.toString() }
}
