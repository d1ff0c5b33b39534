import type { ReadTx } from "../../kernel/transaction.ts"
import { sessions, type Session } from "./session.ts"

export type { Session } from "./session.ts"

/** Temporary credentials by access key id, expired or not. */
export const findSession = (tx: ReadTx, accessKeyId: string): Session | undefined =>
  tx.get(sessions, [accessKeyId])
