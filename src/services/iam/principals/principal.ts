import { accountInId } from "../../../iam/access-key-id.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { nameKey, pathKey } from "../names.ts"
import { roleArn, roleOfId, roles } from "../role/role.ts"
import { userArn, userOfId, users } from "../user/user.ts"

/** The unique id of the user or role of an ARN; undefined where there is none of exactly that ARN. */
export function idOfPrincipal(tx: ReadTx, arn: string): string | undefined {
  const { service, account = "", resource = "" } = parseArn(arn) ?? {}
  if (service !== "iam") return undefined
  const key = [account, pathKey(resource)]
  if (resource.startsWith("user/")) {
    const user = tx.get(users, key)
    return user && userArn(user) === arn ? user.id : undefined
  }
  const role = resource.startsWith("role/") ? tx.get(roles, key) : undefined
  return role && roleArn(role) === arn ? role.id : undefined
}

/** `AROA…:session` of a session's ARN, which names its role without the path. */
export function idOfSession(tx: ReadTx, arn: string): string | undefined {
  const { partition, account = "", resource = "" } = parseArn(arn) ?? {}
  const [, name = "", session] = resource.split("/")
  const role = tx.get(roles, [account, nameKey(name)])
  return role?.name === name && role.partition === partition ? `${role.id}:${session}` : undefined
}

/** The ARN that belongs to a unique id, or to that of a session; undefined of who is gone. */
export function arnOfId(tx: ReadTx, text: string): string | undefined {
  const [id = "", session] = text.split(":")
  const account = accountInId(id)
  if (account === undefined) return undefined
  const user = session === undefined ? userOfId(tx, account, id) : undefined
  if (user) return userArn(user)
  const role = roleOfId(tx, account, id)
  if (!role || session === undefined) return role && roleArn(role)
  return `arn:${role.partition}:sts::${account}:assumed-role/${role.name}/${session}`
}
