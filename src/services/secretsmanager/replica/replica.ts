import { job, type TimerId } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { secrets, type Secret, type SecretRef } from "../secret/secret.ts"

/** A Region to which a secret is copied. */
export interface Replica {
  /** The primary's. */
  readonly secretId: number
  readonly region: string
  readonly kmsKeyId?: string | undefined
  /** ARN of the KMS key, or `DefaultEncryptionKey`. */
  readonly kmsKey: string
  readonly status: "InSync" | "InProgress" | "Failed"
  readonly message?: string | undefined
  /** A secret of the same name that is there already is overwritten. */
  readonly force: boolean
  /**
   * The key of all values in the Region, as its KMS has encrypted it (base64), and sealed: later
   * versions are written by whoever may write the secret here. Absent: the key cannot be used, and
   * nothing is copied.
   */
  readonly dataKey?: string | undefined
  readonly sealedKey?: string | undefined
  /** A copy that is planned. */
  readonly timer?: TimerId | undefined
}

export const replicas = table<Replica>("secretsmanager/replica", {
  key: ({ secretId, region }) => [secretId, region],
  cached: true,
})

/** A value on its way, already encrypted with the replica's data key. */
export interface ReplicaValue {
  readonly secretId: number
  readonly region: string
  readonly id: string
  readonly binary: boolean
  readonly text: string
}

export const replicaValues = table<ReplicaValue>("secretsmanager/replica-value", {
  key: ({ secretId, region, id }) => [secretId, region, id],
})

export interface SyncRef {
  readonly secret: SecretRef
  readonly region: string
}

/** Brings a replica to what the primary is; see sync.ts. */
export const syncJob = job<SyncRef>("secretsmanager/sync", {})

/** More than AWS has Regions. */
const MOST = 100
/** More than a secret has versions. */
export const MOST_VALUES = 1_000

export const replicasOf = (tx: ReadTx, { id }: Pick<Secret, "id">): readonly Replica[] =>
  tx.scan(replicas, { prefix: [id], limit: MOST }).rows

export function replicationStatus(tx: ReadTx, { id, account, name }: Secret) {
  return replicasOf(tx, { id }).map(({ region, kmsKeyId, status, message }) => {
    const accessedMs = tx.get(secrets, [account, region, name])?.accessedMs
    return {
      Region: region,
      KmsKeyId: kmsKeyId ?? "alias/aws/secretsmanager",
      Status: status,
      ...(message !== undefined && { StatusMessage: message }),
      ...(accessedMs !== undefined && { LastAccessedDate: accessedMs }),
    }
  })
}

/** Ends the copying to a Region; what is there stays. */
export function forgetReplica(tx: WriteTx, replica: Replica): void {
  if (replica.timer) tx.cancel(replica.timer)
  const { secretId, region } = replica
  const prefix = [secretId, region]
  for (const value of tx.scan(replicaValues, { prefix, limit: MOST_VALUES }).rows)
    tx.remove(replicaValues, value)
  tx.remove(replicas, replica)
}
