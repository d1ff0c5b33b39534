import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Out } from "../define.ts"
import { keyStores } from "../key-store/key-store.ts"
import { currentMaterial } from "../material/material.ts"
import { relatedKeys } from "../multi-region/related.ts"
import { keyArn, type Key } from "./key.ts"
import { SPECS } from "./spec.ts"
import { keyState } from "./state.ts"

type KeyMetadata = NonNullable<Out<"DescribeKey">["KeyMetadata"]>

/** A key as DescribeKey tells it. */
export function keyMetadata(tx: ReadTx, key: Key): KeyMetadata {
  const state = keyState(tx, key)
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: keyArn(key),
    CreationDate: key.createdMs,
    Enabled: state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: state,
    Origin: key.origin,
    KeyManager: key.manager,
    ...deletionOf(key),
    ...specOf(key),
    ...materialOf(tx, key),
    ...storeOf(tx, key),
    ...multiRegionOf(tx, key),
  }
}

function deletionOf({ deletion }: Key) {
  if (!deletion) return {}
  return deletion.atMs === undefined
    ? { PendingDeletionWindowInDays: deletion.days }
    : { DeletionDate: deletion.atMs }
}

function specOf({ spec, usage }: Key) {
  const { encryption, signing, macs, agreement } = SPECS[spec]
  return {
    KeySpec: spec,
    CustomerMasterKeySpec: spec,
    ...(usage === "ENCRYPT_DECRYPT" && { EncryptionAlgorithms: encryption }),
    ...(usage === "SIGN_VERIFY" && { SigningAlgorithms: signing }),
    ...(usage === "GENERATE_VERIFY_MAC" && { MacAlgorithms: macs }),
    ...(usage === "KEY_AGREEMENT" && { KeyAgreementAlgorithms: agreement }),
  }
}

/**
 * Recorded: only symmetric encryption keys tell the id of their material, and go on telling it when
 * what was imported is deleted.
 */
function materialOf(tx: ReadTx, key: Key) {
  const material = currentMaterial(tx, key)
  if (!material || key.creating) return {}
  const imported = key.origin === "EXTERNAL" && !key.pendingImport
  const { validToMs } = material
  return {
    ...(key.spec === "SYMMETRIC_DEFAULT" &&
      (key.origin === "AWS_KMS" || key.origin === "EXTERNAL") && {
        CurrentKeyMaterialId: material.id,
      }),
    ...(imported && {
      ExpirationModel:
        validToMs === undefined ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES",
      ...(validToMs !== undefined && { ValidTo: validToMs }),
    }),
  }
}

function storeOf(tx: ReadTx, { account, region, keyStoreId, xksKeyId }: Key) {
  if (keyStoreId === undefined) return {}
  const store = tx.get(keyStores, [account, region, keyStoreId])
  return {
    CustomKeyStoreId: keyStoreId,
    ...(store?.cluster && { CloudHsmClusterId: store.cluster.id }),
    ...(xksKeyId !== undefined && { XksKeyConfiguration: { Id: xksKeyId } }),
  }
}

function multiRegionOf(tx: ReadTx, key: Key) {
  const { primaryRegion } = key
  if (primaryRegion === undefined) return { MultiRegion: false }
  const one = (region: string) => ({ Arn: keyArn({ ...key, region }), Region: region })
  return {
    MultiRegion: true,
    MultiRegionConfiguration: {
      MultiRegionKeyType: primaryRegion === key.region ? "PRIMARY" : "REPLICA",
      PrimaryKey: one(primaryRegion),
      ReplicaKeys: relatedKeys(tx, key)
        .filter(({ region }) => region !== primaryRegion)
        .map(({ region }) => one(region)),
    },
  }
}
