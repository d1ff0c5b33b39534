import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalidValues, validation } from "../errors.ts"
import { managedKeyOf } from "../tables/encryption.ts"
import type { Table } from "../tables/table.ts"
import type { Replica } from "./replica.ts"

export type ReplicaKey = Pick<Replica, "kmsKeyId" | "kmsKeyArn">

interface Given {
  readonly RegionName: string
  readonly KMSMasterKeyId?: string | undefined
}

interface Metadata {
  readonly KeyMetadata: {
    readonly Arn: string
    readonly Enabled: boolean
    readonly KeySpec: string
  }
}

/**
 * The key of a replica: one of its own Region, of which the caller has to be allowed to see what it
 * is: where the table's key is the customer's, its own is too (recorded; the words for keys that cannot
 * be used are not verified).
 */
export function replicaKey(
  tx: WriteTx,
  { account, region: own, encryption }: Table,
  { given, call }: { readonly given: Given; readonly call: Call },
): ReplicaKey {
  const { RegionName: region, KMSMasterKeyId: keyId } = given
  const isOwn = encryption && encryption.keyArn !== managedKeyOf(tx, { account, region: own })
  if (keyId === undefined || keyId === "alias/aws/dynamodb") {
    if (!isOwn) return {}
    throw invalidValues(
      keyId === undefined
        ? "KMSMasterKeyId must be specified for each replica."
        : "All replica keys must either be Customer Managed CMK or AWS Managed CMK.",
    )
  }
  if (!encryption)
    throw validation("KMSMasterKeyId is specified for a replica, but SSE is not enabled")
  const input = { KeyId: keyId }
  const inner = { service: "kms", operation: "DescribeKey", input, region }
  const { Arn, Enabled, KeySpec } = (call.within(tx, inner) as Metadata).KeyMetadata
  if (!Enabled || KeySpec !== "SYMMETRIC_DEFAULT")
    throw validation(`KMS validation error: ${Arn} cannot encrypt a table`)
  return { kmsKeyId: keyId, kmsKeyArn: Arn }
}
