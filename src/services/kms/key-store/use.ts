import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { noSuchStore, storeState } from "./errors.ts"
import { keyStores, type KeyStore } from "./key-store.ts"

/** The custom key store of that id, which must be connected. */
export function connectedStore(tx: ReadTx, { account, region }: Call, id: string): KeyStore {
  const store = findKeyStore(tx, { account, region }, id)
  if (store.connection !== "CONNECTED") throw storeState(id, store.connection)
  return store
}

/** Throws CustomKeyStoreNotFoundException. */
export function findKeyStore(
  tx: ReadTx,
  { account, region }: Pick<Call, "account" | "region">,
  id: string,
): KeyStore {
  const store = tx.get(keyStores, [account, region, id])
  if (!store) throw noSuchStore(id)
  return store
}
