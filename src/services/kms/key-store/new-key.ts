import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalid, unsupported } from "../errors.ts"
import { keys, type KeyOrigin } from "../key/key.ts"
import type { KeySpec } from "../key/spec.ts"
import { xksKeyInUse } from "./errors.ts"
import { connectedStore } from "./use.ts"
import { assertZones } from "./vault.ts"
import { isSuitable, type Asker, type Proxy } from "./xks/client.ts"
import { badExternalKey, newKeyRefusal, XksFailure } from "./xks/failure.ts"

const KEYS_OF_A_STORE = 100_000

export interface NewKeyInStore {
  readonly CustomKeyStoreId?: string | undefined
  readonly XksKeyId?: string | undefined
  readonly origin: KeyOrigin
  readonly spec: KeySpec
  readonly multiRegion: boolean
}

/** Where a new key lives, if not in KMS itself. */
export function storeForNewKey(tx: ReadTx, call: Call, asked: NewKeyInStore) {
  const { CustomKeyStoreId: id, XksKeyId: xksKeyId, origin, spec, multiRegion } = asked
  const inStore = origin === "AWS_CLOUDHSM" || origin === "EXTERNAL_KEY_STORE"
  if (!inStore && id === undefined && xksKeyId === undefined) return {}
  // Not verified: the words of these.
  if (!inStore || id === undefined)
    throw invalid("CustomKeyStoreId goes with the origins AWS_CLOUDHSM and EXTERNAL_KEY_STORE.")
  if ((origin === "EXTERNAL_KEY_STORE") !== (xksKeyId !== undefined))
    throw invalid("XksKeyId goes with the origin EXTERNAL_KEY_STORE.")
  if (spec !== "SYMMETRIC_DEFAULT" || multiRegion)
    throw unsupported("Custom key stores have only symmetric keys of a single Region.")
  const store = connectedStore(tx, call, id)
  if ((store.cluster === undefined) !== (origin === "EXTERNAL_KEY_STORE"))
    throw unsupported(`The origin ${origin} is not that of the custom key store ${id}.`)
  assertZones(tx, store, 2)
  const prefix = [call.account, call.region, id]
  // A look at all: stores have few keys whose other half is outside.
  const others = tx.scan(keys, { index: "byKeyStore", prefix, limit: KEYS_OF_A_STORE }).rows
  if (xksKeyId !== undefined && others.some((other) => other.xksKeyId === xksKeyId))
    throw xksKeyInUse(xksKeyId)
  return { keyStoreId: id, ...(xksKeyId !== undefined && { xksKeyId }) }
}

/** Throws what CreateKey tells of the key outside. */
export async function assertExternalKey(
  ctx: ActionContext,
  proxy: Proxy,
  of: { readonly asker: Asker; readonly xksKeyId: string },
): Promise<void> {
  let suitable: boolean
  try {
    suitable = await isSuitable(ctx, proxy, of)
  } catch (error) {
    throw error instanceof XksFailure ? newKeyRefusal(error) : error
  }
  if (!suitable) throw badExternalKey()
}
