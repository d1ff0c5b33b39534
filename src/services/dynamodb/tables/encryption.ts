import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { describeKey, keyArn, keyOf, managedKey } from "../../kms/port.ts"
import { validation } from "../errors.ts"
import type { Encryption } from "./table.ts"

export interface GivenEncryption {
  readonly Enabled?: boolean | undefined
  readonly SSEType?: string | undefined
  readonly KMSMasterKeyId?: string | undefined
}

/**
 * With which key of KMS a table is encrypted; undefined for AWS's own. The caller has to be allowed
 * to look at a key of their own. Throws ValidationException, and what KMS says of the key.
 */
export function encryptionOf(
  tx: WriteTx,
  given: GivenEncryption | undefined,
  call: Call,
): Encryption | undefined {
  if (given?.SSEType === "AES256") {
    // As users quote it.
    throw validation("One or more parameter values were invalid: SSEType AES256 is not supported")
  }
  if (!given?.Enabled) {
    if (given?.KMSMasterKeyId !== undefined)
      throw validation(
        "One or more parameter values were invalid: KMSMasterKeyId is specified, but SSE is not enabled",
      )
    return undefined
  }
  const { account, region } = call
  if (given.KMSMasterKeyId === undefined || given.KMSMasterKeyId === "alias/aws/dynamodb")
    return { keyArn: keyArn(managedKey(tx, { account, region, alias: "aws/dynamodb" })) }
  const { Arn, Enabled, KeySpec } = describeKey(tx, call, given.KMSMasterKeyId) as KeyFacts
  if (!Enabled || KeySpec !== "SYMMETRIC_DEFAULT")
    throw validation(`KMS validation error: ${Arn} cannot encrypt a table`)
  return { keyArn: Arn }
}

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
  readonly Enabled: boolean
  readonly KeySpec: string
}
