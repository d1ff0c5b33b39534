import { job } from "../../../kernel/later/later.ts"
import { isUp } from "../../../kernel/places.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { REPLICA_RETRY_MS } from "../limits.ts"
import { removeSecret } from "../secret/delete.ts"
import { sameSecret, secrets, type Secret } from "../secret/secret.ts"
import { removeVersion, values, versions, versionsOf } from "../value/version.ts"
import {
  MOST_VALUES,
  replicas,
  replicaValues,
  syncJob,
  type Replica,
  type SyncRef,
} from "./replica.ts"

/** Brings a replica to what the primary is now. A Region that is down catches up when it is back. */
export const sync = job<SyncRef>(syncJob.name, {
  run(tx, ref) {
    const secret = sameSecret(tx, ref.secret)
    const planned = secret && tx.get(replicas, [secret.id, ref.region])
    if (!secret || planned?.dataKey === undefined) return
    const replica = { ...planned, timer: undefined }
    const { region } = replica
    if (!isUp({ region }, tx.faults) || !isUp(secret, tx.faults)) {
      const timer = tx.schedule(syncJob, ref, tx.now + REPLICA_RETRY_MS)
      const message = `Replication failed: Region ${region} is unavailable.`
      return tx.put(replicas, { ...replica, status: "Failed", message, timer })
    }
    const there = tx.get(secrets, [secret.account, region, secret.name])
    const own = there?.primaryRegion === secret.region && there.suffix === secret.suffix
    if (there && !own) {
      if (!replica.force) {
        // As moto quotes it.
        const message = `Replication failed: Secret name ${secret.name} already exists in region ${region}.`
        return tx.put(replicas, { ...replica, status: "Failed", message })
      }
      removeSecret(tx, there)
    }
    copy(tx, { secret, replica, known: own ? there : undefined })
    tx.put(replicas, { ...replica, status: "InSync", message: "Replication succeeded" })
  },
})

interface Copy {
  readonly secret: Secret
  readonly replica: Replica
  readonly known: Secret | undefined
}

function copy(tx: WriteTx, { secret, replica, known }: Copy): void {
  const { region, kmsKeyId, kmsKey, dataKey = "" } = replica
  const id = known?.id ?? tx.serial()
  const accessedMs = known?.accessedMs
  tx.put(secrets, { ...secret, region, id, kmsKeyId, accessedMs, deleted: undefined })
  const primary = versionsOf(tx, secret)
  for (const version of primary) {
    const own = tx.get(versions, [id, version.id])
    const sent = tx.get(replicaValues, [secret.id, region, version.id])
    if (sent) {
      const { binary, text } = sent
      tx.put(values, { secretId: id, id: version.id, binary, text, dataKey, ofVersion: false })
      tx.remove(replicaValues, sent)
    }
    const hasValue = sent !== undefined || own?.kmsKey !== undefined
    tx.put(versions, {
      ...{ ...version, secretId: id, accessedMs: own?.accessedMs },
      kmsKey: hasValue ? kmsKey : undefined,
    })
  }
  const kept = new Set(primary.map((version) => version.id))
  for (const version of versionsOf(tx, { id }))
    if (!kept.has(version.id)) removeVersion(tx, version)
  // Of versions that have gone meanwhile.
  const prefix = [secret.id, region]
  for (const sent of tx.scan(replicaValues, { prefix, limit: MOST_VALUES }).rows)
    tx.remove(replicaValues, sent)
}
