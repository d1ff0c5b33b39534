import { isRegion, partitionOf } from "../../../kernel/places.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { invalid } from "../errors.ts"
import { secrets, type Secret } from "../secret/secret.ts"
import { open, sharedDataKey } from "../value/cipher.ts"
import { versionsOf } from "../value/version.ts"
import { planSync, sealKey, sendValue } from "./copy.ts"
import { replicas, type Replica } from "./replica.ts"

export interface NewReplicas {
  readonly secret: Secret
  readonly regions: readonly {
    readonly Region?: string | undefined
    readonly KmsKeyId?: string | undefined
  }[]
  readonly force: boolean | undefined
}

/** Begins to copy a secret to more Regions; gives it as it is then. */
export function addReplicas(tx: WriteTx, call: Call, asked: NewReplicas): Secret {
  const { secret, regions, force = false } = asked
  const primary = { ...secret, primaryRegion: secret.region }
  tx.put(secrets, { ...primary, changedMs: tx.now })
  for (const { Region: region = "", KmsKeyId: kmsKeyId } of regions) {
    assertRegion(region, secret)
    const known = tx.get(replicas, [secret.id, region])
    // A copy that is well stays; one that has failed is tried again, perhaps with force.
    if (known && known.status !== "Failed") continue
    if (known?.timer) tx.cancel(known.timer)
    addReplica(tx, call, { secret: primary, region, kmsKeyId: kmsKeyId || undefined, force })
  }
  return primary
}

/** As moto quotes it. */
function assertRegion(region: string, secret: Secret): void {
  const there = isRegion(region) && partitionOf(region).id === partitionOf(secret.region).id
  if (!there || region === secret.region) throw invalid("Invalid replica region.")
}

type Added = Pick<Replica, "region" | "kmsKeyId" | "force"> & { readonly secret: Secret }

/** Seen of CloudFormation: a key that cannot be used fails the copy, not the call. */
function addReplica(tx: WriteTx, call: Call, added: Added): void {
  try {
    copyWithKey(tx, call, added)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { secret, region, kmsKeyId, force } = added
    const message = `Replication failed: ${error.message}`
    tx.put(replicas, {
      ...{ secretId: secret.id, region, kmsKeyId, kmsKey: kmsKeyId ?? "", force },
      ...{ status: "Failed", message },
    })
  }
}

function copyWithKey(tx: WriteTx, call: Call, added: Added): void {
  const { secret, region, kmsKeyId, force } = added
  const keyed = withKey(tx, call, { secret, region, kmsKeyId })
  const replica: Replica = { ...keyed, force, status: "InProgress" }
  tx.put(replicas, replica)
  sendAll(tx, call, { from: secret, replica })
  planSync(tx, secret, replica)
}

/** A replica's key, and the data key that it has encrypted. */
function withKey(tx: WriteTx, call: Call, of: Pick<Added, "secret" | "region" | "kmsKeyId">) {
  const { secret, region, kmsKeyId } = of
  const { plain: key, blob, kmsKey } = sharedDataKey(tx, call, { ...secret, region, kmsKeyId })
  const place = { secretId: secret.id, region }
  const dataKey = Buffer.from(blob).toString("base64")
  return { ...place, kmsKeyId, kmsKey, dataKey, sealedKey: sealKey(tx, key, place) }
}

/** Gives a replica all values, as `from` has them. */
function sendAll(
  tx: WriteTx,
  call: Call,
  { from, replica }: { readonly from: Secret; readonly replica: Replica },
): void {
  for (const version of versionsOf(tx, from)) {
    const plain = open(tx, call, { secret: from, version })
    if (plain) sendValue(tx, replica, { version: version.id, plain })
  }
}

/** "A replica … can't be updated independently …, except for its encryption key." */
export function changeReplicaKey(
  tx: WriteTx,
  call: Call,
  { secret, kmsKeyId }: { readonly secret: Secret; readonly kmsKeyId: string | undefined },
): void {
  const { account, region, name, primaryRegion = "" } = secret
  const primary = tx.get(secrets, [account, primaryRegion, name])
  const known = primary && tx.get(replicas, [primary.id, region])
  if (!primary || !known) throw new Error(`${name} in ${region} is a replica of nothing`)
  const keyed = withKey(tx, call, { secret: primary, region, kmsKeyId })
  const replica = { ...known, ...keyed }
  tx.put(replicas, replica)
  sendAll(tx, call, { from: secret, replica })
  planSync(tx, primary, replica)
}
