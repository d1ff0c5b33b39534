import type { WriteTx } from "../../../kernel/transaction.ts"
import { refOf, type Secret } from "../secret/secret.ts"
import { sealWith, type Plain } from "../value/cipher.ts"
import { replicas, replicasOf, replicaValues, syncJob, type Replica } from "./replica.ts"

const PURPOSE = "secretsmanager/replica-key"

const contextOf = ({ secretId, region }: Pick<Replica, "secretId" | "region">): string =>
  `${secretId}/${region}`

export const sealKey = (
  tx: WriteTx,
  key: Uint8Array,
  of: Pick<Replica, "secretId" | "region">,
): string => tx.seal(key, { purpose: PURPOSE, context: contextOf(of) }).toString("base64")

/** Tells the replicas that something has changed, and gives them a new version's value. */
export function copyToReplicas(
  tx: WriteTx,
  secret: Secret,
  value?: { readonly version: string; readonly plain: Plain },
): void {
  for (const replica of replicasOf(tx, secret)) {
    if (replica.sealedKey === undefined) continue
    if (value) sendValue(tx, replica, value)
    planSync(tx, secret, replica)
  }
}

export function sendValue(
  tx: WriteTx,
  replica: Replica,
  { version: id, plain }: { readonly version: string; readonly plain: Plain },
): void {
  const { secretId, region, sealedKey } = replica
  const of = { purpose: PURPOSE, context: contextOf(replica) }
  const key = tx.unseal(Buffer.from(sealedKey ?? "", "base64"), of)
  tx.put(replicaValues, { secretId, region, id, ...sealWith(tx, key, plain) })
}

export function planSync(tx: WriteTx, secret: Secret, replica: Replica): void {
  if (replica.timer) return
  const timer = tx.schedule(syncJob, { secret: refOf(secret), region: replica.region }, tx.now)
  tx.put(replicas, { ...replica, status: "InProgress", message: undefined, timer })
}
