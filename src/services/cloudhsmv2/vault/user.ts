import { hash, timingSafeEqual } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Cluster, ClusterRef } from "../cluster/cluster.ts"
import { USERS } from "../limits.ts"

export type HsmRole = "admin" | "crypto-user"

/** Who logs in to a cluster: AWS's own users and roles know nothing of these. */
export interface HsmUser {
  readonly account: string
  readonly region: string
  readonly clusterId: string
  readonly name: string
  readonly role: HsmRole
  /** Base64: salt and hash, sealed. */
  readonly password: string
}

export const users = table<HsmUser>("cloudhsmv2/user", {
  key: ({ account, region, clusterId, name }) => [account, region, clusterId, name],
})

export const userOf = (tx: ReadTx, { account, region, id }: ClusterRef, name: string) =>
  tx.get(users, [account, region, id, name])

export const usersOf = (tx: ReadTx, { account, region, id }: ClusterRef): readonly HsmUser[] =>
  tx.scan(users, { prefix: [account, region, id], limit: USERS + 1 }).rows

const SALT_BYTES = 16

/** Clusters of one lineage carry their users in backups. */
const sealOf = (lineage: string, name: string) => ({
  purpose: "cloudhsmv2/user-password",
  context: `${lineage}/${name}`,
})

const digest = (salt: Uint8Array, password: string): Buffer =>
  hash("sha512", Buffer.concat([salt, Buffer.from(password)]), "buffer")

/** A user of that name and password, new or not. */
export function putUser(
  tx: WriteTx,
  { account, region, id, lineage }: Cluster,
  { name, role, password }: Pick<HsmUser, "name" | "role"> & { readonly password: string },
): void {
  const salt = tx.random("cloudhsmv2/salt").bytes(SALT_BYTES)
  const plain = Buffer.concat([salt, digest(salt, password)])
  const sealed = tx.seal(plain, sealOf(lineage, name)).toString("base64")
  tx.put(users, { account, region, clusterId: id, name, role, password: sealed })
}

export function isPassword(tx: ReadTx, { lineage }: Cluster, user: HsmUser, text: string): boolean {
  const kept = tx.unseal(Buffer.from(user.password, "base64"), sealOf(lineage, user.name))
  const salt = kept.subarray(0, SALT_BYTES)
  return timingSafeEqual(kept.subarray(SALT_BYTES), digest(salt, text))
}
