import { table } from "../kernel/table.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { World } from "../kernel/world.ts"
import { findSession } from "../services/sts/port.ts"
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
})

/** The characters of the ids and secrets that AWS makes. */
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** Keys made in this cloud, by access key id. */
export function findCredential(tx: ReadTx, accessKeyId: string): Credential | undefined {
  if (!accessKeyId.startsWith("A")) return undefined
  const session = findSession(tx, accessKeyId)
  if (session) return session
  const root = tx.first(rootKeys, { index: "byKey", prefix: [accessKeyId] })
  return (
    root && { secret: root.secret, principal: { type: "root", account: root.account, accessKeyId } }
  )
}

/** An account's root key; made when there is none. */
export async function rootKey(
  world: World,
  account: string,
): Promise<{ key: RootKey; fresh: boolean }> {
  world.register([rootKeys])
  return world.write((tx) => {
    const known = tx.get(rootKeys, [account])
    if (known) return { key: known, fresh: false }
    const random = tx.random("gateway/root-key")
    const key = {
      account,
      accessKeyId: `AKIA${random.string(16, ID_ALPHABET)}`,
      secret: random.string(40, SECRET_ALPHABET),
    }
    tx.put(rootKeys, key)
    return { key, fresh: true }
  })
}
