import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import { seal, unseal } from "./sealing.ts"

/** How many of AWS's session tokens begin. */
const LEAD = Buffer.from("FwoGZXIvYXdz", "base64")
/** Makes tokens as long as AWS's shorter ones: 380 characters of base 64. */
const TEXT_LENGTH = 248

/** A session token: opaque, but this cloud can tell later that it gave it out. */
export function newSessionToken(tx: WriteTx, accessKeyId: string, expiresAt: number): string {
  const text = `${accessKeyId} ${expiresAt}`.padEnd(TEXT_LENGTH)
  const sealed = seal(tx, "session-token", Buffer.from(text))
  return Buffer.concat([LEAD, sealed]).toString("base64")
}

/**
 * Whether the keys and the token were given out here and are over. AWS's tokens carry their end;
 * so must ours, or forgotten keys would be unknown ones and not expired ones.
 */
export function isEndedSession(tx: ReadTx, accessKeyId: string, sessionToken: string): boolean {
  const bytes = Buffer.from(sessionToken, "base64")
  if (!bytes.subarray(0, LEAD.length).equals(LEAD)) return false
  const text = unseal(tx, "session-token", bytes.subarray(LEAD.length))?.toString()
  const [key, expiresAt] = text?.split(" ") ?? []
  return key === accessKeyId && Number(expiresAt) <= tx.now
}
