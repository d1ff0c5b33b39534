import type { Actor } from "../../../iam/policy/actor.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { identityMissing, invalidInput, type IdentityKind } from "../errors.ts"
import { groupArn, groups } from "../group/group.ts"
import { accessTo } from "../grant.ts"
import { nameKey, type Named } from "../names.ts"
import { roleArn, roles } from "../role/role.ts"
import { tagRecord, type Tag } from "../tags.ts"
import { userArn, users } from "../user/user.ts"

/** A user, group or role by its ARN. */
export interface Entity extends Named {
  readonly kind: IdentityKind
  readonly arn: string
  readonly id: string
  readonly tags: readonly Tag[]
  readonly boundary?: string | undefined
}

const IDENTITY = /^(user|group|role)\/(?:.*\/)?([^/]+)$/s

/** The account's user, group or role of that ARN, or nothing. Throws InvalidInput for no such ARN. */
export function entityOfArn(tx: ReadTx, account: string, arn: string): Entity | undefined {
  const { kind, name } = identityNamed(arn, account)
  const key = [account, nameKey(name)]
  switch (kind) {
    case "user": {
      const user = tx.get(users, key)
      return user && exactly(arn, { ...user, kind, arn: userArn(user) })
    }
    case "role": {
      const role = tx.get(roles, key)
      return role && exactly(arn, { ...role, kind, arn: roleArn(role) })
    }
    case "group": {
      const group = tx.get(groups, key)
      return group && exactly(arn, { ...group, kind, arn: groupArn(group), tags: [] })
    }
  }
}

/** Throws NoSuchEntity, and InvalidInput as `entityOfArn`. */
export function findEntity(tx: ReadTx, account: string, arn: string): Entity {
  const entity = entityOfArn(tx, account, arn)
  if (entity) return entity
  const { kind, name } = identityNamed(arn, account)
  throw identityMissing(kind, name)
}

function identityNamed(arn: string, account: string): { kind: IdentityKind; name: string } {
  const parts = parseArn(arn)
  const [, kind, name = ""] = IDENTITY.exec(parts?.resource ?? "") ?? []
  // As users of AWS quote it, who give the ARN of a session.
  if (kind === undefined || parts?.service !== "iam" || parts.account !== account)
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  return { kind: kind as IdentityKind, name }
}

const exactly = (arn: string, entity: Entity): Entity | undefined =>
  entity.arn === arn ? entity : undefined

/** Access to operations about the identity of an ARN. */
export const onEntity =
  <Input extends object>(arnOf: (input: Input) => string) =>
  (tx: ReadTx, input: Input, call: Call) => {
    const arn = arnOf(input)
    const entity = IDENTITY.test(parseArn(arn)?.resource ?? "")
      ? tryEntity(tx, call.account, arn)
      : undefined
    return accessTo({ arn, tags: entity?.tags }, input, call)
  }

const tryEntity = (tx: ReadTx, account: string, arn: string): Entity | undefined =>
  parseArn(arn)?.account === account ? entityOfArn(tx, account, arn) : undefined

/** The entity as a caller: of a role a session of it; of a group somebody in it. */
export function actorOfEntity({ kind, account, arn, id }: Entity): Actor {
  return kind === "role"
    ? { type: "role-session", account, arn, parentArn: arn, uniqueId: id }
    : { type: "user", account, arn, uniqueId: id }
}

/** What condition keys tell of it whatever the request is. */
export function keysOfEntity(entity: Entity): Readonly<Record<string, string>> {
  const { kind, account, arn, id, name, tags } = entity
  const tagged = Object.entries(tagRecord(tags)).map(
    ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
  )
  return {
    ...(kind !== "group" && {
      "aws:PrincipalArn": arn,
      "aws:PrincipalType": kind === "user" ? "User" : "AssumedRole",
    }),
    ...(kind === "user" && { "aws:userid": id, "aws:username": name }),
    "aws:PrincipalAccount": account,
    ...Object.fromEntries(tagged),
  }
}
