import type { AccessRequest } from "../../iam/access.ts"
import { partitionOf } from "../../kernel/places.ts"
import type { Table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { notImplemented } from "../../registry/not-implemented.ts"
import { hsmTables } from "../cloudhsmv2/port.ts"
import { aliases } from "./alias/alias.ts"
import type { EncryptionContext } from "./cipher/context.ts"
import { encryptSymmetric } from "./cipher/symmetric.ts"
import { assertUseOf, countRequest } from "./cipher/use.ts"
import { grants } from "./grant/grant.ts"
import { accessToKey } from "./key/access.ts"
import { keyStores } from "./key-store/key-store.ts"
import { findKey, foundKey } from "./key/find.ts"
import { counts } from "./key/counts.ts"
import { keyArn, keys, type Key } from "./key/key.ts"
import { lastUsages } from "./key/last-usage.ts"
import { materials } from "./material/material.ts"

export type { EncryptionContext } from "./cipher/context.ts"
export { grants as keyGrants, type Grant as KeyGrant } from "./grant/grant.ts"
export { keyArn, keyResource, type Key } from "./key/key.ts"
export { managedKey } from "./key/managed.ts"

/** The tables behind what this port gives: all of KMS's, grants too. */
export const keyTables: readonly Table<object>[] = [
  ...[keys, counts, materials, aliases, grants, keyStores, lastUsages],
  ...hsmTables,
]

/** A key, as the caller of a service names it (id, ARN, alias or its ARN), and what it is for. */
export interface KeyFor {
  readonly keyId: string
  /** Authenticated with the ciphertext, and needed again to open it. */
  readonly context?: EncryptionContext | undefined
}

/** A new data key, in both forms; the plain one is not to be kept. */
export interface DataKey {
  readonly plain: Uint8Array
  readonly blob: Uint8Array
  /** ARN of the KMS key. */
  readonly keyArn: string
}

export interface Decrypted {
  readonly plain: Uint8Array
  readonly keyArn: string
}

/*
 * With the rights of a service's caller, in its transaction: the service `uses: ["kms"]`. They throw
 * the AwsError that the caller would get of KMS: `error.code` is KMS's own (`DisabledException`,
 * `KMSInvalidStateException`, `NotFoundException`, `AccessDenied` …), for the service to tell in
 * its own words.
 */

/** The caller needs `kms:GenerateDataKey`. `bytes`: default 32. */
export function generateDataKey(
  tx: WriteTx,
  call: Call,
  { keyId, context, bytes = 32 }: KeyFor & { readonly bytes?: number },
): DataKey {
  return dataKeyOf(call.within(tx, kms("GenerateDataKey", dataKeyInput({ keyId, context, bytes }))))
}

/** The caller needs `kms:Encrypt`. At most 4,096 bytes. */
export function encrypt(
  tx: WriteTx,
  call: Call,
  { keyId, context, plain }: KeyFor & { readonly plain: Uint8Array },
): { readonly blob: Uint8Array; readonly keyArn: string } {
  const input = { KeyId: keyId, Plaintext: plain, EncryptionContext: context }
  const { CiphertextBlob, KeyId } = call.within(tx, kms("Encrypt", input)) as Answer
  return { blob: CiphertextBlob, keyArn: KeyId }
}

/**
 * The caller needs `kms:Decrypt`. The ciphertext names its key; `keyId` pins it. `region`: the key's,
 * where that may not be the call's.
 */
export function decrypt(
  tx: WriteTx,
  call: Call,
  { region, ...asked }: Partial<KeyFor> & { readonly blob: Uint8Array; readonly region?: string },
): Decrypted {
  return decryptedOf(call.within(tx, { ...kms("Decrypt", decryptInput(asked)), region }))
}

/** The caller needs `kms:DescribeKey`: to check a key when it is set, before it is used. */
export function describeKey(tx: WriteTx, call: Call, keyId: string): object {
  return (call.within(tx, kms("DescribeKey", { KeyId: keyId })) as Answer).KeyMetadata
}

/** Where a service's delivery wants to encrypt, and as who: `s3.amazonaws.com`. */
export interface Deliverer {
  readonly account: string
  readonly region: string
  readonly as: string
}

/**
 * What a delivery asks for that will encrypt: `kms:GenerateDataKey`, by the key's policy. Throws
 * NotFoundException.
 */
export function dataKeyAccess(
  tx: ReadTx,
  { account, region, as: name }: Deliverer,
  { keyId, context }: KeyFor,
): AccessRequest {
  const principal = { type: "service", account, name } as const
  const partition = partitionOf(region).id
  const asker = { operation: "GenerateDataKey", principal, partition, region }
  const found = findKey(tx, keyId, { account, region })
  return accessToKey(tx, asker, found, { encryptionContext: context })
}

/** A data key for a delivery that was let in, by `dataKeyAccess`. Throws what KMS refuses. */
export function deliveryDataKey(
  tx: WriteTx,
  { account, region }: Deliverer,
  { keyId, context }: KeyFor,
): DataKey {
  const { key } = foundKey(findKey(tx, keyId, { account, region }))
  assertUseOf(tx, key, { usage: "ENCRYPT_DECRYPT", operation: "GenerateDataKey" })
  if (key.xksKeyId !== undefined) throw notImplemented("keys of external key stores for deliveries")
  countRequest(tx, key, { operation: "GenerateDataKey" })
  const plain = tx.random("kms/data-key").bytes(32)
  return { plain, blob: encryptSymmetric(tx, key, { plain, context }).blob, keyArn: keyArn(key) }
}

/** The key that an id, ARN or alias of this account and Region means, or nothing: no rights asked. */
export function keyOf(
  tx: ReadTx,
  keyId: string,
  { account, region }: { readonly account: string; readonly region: string },
): Key | undefined {
  const name = keyId.slice(keyId.lastIndexOf(":") + 1)
  if (name.startsWith("alias/")) {
    const alias = tx.get(aliases, [account, region, name])
    return alias && tx.get(keys, [account, region, alias.keyId])
  }
  return tx.get(keys, [account, region, name.replace(/^key\//, "")])
}

interface Answer {
  readonly CiphertextBlob: Uint8Array
  readonly Plaintext: Uint8Array
  readonly KeyId: string
  readonly KeyMetadata: object
}

const kms = (operation: string, input: object) => ({ service: "kms", operation, input })

const dataKeyInput = ({ keyId, context, bytes }: KeyFor & { readonly bytes: number }) => ({
  ...{ KeyId: keyId, NumberOfBytes: bytes },
  EncryptionContext: context,
})

const decryptInput = ({
  keyId,
  context,
  blob,
}: Partial<KeyFor> & { readonly blob: Uint8Array }) => ({
  ...{ CiphertextBlob: blob, EncryptionContext: context },
  KeyId: keyId,
})

function dataKeyOf(output: object): DataKey {
  const { Plaintext, CiphertextBlob, KeyId } = output as Answer
  return { plain: Plaintext, blob: CiphertextBlob, keyArn: KeyId }
}

function decryptedOf(output: object): Decrypted {
  const { Plaintext, KeyId } = output as Answer
  return { plain: Plaintext, keyArn: KeyId }
}
