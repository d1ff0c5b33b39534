import type { ReadTx } from "../../kernel/transaction.ts"
import type { Table } from "../../kernel/table.ts"
import { issuerKeys } from "./federation/issuer-keys.ts"
import { sessions, type Session } from "./session.ts"

export { encodeAuthorizationMessage, encodeDenial } from "./authorization-message.ts"
export { isUnknownToIam } from "./caller.ts"
export { findForwarded, forwardingService, forwardKeys, type ForwardedKeys } from "./forwarded.ts"
export { isNamedOnly } from "./role.ts"
export type { Federation, Session, SessionTag } from "./session.ts"
export { isEndedSession } from "./session-token.ts"

/** Temporary credentials by access key id, expired or not; those long expired are forgotten. */
export const findSession = (tx: ReadTx, accessKeyId: string): Session | undefined =>
  // Most callers have keys that last: no row to look for.
  accessKeyId.startsWith("ASIA") ? tx.get(sessions, [accessKeyId]) : undefined

/** The tables behind the functions of this port. */
export const sessionTables: readonly Table<object>[] = [sessions, issuerKeys]
