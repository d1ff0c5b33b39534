import type { ReadTx } from "../../../kernel/transaction.ts"
import { disabled, invalidState, invalidStateText } from "../errors.ts"
import { keyStores } from "../key-store/key-store.ts"
import { answers } from "../key-store/vault.ts"
import { keyArn, type Key } from "./key.ts"

export type KeyState =
  | "Creating"
  | "Enabled"
  | "Disabled"
  | "PendingDeletion"
  | "PendingImport"
  | "PendingReplicaDeletion"
  | "Unavailable"

export function keyState(tx: ReadTx, key: Key): KeyState {
  if (key.creating) return "Creating"
  if (key.deletion)
    return key.deletion.atMs === undefined ? "PendingReplicaDeletion" : "PendingDeletion"
  if (key.pendingImport) return "PendingImport"
  if (key.keyStoreId !== undefined) {
    const store = tx.get(keyStores, [key.account, key.region, key.keyStoreId])
    if (store?.connection !== "CONNECTED") return "Unavailable"
  }
  return key.enabled ? "Enabled" : "Disabled"
}

/** What KMS says of each in a refusal ("Key states of AWS KMS keys", its notes). */
const WORDS: Readonly<Record<Exclude<KeyState, "Enabled" | "Disabled">, string>> = {
  Creating: "creating",
  PendingDeletion: "pending deletion",
  PendingReplicaDeletion: "pending replica deletion",
  PendingImport: "pending import",
  Unavailable: "unavailable",
}

/** Refuses in all states but the given ones. Throws DisabledException, KMSInvalidStateException. */
export function assertState(tx: ReadTx, key: Key, allowed: readonly KeyState[]): void {
  const state = keyState(tx, key)
  if (allowed.includes(state)) return
  if (state === "Disabled") throw disabled(keyArn(key))
  if (state === "Enabled") throw invalidState(keyArn(key), "not pending deletion")
  throw invalidState(keyArn(key), WORDS[state])
}

/** For cryptographic operations. */
export function assertUsable(tx: ReadTx, key: Key): void {
  assertState(tx, key, USABLE)
  if (key.keyStoreId === undefined) return
  const store = tx.get(keyStores, [key.account, key.region, key.keyStoreId])
  if (!store || answers(tx, store)) return
  // "Troubleshooting a custom key store"; the words are not verified.
  throw invalidStateText(
    "KMS cannot communicate with your CloudHSM cluster. This can be a transient network issue.",
  )
}

const USABLE: readonly KeyState[] = ["Enabled"]

/** For changes of what a key is or may: a key that will be deleted is not changed any more. */
export const MANAGEABLE: readonly KeyState[] = [
  ...(["Enabled", "Disabled", "PendingImport", "Unavailable"] as const),
]
