import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { dryRun, noSuchKey, wrongAlgorithm, wrongUsage } from "../errors.ts"
import { assertGrantTokens } from "../grant/token.ts"
import { findKey } from "../key/find.ts"
import { keyArn, type Key } from "../key/key.ts"
import { noteUsage, type Usage } from "../key/last-usage.ts"
import { refuseRecipient, type Recipient } from "./recipient.ts"
import { SPECS, type EncryptionAlgorithm, type KeyUsage } from "../key/spec.ts"
import { assertUsable } from "../key/state.ts"

/** What every cryptographic operation may be asked. */
export interface UseRequest {
  readonly GrantTokens?: readonly string[] | undefined
  readonly DryRun?: boolean | undefined
  readonly Recipient?: Recipient | undefined
}

export interface KeyUse {
  readonly keyId: string
  readonly usage: KeyUsage
  /** As refusals call it; default: the operation's own. */
  readonly operation?: string
}

/** The key of a cryptographic operation, that it may be used for. */
export function usableKey(
  tx: ReadTx,
  call: Call,
  { keyId, usage, operation = call.operation }: KeyUse,
): Key {
  const found = findKey(tx, keyId, call)
  if ("foreign" in found) throw noSuchKey(found.foreign)
  return assertUseOf(tx, found.key, { usage, operation })
}

/** The same, and its use is counted. */
export function useKey(tx: WriteTx, call: Call, use: KeyUse): Key {
  const key = usableKey(tx, call, use)
  countRequest(tx, key, call)
  return key
}

export function assertUseOf(
  tx: ReadTx,
  key: Key,
  { usage, operation }: Omit<KeyUse, "keyId"> & { readonly operation: string },
): Key {
  assertUsable(tx, key)
  if (key.usage !== usage) throw wrongUsage(keyArn(key), key.usage, operation)
  return key
}

/** The algorithm that is asked for, which the key must have. */
export function encryptionAlgorithm({ spec }: Key, asked: string | undefined): EncryptionAlgorithm {
  const algorithm = asked ?? "SYMMETRIC_DEFAULT"
  const found = SPECS[spec].encryption?.find((one) => one === algorithm)
  if (!found) throw wrongAlgorithm(algorithm, spec)
  return found
}

/** What can be refused without the key: tokens, and what we do not have. */
export function assertUse(tx: ReadTx, { GrantTokens, Recipient }: UseRequest): void {
  if (Recipient) refuseRecipient(Recipient)
  assertGrantTokens(tx, GrantTokens)
}

/** The last check: all would have gone well. Throws DryRunOperationException. */
export function assertWetRun({ DryRun }: UseRequest): void {
  if (DryRun) throw dryRun()
}

/**
 * Each call is billed to the key's account ("AWS KMS pricing"), and noted as the key's last use, but
 * of keys with a half outside: theirs succeed later.
 */
export function countRequest(tx: WriteTx, key: Key, usage: Usage): void {
  const { account, region } = key
  if (key.xksKeyId === undefined) noteUsage(tx, key, usage)
  tx.meter("kms:requests", { account, region, resource: keyArn(key) })
}
