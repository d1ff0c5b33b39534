import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { describeKey, keyArn, keyOf, managedKey } from "../../kms/port.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidValues, validation } from "../errors.ts"
import { DAY_MS, ENCRYPTION_CHANGE_MS, ENCRYPTION_CHANGES } from "../limits.ts"
import type { Encryption, Table } from "./table.ts"

export interface GivenEncryption {
  readonly Enabled?: boolean | undefined
  readonly SSEType?: string | undefined
  readonly KMSMasterKeyId?: string | undefined
}

/**
 * With which key of KMS a table is encrypted; undefined for AWS's own. The caller has to be allowed
 * to look at a key of their own. Throws ValidationException, and what KMS says of the key (recorded).
 */
export function encryptionOf(
  tx: WriteTx,
  given: GivenEncryption | undefined,
  call: Call,
): Encryption | undefined {
  if (!given || !isEnabled(given)) return undefined
  const { account, region } = call
  if (given.KMSMasterKeyId === undefined || given.KMSMasterKeyId === "alias/aws/dynamodb")
    return { keyArn: keyArn(managedKey(tx, { account, region, alias: "aws/dynamodb" })) }
  return { keyArn: usableKey(tx, given.KMSMasterKeyId, call) }
}

/** A kind of encryption without a word about whether it is enabled enables it (recorded). */
function isEnabled({ Enabled, SSEType, KMSMasterKeyId }: GivenEncryption): boolean {
  const given = SSEType === undefined ? KMSMasterKeyId && "KMSMasterKeyId" : "SSEType"
  if (Enabled === false && given)
    throw invalidValues(`${given} can not be specified if Enabled is false`)
  if (SSEType === "AES256") throw invalidValues("SSEType AES256 is not supported")
  if (SSEType === undefined && KMSMasterKeyId !== undefined)
    throw invalidValues("SSEType KMS is required if KMSMasterKeyId is specified")
  return Enabled === true || SSEType !== undefined
}

/** The ARN of a key that can encrypt a table. */
function usableKey(tx: WriteTx, keyId: string, call: Call): string {
  const { Arn, KeyState, KeySpec } = lookedAt(tx, keyId, call)
  const refused = (code: string, message: string, what = "KMS validation error"): Error =>
    validation(kmsWords(tx, { what, code, message }))
  if (KeyState === "Disabled")
    throw refused("DisabledException", `${Arn} is disabled.`, "KMS key disabled error")
  if (KeyState === "PendingDeletion")
    throw refused("KMSInvalidStateException", `${Arn} is pending deletion.`)
  if (KeyState !== "Enabled")
    throw refused("KMSInvalidStateException", `${Arn} is in state ${KeyState}.`)
  if (KeySpec !== "SYMMETRIC_DEFAULT")
    throw new AwsError(
      "InternalServerError",
      kmsWords(tx, {
        ...{ what: "KMS internal error", code: "ValidationException", thrown: "AWSKMSException" },
        message:
          "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.",
      }),
    )
  return Arn
}

function lookedAt(tx: WriteTx, keyId: string, call: Call): KeyFacts {
  try {
    return describeKey(tx, call, keyId) as KeyFacts
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { code, message } = error
    if (code.startsWith("AccessDenied"))
      throw new AwsError(
        "AccessDeniedException",
        kmsWords(tx, {
          ...{ what: "KMS key access denied error", thrown: "AWSKMSException" },
          ...{ code: "AccessDeniedException", message },
        }),
      )
    throw validation(kmsWords(tx, { what: "KMS validation error", code, message }))
  }
}

interface KmsError {
  readonly what: string
  readonly code: string
  readonly message: string
  readonly thrown?: string
}

/** An error of KMS as DynamoDB passes it on (recorded). */
const kmsWords = (tx: WriteTx, { what, code, message, thrown = code }: KmsError): string =>
  `${what}: com.amazonaws.services.kms.model.${thrown}: ${message} (Service: AWSKMS; ` +
  `Status Code: 400; Error Code: ${code}; Request ID: ${tx.random("dynamodb/kms-request").uuid()}; ` +
  "Proxy: null)"

interface Changing {
  readonly given: GivenEncryption | undefined
  readonly call: Call
}

/** The table with another encryption. Recorded: only the key's own ARN is known again. */
export function encryptionChanged(tx: WriteTx, table: Table, { given, call }: Changing): Table {
  if (!given) return table
  const encryptionChangesMs = oneMoreChange(tx, table)
  const encryption = encryptionOf(tx, given, call)
  const old = table.encryption
  if (!encryption && !old) throw invalidValues("Table is already encrypted by default")
  if (old && given.KMSMasterKeyId === old.keyArn)
    throw invalidValues(
      "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key",
    )
  return {
    ...table,
    encryption: encryption ?? (old && { ...old, ends: true }),
    encryptionChangesMs,
  }
}

/** Four in 24 hours since the first of them, then one in six hours; looked at first (recorded). */
function oneMoreChange({ now }: WriteTx, { encryptionChangesMs = [] }: Table): readonly number[] {
  const [first] = encryptionChangesMs
  const window = first !== undefined && now < first + DAY_MS ? encryptionChangesMs : []
  const last = window.at(-1)
  if (last !== undefined && window.length >= ENCRYPTION_CHANGES) {
    const next = Math.min(last + ENCRYPTION_CHANGE_MS, (first ?? last) + DAY_MS)
    if (now < next)
      throw new AwsError(
        "LimitExceededException",
        "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at " +
          `${iso((first ?? last) + DAY_MS)}. After the first ${ENCRYPTION_CHANGES} change, each ` +
          "subsequent change in the same window can be performed at most once every " +
          `${ENCRYPTION_CHANGE_MS / 1000} seconds. Number of updates today: ${window.length}. ` +
          `Last change at ${iso(last)}. Next changes can be made at ${iso(next)}.`,
      )
  }
  return [...window, now]
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** ARN of AWS's own key for tables in the account, where there is one. */
export function managedKeyOf(
  tx: ReadTx,
  { account, region }: { readonly account: string; readonly region: string },
): string | undefined {
  const key = keyOf(tx, "alias/aws/dynamodb", { account, region })
  return key && keyArn(key)
}

interface KeyFacts {
  readonly Arn: string
  readonly KeyState: string
  readonly KeySpec: string
}
