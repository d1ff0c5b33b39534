import type { Page, ReadTx } from "../../../kernel/transaction.ts"
import { keysOf } from "../access-key/access-key.ts"
import { loginProfileOf } from "../login-profile/login-profile.ts"
import { entityOfArn } from "../policy/entity.ts"
import { SERVICE_LINKED } from "../role/changeable.ts"
import { roleArn, roles } from "../role/role.ts"
import { tagRecord } from "../tags.ts"
import { userArn, users } from "../user/user.ts"
import { policiesHeldBy } from "./granting.ts"
import { keyUses, roleUses, TRACKED_MS, usesOf, type EntityUse } from "./use.ts"

/** A user or role with what it has, and when it last used that. */
export interface EntityUsage {
  readonly kind: "role" | "user"
  readonly account: string
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly createdMs: number
  readonly tags: Readonly<Record<string, string>>
  /** AWS made it for a service. */
  readonly isServiceLinked: boolean
  /** Of a role: its last call, whatever it was. */
  readonly usedMs?: number | undefined
  /** Of a user: the active ones. */
  readonly keys: readonly {
    readonly id: string
    readonly createdMs: number
    readonly usedMs?: number | undefined
  }[]
  /** Of a user with a password: when it was set. There is no console to use it in. */
  readonly passwordMs?: number | undefined
  /** By service and action: services themselves have an empty action. */
  readonly uses: readonly EntityUse[]
  /** Texts of the policies that it has, of a user its groups' as well. */
  readonly policies: readonly string[]
}

/** Where in an account's users or roles to go on. */
export interface UsageRange {
  readonly kind: "role" | "user"
  readonly after?: string | undefined
  readonly limit: number
}

/** A page of an account's roles, or of its users. */
export function entityUsages(
  tx: ReadTx,
  account: string,
  { kind, ...range }: UsageRange,
): Page<EntityUsage> {
  const asked = { prefix: [account], ...range }
  const { rows, next } =
    kind === "role"
      ? mapped(tx.scan(roles, asked), (role) => ({
          ...held(tx, { ...role, kind, arn: roleArn(role) }),
          isServiceLinked: role.path.startsWith(SERVICE_LINKED),
          usedMs: fresh(tx, tx.get(roleUses, [account, role.id])?.usedMs),
          keys: [],
        }))
      : mapped(tx.scan(users, asked), (user) => ({
          ...held(tx, { ...user, kind, arn: userArn(user) }),
          isServiceLinked: false,
          keys: keysOf(tx, account, user.id)
            .filter(({ status }) => status === "Active")
            .map(({ accessKeyId: id, createdMs }) => {
              return { id, createdMs, usedMs: fresh(tx, tx.get(keyUses, [id])?.usedMs) }
            }),
          passwordMs: loginProfileOf(tx, user)?.changedMs,
        }))
  return next === undefined ? { rows } : { rows, next }
}

const mapped = <Row, Other>({ rows, next }: Page<Row>, make: (row: Row) => Other) => ({
  rows: rows.map(make),
  next,
})

type Held = Parameters<typeof policiesHeldBy>[1] & {
  readonly kind: "role" | "user"
  readonly createdMs: number
}

function held(tx: ReadTx, entity: Held) {
  const { kind, account, arn, id, name, createdMs, tags } = entity
  return {
    ...{ kind, account, arn, id, name, createdMs, tags: tagRecord(tags) },
    uses: usesOf(tx, account, id).filter(({ usedMs }) => tx.now - usedMs < TRACKED_MS),
    policies: policiesHeldBy(tx, entity).map(({ text }) => text),
  }
}

const fresh = (tx: ReadTx, usedMs: number | undefined): number | undefined =>
  usedMs !== undefined && tx.now - usedMs < TRACKED_MS ? usedMs : undefined

/** The policies of a user's or role's own, managed ones by ARN and inline ones by name. */
export function heldPolicies(
  tx: ReadTx,
  account: string,
  arn: string,
): readonly { readonly id: string; readonly text: string }[] {
  const entity = entityOfArn(tx, account, arn)
  if (!entity) return []
  return policiesHeldBy(tx, entity)
    .filter(({ holder }) => holder.kind === entity.kind)
    .map(({ name, arn: managed = name, text }) => ({ id: managed, text }))
}
