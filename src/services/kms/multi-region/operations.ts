import { job } from "../../../kernel/later/later.ts"
import { isRegion, partitionOf } from "../../../kernel/places.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { shownPolicy } from "../../iam/port.ts"
import { op, type In, type Out } from "../define.ts"
import { alreadyExists, invalid, unsupported } from "../errors.ts"
import { accessTo, accessToKey } from "../key/access.ts"
import { assertRoom } from "../key/create-key.ts"
import { count, inRegion } from "../key/counts.ts"
import { findNamedKey, foundKey } from "../key/find.ts"
import { keyArn, keys, refOf, type Key, type KeyRef } from "../key/key.ts"
import { keyMetadata } from "../key/metadata.ts"
import { defaultPolicy, readPolicy } from "../key/policy.ts"
import { assertUsable } from "../key/state.ts"
import { withTags } from "../key/tags.ts"
import { materials, materialsOf } from "../material/material.ts"
import { planRotation, rotateKey } from "../rotation/rotate.ts"
import { relatedKeys } from "./related.ts"

/** The last step of a replication: the replica can be used. */
export const finishReplica = job<KeyRef>("kms/finishReplica", {
  run(tx, { account, region, id }) {
    const key = tx.get(keys, [account, region, id])
    if (key?.creating) tx.replace(keys, key, { ...key, creating: undefined })
  },
})

/** Recorded. */
function primaryKey(tx: ReadTx, keyId: string, call: Call): Key {
  const { key } = foundKey(findNamedKey(tx, keyId, call))
  if (key.primaryRegion !== key.region)
    throw unsupported(`${keyArn(key)} is not a multi-region primary key.`)
  return key
}

function assertRegion(region: string, { region: own }: Call): void {
  // Not verified: the words.
  if (!isRegion(region) || partitionOf(region).id !== partitionOf(own).id)
    throw invalid(`${region} is not a Region of this partition.`)
}

/** Of the key that is to be made: it is as the primary is. */
function replicaKeys(
  found: ReturnType<typeof findNamedKey>,
  { BypassPolicyLockoutSafetyCheck: bypass }: In<"ReplicateKey">,
) {
  return {
    ...("key" in found && {
      "kms:KeySpec": found.key.spec,
      "kms:KeyUsage": found.key.usage,
      "kms:KeyOrigin": found.key.origin,
    }),
    ...{ "kms:MultiRegion": "true", "kms:MultiRegionKeyType": "REPLICA" },
    "kms:BypassPolicyLockoutSafetyCheck": String(bypass === true),
  }
}

export const ReplicateKey = op.write("ReplicateKey", {
  authorize(tx, input, call) {
    const { ReplicaRegion: region, Tags, ...rest } = input
    const found = findNamedKey(tx, input.KeyId, call)
    const replicate = accessToKey(tx, call, found, { keys: { "kms:ReplicaRegion": region } })
    const create = {
      ...accessTo(call, replicaKeys(found, input)),
      action: "kms:CreateKey",
    }
    if (!Tags?.length) return [replicate, create]
    const resource = keyArn({ account: call.account, region, id: "*" })
    const context = { ...create.context, ...requestTagKeys({ ...rest, Tags }) }
    return [replicate, create, { ...create, action: "kms:TagResource", resource, context }]
  },
  run(tx, input, call): Out<"ReplicateKey"> {
    const { ReplicaRegion: region } = input
    const primary = primaryKey(tx, input.KeyId, call)
    assertUsable(tx, primary)
    assertRegion(region, call)
    const { account, id } = primary
    // Not verified: the words.
    if (tx.get(keys, [account, region, id]))
      throw alreadyExists(`${keyArn({ account, region, id })} already exists.`)
    const policy = policyOf(tx, input, call)
    assertRoom(tx, { account, region })
    const replica = addReplica(tx, primary, {
      ...{ region, policy, description: input.Description ?? "" },
      tags: withTags({}, input.Tags),
    })
    return {
      ReplicaKeyMetadata: keyMetadata(tx, replica),
      ReplicaPolicy: shownPolicy(tx, policy),
      // Recorded: absent where there are none.
      ...(input.Tags && { ReplicaTags: input.Tags }),
    }
  },
})

function policyOf(tx: ReadTx, input: In<"ReplicateKey">, call: Call): string {
  const { account } = call
  if (input.Policy === undefined) return defaultPolicy({ account, region: input.ReplicaRegion })
  return readPolicy(tx, { ...input, Policy: input.Policy }, call)
}

/** Recorded: the answer shows the replica in the making. Imported material does not go with it. */
function addReplica(
  tx: WriteTx,
  primary: Key,
  own: Pick<Key, "region" | "policy" | "description" | "tags">,
): Key {
  const imported = primary.origin === "EXTERNAL"
  const { rotation: _rotation, onDemandRotations: _times, ...shared } = primary
  const replica: Key = {
    ...{ ...shared, ...own, createdMs: tx.now, enabled: true, creating: true },
    ...(imported && { materialId: undefined, pendingImport: true }),
  }
  tx.insert(keys, replica)
  count(tx, inRegion(replica), { keys: 1 })
  if (!imported)
    for (const material of materialsOf(tx, primary))
      tx.insert(materials, { ...material, region: own.region })
  tx.schedule(finishReplica, refOf(replica), tx.now)
  return replica
}

export const UpdatePrimaryRegion = op.write("UpdatePrimaryRegion", {
  authorize(tx, { KeyId, PrimaryRegion: region }, call) {
    const found = findNamedKey(tx, KeyId, call)
    const keysOf = { "kms:PrimaryRegion": region }
    const asked = accessToKey(tx, call, found, { keys: keysOf })
    if ("foreign" in found) return asked
    const other = tx.get(keys, [found.key.account, region, found.key.id])
    // "You need kms:UpdatePrimaryRegion permission on both keys".
    return other ? [asked, accessToKey(tx, call, { key: other }, { keys: keysOf })] : asked
  },
  run(tx, { KeyId, PrimaryRegion: region }, call): Out<"UpdatePrimaryRegion"> {
    const primary = primaryKey(tx, KeyId, call)
    assertRegion(region, call)
    assertUsable(tx, primary)
    const { account, id } = primary
    const next = tx.get(keys, [account, region, id])
    // Not verified: the words.
    if (!next || region === primary.region)
      throw unsupported(`${keyArn(primary)} has no replica key in ${region}.`)
    assertUsable(tx, next)
    for (const one of relatedKeys(tx, primary)) {
      const change = one.region === region ? takenOver(tx, primary, one) : { rotation: undefined }
      tx.replace(keys, one, { ...one, ...change, primaryRegion: region })
    }
    return {}
  },
})

/** Rotation is the primary's: what was planned goes on where the primary is now. */
function takenOver(tx: WriteTx, { rotation, onDemandRotations }: Key, next: Key): Partial<Key> {
  if (!rotation) return { onDemandRotations }
  tx.cancel(rotation.timer)
  const { periodDays, nextMs } = rotation
  if (nextMs <= tx.now) return { onDemandRotations, rotation: planRotation(tx, next, periodDays) }
  const timer = tx.schedule(rotateKey, refOf(next), nextMs)
  return { onDemandRotations, rotation: { periodDays, nextMs, timer } }
}

export const multiRegionOperations = { ReplicateKey, UpdatePrimaryRegion }
