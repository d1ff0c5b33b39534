import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { clusterOf, clusters, type Cluster, type ClusterRef } from "../cluster/cluster.ts"
import { activeHsms } from "../hsm/hsm.ts"
import { PASSWORD, USERS } from "../limits.ts"
import { hsmKeys, keysOf, removeKey } from "./key.ts"
import { isPassword, putUser, userOf, users, usersOf, type HsmRole, type HsmUser } from "./user.ts"

/** Who gives a command: a user of the cluster, not of AWS. */
export interface Credentials {
  readonly name: string
  readonly password: string
}

/**
 * What people do with CloudHSM's own command line, which speaks a protocol of its own with the HSMs:
 * the part of it without which a cluster is of no use. Exactly one of the commands.
 */
export interface HsmCommand {
  readonly cluster: string
  readonly as?: Credentials | undefined
  /** `cluster activate`: the first admin gets a password. */
  readonly activate?: { readonly password: string } | undefined
  /** `user create` */
  readonly createUser?: (Credentials & { readonly role: HsmRole }) | undefined
  /** `user change-password`: an admin's of anybody, one's own of everybody. */
  readonly changePassword?: Credentials | undefined
  /** `user delete` */
  readonly deleteUser?: string | undefined
  /** `key delete`, of a key of the user's own, by its handle. */
  readonly deleteKey?: string | undefined
}

/** What the cluster has when the command has run. */
export interface HsmContents {
  readonly users: readonly { readonly name: string; readonly role: string }[]
  /** Of the keys only what they are called: nobody is told the rest. */
  readonly keys: readonly {
    readonly handle: string
    readonly label: string
    readonly owner: string
  }[]
}

const FIRST_ADMIN = "admin"

/** Throws RangeError, in words for a person. */
export function runCommand(
  tx: WriteTx,
  place: Omit<ClusterRef, "id">,
  command: HsmCommand,
): HsmContents {
  const cluster = clusterOf(tx, { ...place, id: command.cluster })
  if (!cluster) throw new RangeError(`there is no cluster ${command.cluster}`)
  if (activeHsms(tx, cluster).length === 0)
    throw new RangeError("none of the cluster's HSMs answers")
  if (command.activate) activate(tx, cluster, command.activate.password)
  else change(tx, cluster, command)
  return {
    users: usersOf(tx, cluster).map(({ name, role }) => ({ name, role })),
    keys: keysOf(tx, cluster).map(({ handle, label, owner }) => ({ handle, label, owner })),
  }
}

function activate(tx: WriteTx, cluster: Cluster, password: string): void {
  if (cluster.state !== "INITIALIZED")
    throw new RangeError(`the cluster is ${cluster.state}: only an INITIALIZED one is activated`)
  assertPassword(password)
  putUser(tx, cluster, { name: FIRST_ADMIN, role: "admin", password })
  tx.replace(clusters, cluster, { ...cluster, state: "ACTIVE", activated: true })
}

function change(tx: WriteTx, cluster: Cluster, command: HsmCommand): void {
  const user = loggedIn(tx, cluster, command.as)
  const { createUser, changePassword, deleteUser, deleteKey } = command
  const others = createUser ?? deleteUser
  const another = changePassword && changePassword.name !== user.name
  if ((others !== undefined || another) && user.role !== "admin")
    throw new RangeError(`${user.name} is no admin`)
  if (createUser) addUser(tx, cluster, createUser)
  if (changePassword) {
    assertPassword(changePassword.password)
    const { role } = namedUser(tx, cluster, changePassword.name)
    putUser(tx, cluster, { ...changePassword, role })
  }
  if (deleteUser !== undefined) removeUser(tx, cluster, deleteUser)
  if (deleteKey !== undefined) dropKey(tx, cluster, { handle: deleteKey, owner: user.name })
}

function loggedIn(tx: ReadTx, cluster: Cluster, as: Credentials | undefined): HsmUser {
  const user = as && userOf(tx, cluster, as.name)
  if (!user || !isPassword(tx, cluster, user, as.password))
    throw new RangeError("the cluster has no such user, or the password is wrong")
  return user
}

function addUser(tx: WriteTx, cluster: Cluster, user: Credentials & Pick<HsmUser, "role">): void {
  if (userOf(tx, cluster, user.name)) throw new RangeError(`there is a user ${user.name} already`)
  if (usersOf(tx, cluster).length >= USERS)
    throw new RangeError("the cluster has no room for users")
  assertPassword(user.password)
  putUser(tx, cluster, user)
}

function removeUser(tx: WriteTx, cluster: Cluster, name: string): void {
  const user = namedUser(tx, cluster, name)
  const admins = usersOf(tx, cluster).filter(({ role }) => role === "admin")
  if (user.role === "admin" && admins.length === 1) throw new RangeError("the last admin stays")
  tx.remove(users, user)
}

function dropKey(
  tx: WriteTx,
  cluster: Cluster,
  { handle, owner }: { readonly handle: string; readonly owner: string },
): void {
  const key = tx.get(hsmKeys, [cluster.account, cluster.region, cluster.id, handle])
  if (key?.owner !== owner) throw new RangeError(`${owner} has no key ${handle}`)
  removeKey(tx, cluster, handle)
}

function namedUser(tx: ReadTx, cluster: Cluster, name: string): HsmUser {
  const user = userOf(tx, cluster, name)
  if (!user) throw new RangeError(`there is no user ${name}`)
  return user
}

function assertPassword(password: string): void {
  if (password.length < PASSWORD.least || password.length > PASSWORD.most)
    throw new RangeError(`a password has ${PASSWORD.least} to ${PASSWORD.most} characters`)
}
