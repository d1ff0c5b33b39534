import { issuerTables } from "../engines/oidc/issuer.ts"
import { newAccessKeyId, newSecret } from "../iam/access-key-id.ts"
import { ANONYMOUS } from "../iam/principal.ts"
import { BoundedMap, Derived } from "../kernel/derived.ts"
import { table, type Table } from "../kernel/table.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { World } from "../kernel/world.ts"
import { regionTables } from "../services/account/port.ts"
import { findUserKey, identityTables } from "../services/iam/port.ts"
import { isClosed, organizationTables } from "../services/organizations/port.ts"
// Not through the port, behind which half of S3 is: every start loads this (90 ms).
import { findZonalSession, zonalSessions } from "../services/s3/buckets/directory/session.ts"
import {
  findForwarded,
  findSession,
  isEndedSession,
  isUnknownToIam,
  sessionTables,
} from "../services/sts/port.ts"
import type { Credential } from "./authenticate.ts"

export interface RootKey {
  readonly account: string
  readonly accessKeyId: string
  readonly secret: string
}

/** The one key that a strict cloud starts with. */
const rootKeys = table<RootKey>("gateway/root-key", {
  key: (key) => [key.account],
  indexes: { byKey: (key) => [key.accessKeyId] },
  cached: true,
})

/** Looked into before any service is loaded: to be registered when the cloud starts. */
export const credentialTables: readonly Table<object>[] = [
  rootKeys,
  ...sessionTables,
  zonalSessions,
  ...identityTables,
  ...issuerTables,
  ...organizationTables,
  ...regionTables,
]

export type FindCredential = (
  tx: ReadTx,
  accessKeyId: string,
  sessionToken: string | undefined,
) => Credential | undefined

/** More keys than call in a while. */
const KEYS_KEPT = 1_000

/**
 * Finds keys made in this cloud, by access key id. The session token, where the request has one,
 * tells temporary keys that were forgotten after their end.
 */
export function createFindCredential(): FindCredential {
  const keys = new Derived<string, Credential | undefined>(new BoundedMap(KEYS_KEPT), findKey)
  return (tx, accessKeyId, sessionToken) => {
    if (!accessKeyId.startsWith("A")) return undefined
    const found = keys.get(tx, accessKeyId)
    if (found || sessionToken === undefined) return found
    // Whose session it was does not matter any more.
    return isEndedSession(tx, accessKeyId, sessionToken)
      ? { secret: "", sessionToken, expiresAt: 0, principal: ANONYMOUS }
      : findForwarded(tx, accessKeyId, sessionToken)
  }
}

function findKey(tx: ReadTx, accessKeyId: string): Credential | undefined {
  const session = findSession(tx, accessKeyId)
  if (session) return isUnknownToIam(session) ? { ...session, unknownTo: "iam" } : session
  const zonal = findZonalSession(tx, accessKeyId)
  if (zonal) return { ...zonal, express: true }
  const key = findUserKey(tx, accessKeyId)
  if (key) return key
  const root = tx.first(rootKeys, { index: "byKey", prefix: [accessKeyId] })
  return (
    root && { secret: root.secret, principal: { type: "root", account: root.account, accessKeyId } }
  )
}

/** More accounts than call in a while. */
const ACCOUNTS_KEPT = 1_000

/** Tells closed accounts: asked of each caller's. */
export function createIsClosed(): (tx: ReadTx, account: string) => boolean {
  const closed = new Derived<string, boolean>(new BoundedMap(ACCOUNTS_KEPT), isClosed)
  return (tx, account) => closed.get(tx, account)
}

/** The root key as it was before the state was replaced: who runs a strict cloud knows no other. */
export function keepRootKey(world: World, key: RootKey): Promise<void> {
  return world.write((tx) => tx.put(rootKeys, key))
}

/** An account's root key; made when there is none. */
export function rootKey(world: World, account: string): Promise<{ key: RootKey; fresh: boolean }> {
  return world.write((tx) => {
    const known = tx.get(rootKeys, [account])
    if (known) return { key: known, fresh: false }
    const random = tx.random("gateway/root-key")
    const key = {
      account,
      accessKeyId: newAccessKeyId("AKIA", account, random),
      secret: newSecret(random),
    }
    tx.put(rootKeys, key)
    return { key, fresh: true }
  })
}
