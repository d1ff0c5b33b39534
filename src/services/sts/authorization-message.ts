import { deflateRawSync, inflateRawSync } from "node:zlib"
import type { DecisionRequest } from "../../iam/policy/decision.ts"
import { denialDetails } from "../../iam/policy/denial-details.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import { seal, unseal } from "./sealing.ts"

const ACCOUNT_LENGTH = 12
const LONGEST_DETAILS = 64 * 1024
const BASE64URL = /^[A-Za-z0-9_-]+$/

/**
 * Encodes the details of a denial (JSON text) for DecodeAuthorizationMessage, which only callers
 * of the same account may read. A refused operation's own transaction leaves nothing, so encode
 * in a commit of its own.
 */
export function encodeAuthorizationMessage(tx: WriteTx, account: string, details: string): string {
  if (details.length > LONGEST_DETAILS) throw new Error("the details of a denial are too long")
  const packed = deflateRawSync(account + details)
  return seal(tx, "authorization-message", packed).toString("base64url")
}

/**
 * Encodes a denial with the details that AWS tells: for services that answer one with an encoded
 * message. `keys` are the condition keys to tell the values of.
 */
export function encodeDenial(
  tx: WriteTx,
  { asked, keys }: { readonly asked: DecisionRequest; readonly keys: readonly string[] },
): string {
  return encodeAuthorizationMessage(tx, asked.actor.account, denialDetails(asked, keys))
}

/** The details, if the message was made here for that account. */
export function decodeAuthorizationMessage(
  tx: ReadTx,
  account: string,
  message: string,
): string | undefined {
  if (!BASE64URL.test(message)) return undefined
  const packed = unseal(tx, "authorization-message", Buffer.from(message, "base64url"))
  if (!packed) return undefined
  const text = inflateRawSync(packed).toString()
  return text.startsWith(account) ? text.slice(ACCOUNT_LENGTH) : undefined
}
