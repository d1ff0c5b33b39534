import { isRegion, partitionOf } from "../../../kernel/places.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
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

function addReplica(tx: WriteTx, call: Call, added: Added): void {
  const { secret, region, kmsKeyId, force } = added
  const { plain: key, blob, kmsKey } = sharedDataKey(tx, call, { ...secret, region, kmsKeyId })
  const of = { secretId: secret.id, region }
  const replica: Replica = {
    ...{ ...of, kmsKeyId, kmsKey, force, status: "InProgress" },
    dataKey: Buffer.from(blob).toString("base64"),
    sealedKey: sealKey(tx, key, of),
  }
  tx.put(replicas, replica)
  for (const version of versionsOf(tx, secret)) {
    const plain = open(tx, call, { secret, version })
    if (plain) sendValue(tx, replica, { version: version.id, plain })
  }
  planSync(tx, secret, replica)
}
