import type { WriteTx } from "../../../kernel/transaction.ts"
import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, refused } from "../errors.ts"
import { removeSecret } from "../secret/delete.ts"
import { arnOf, findLiving, findOwn, isReplica, secrets, type Secret } from "../secret/secret.ts"
import { addReplicas } from "./add.ts"
import { forgetReplica, replicas, replicasOf, replicationStatus } from "./replica.ts"

export const ReplicateSecretToRegions = op.write("ReplicateSecretToRegions", {
  authorize: onSecret<In<"ReplicateSecretToRegions">>((input) => ({
    AddReplicaRegions: input.AddReplicaRegions.map(({ Region = "" }) => Region),
    ForceOverwriteReplicaSecret: input.ForceOverwriteReplicaSecret,
  })),
  run(tx, input, call): Out<"ReplicateSecretToRegions"> {
    const secret = findOwn(tx, input.SecretId, call)
    const { AddReplicaRegions: regions, ForceOverwriteReplicaSecret: force } = input
    const primary = addReplicas(tx, call, { secret, regions, force })
    return { ARN: arnOf(secret), ReplicationStatus: replicationStatus(tx, primary) }
  },
})

export const RemoveRegionsFromReplication = op.write("RemoveRegionsFromReplication", {
  authorize: onSecret<In<"RemoveRegionsFromReplication">>(),
  run(tx, input, call): Out<"RemoveRegionsFromReplication"> {
    const secret = findOwn(tx, input.SecretId, call)
    for (const region of input.RemoveReplicaRegions) removeReplica(tx, secret, region)
    return { ARN: arnOf(secret), ReplicationStatus: replicationStatus(tx, secret) }
  },
})

function removeReplica(tx: WriteTx, secret: Secret, region: string): void {
  const replica = tx.get(replicas, [secret.id, region])
  // Not verified: the words.
  if (!replica) throw invalid(`The secret is not replicated to the Region ${region}.`)
  forgetReplica(tx, replica)
  const there = tx.get(secrets, [secret.account, region, secret.name])
  if (there?.primaryRegion === secret.region && there.suffix === secret.suffix)
    removeSecret(tx, there)
  leavePrimary(tx, secret)
}

/** A secret without replicas has no primary Region any more. */
function leavePrimary(tx: WriteTx, { account, region, name, id }: Secret): void {
  const primary = tx.get(secrets, [account, region, name])
  if (primary?.id !== id || replicasOf(tx, primary).length > 0) return
  tx.replace(secrets, primary, { ...primary, primaryRegion: undefined })
}

/** Called in the replica's Region: it becomes a secret of its own. */
export const StopReplicationToReplica = op.write("StopReplicationToReplica", {
  authorize: onSecret<In<"StopReplicationToReplica">>(),
  run(tx, input, call): Out<"StopReplicationToReplica"> {
    const secret = findLiving(tx, input.SecretId, call)
    const { account, region, name, primaryRegion } = secret
    // Not verified: the words.
    if (primaryRegion === undefined || !isReplica(secret))
      throw refused("Operation is only permitted on a replica secret.")
    const primary = tx.get(secrets, [account, primaryRegion, name])
    const replica = primary && tx.get(replicas, [primary.id, region])
    if (primary && replica) {
      forgetReplica(tx, replica)
      leavePrimary(tx, primary)
    }
    tx.replace(secrets, secret, { ...secret, primaryRegion: undefined })
    return { ARN: arnOf(secret) }
  },
})
