import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { disabled, invalidStateText, limitExceeded, unsupported, wrongOrigin } from "../errors.ts"
import { namedKeyAccess } from "../key/access.ts"
import { findNamedKey, foundKey } from "../key/find.ts"
import { keyArn, keys, type Key } from "../key/key.ts"
import { pageOfList } from "../key/list.ts"
import { changeKey } from "../key/manage.ts"
import { assertState, keyState, type KeyState } from "../key/state.ts"
import { ON_DEMAND_ROTATIONS, ROTATION_DAYS } from "../limits.ts"
import { materialsOf, type Material } from "../material/material.ts"
import { makeCurrent, planRotation, rotate } from "./rotate.ts"

/** Recorded of RotateKeyOnDemand: first a disabled key, then its kind, its origin, its state. */
function rotatableKey(
  tx: ReadTx,
  { KeyId }: { readonly KeyId: string },
  { call, states, imported }: { call: Call; states: readonly KeyState[]; imported: boolean },
): Key {
  const { key } = foundKey(findNamedKey(tx, KeyId, call))
  if (keyState(tx, key) === "Disabled") throw disabled(keyArn(key))
  if (key.spec !== "SYMMETRIC_DEFAULT") throw unsupported()
  const { origin } = key
  if (origin !== "AWS_KMS" && !(imported && origin === "EXTERNAL"))
    throw wrongOrigin(keyArn(key), origin)
  assertState(tx, key, states)
  return key
}

/** "You cannot enable or disable … rotation of a replica key, only of its primary". */
function assertPrimary(key: Key): void {
  // Recorded of ReplicateKey.
  if (key.primaryRegion !== undefined && key.primaryRegion !== key.region)
    throw unsupported(`${keyArn(key)} is not a multi-region primary key.`)
}

const ROTATABLE: readonly KeyState[] = ["Enabled"]

export const EnableKeyRotation = op.write("EnableKeyRotation", {
  authorize: namedKeyAccess(({ RotationPeriodInDays: days }: In<"EnableKeyRotation">) => ({
    "kms:RotationPeriodInDays": days === undefined ? undefined : String(days),
  })),
  run(tx, input, call): Out<"EnableKeyRotation"> {
    const key = rotatableKey(tx, input, { call, states: ROTATABLE, imported: false })
    assertPrimary(key)
    const days = input.RotationPeriodInDays ?? ROTATION_DAYS.default
    if (key.rotation) tx.cancel(key.rotation.timer)
    changeKey(tx, key, { rotation: planRotation(tx, key, days) })
    return {}
  },
})

export const DisableKeyRotation = op.write("DisableKeyRotation", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"DisableKeyRotation"> {
    const key = rotatableKey(tx, input, { call, states: ROTATABLE, imported: false })
    assertPrimary(key)
    if (key.rotation) tx.cancel(key.rotation.timer)
    changeKey(tx, key, { rotation: undefined })
    return {}
  },
})

const TOLD: readonly KeyState[] = ["Enabled", "Disabled", "PendingDeletion", "PendingImport"]

export const GetKeyRotationStatus = op.read("GetKeyRotationStatus", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"GetKeyRotationStatus"> {
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    assertState(tx, key, [...TOLD, "PendingReplicaDeletion", "Unavailable", "Creating"])
    const rotation = key.deletion ? undefined : primaryOf(tx, key).rotation
    // Recorded: keys that never rotate are told as such.
    if (!rotation) return { KeyId: keyArn(key), KeyRotationEnabled: false }
    return {
      ...{ KeyId: keyArn(key), KeyRotationEnabled: true },
      ...{ RotationPeriodInDays: rotation.periodDays, NextRotationDate: rotation.nextMs },
    }
  },
})

export const RotateKeyOnDemand = op.write("RotateKeyOnDemand", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"RotateKeyOnDemand"> {
    const key = rotatableKey(tx, input, { call, states: ROTATABLE, imported: true })
    assertPrimary(key)
    const times = key.onDemandRotations ?? 0
    if (times >= ON_DEMAND_ROTATIONS)
      throw limitExceeded(
        "The on-demand rotations limit has been reached for the given keyId. No more on-demand " +
          `rotations can be performed for this key: ${keyArn(key)}`,
      )
    const rotated =
      key.origin === "EXTERNAL" ? rotateImported(tx, key) : rotate(tx, key, "ON_DEMAND")
    changeKey(tx, rotated, { onDemandRotations: times + 1 })
    return { KeyId: keyArn(key) }
  },
})

function rotateImported(tx: WriteTx, key: Key): Key {
  const pending = materialsOf(tx, key).find(({ state }) => state === "PENDING_ROTATION")
  // Recorded.
  if (!pending)
    throw invalidStateText(
      `No available key material pending rotation for the key: ${keyArn(key)}.`,
    )
  return makeCurrent(tx, key, { ...pending, rotatedMs: tx.now, rotationType: "ON_DEMAND" })
}

export const ListKeyRotations = op.read("ListKeyRotations", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"ListKeyRotations"> {
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    if (key.spec !== "SYMMETRIC_DEFAULT") throw unsupported()
    const every = input.IncludeKeyMaterial === "ALL_KEY_MATERIAL"
    const told = materialsOf(tx, key).filter(({ rotatedMs }) => every || rotatedMs !== undefined)
    const { items, more } = pageOfList(told, ({ id }) => id, input)
    return { Rotations: items.map((material) => rotationEntry(key, material)), ...more }
  },
})

type RotationEntry = NonNullable<Out<"ListKeyRotations">["Rotations"]>[number]

function rotationEntry(key: Key, material: Material): RotationEntry {
  const { rotatedMs, rotationType, description, validToMs, sealed } = material
  return {
    ...{ KeyId: keyArn(key), KeyMaterialId: material.id, KeyMaterialState: material.state },
    ...(rotatedMs !== undefined && { RotationDate: rotatedMs }),
    ...(rotationType && { RotationType: rotationType }),
    ...(description !== undefined && { KeyMaterialDescription: description }),
    ...(key.origin === "EXTERNAL" && {
      ImportState: sealed === undefined ? "PENDING_IMPORT" : "IMPORTED",
      ExpirationModel:
        validToMs === undefined ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES",
      ...(validToMs !== undefined && { ValidTo: validToMs }),
    }),
  }
}

/** "The rotation status of a replica … is that of its primary". */
function primaryOf(tx: ReadTx, key: Key): Key {
  const { primaryRegion, account, id } = key
  if (primaryRegion === undefined || primaryRegion === key.region) return key
  return tx.get(keys, [account, primaryRegion, id]) ?? key
}

export const rotationOperations = {
  ...{ EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus },
  ...{ RotateKeyOnDemand, ListKeyRotations },
}
