import type { ReadTx } from "../../../kernel/transaction.ts"
import type { IdentityKind } from "../errors.ts"
import { groupOfId } from "../group/group.ts"
import { underPath } from "../paging.ts"
import { roleOfId } from "../role/role.ts"
import { userOfId } from "../user/user.ts"
import { attachmentsOf, boundedRoles, boundedUsers, type Holder } from "./attachment.ts"

interface Filter {
  readonly PolicyArn: string
  readonly EntityFilter?: string | undefined
  readonly PathPrefix?: string | undefined
  readonly PolicyUsageFilter?: string | undefined
}

export interface Entity extends Holder {
  readonly kind: IdentityKind
  readonly path: string
}

const OF_ID = { user: userOfId, group: groupOfId, role: roleOfId }

/** Who has the policy attached or as permissions boundary, each once. */
export function entitiesOf(tx: ReadTx, account: string, filter: Filter): readonly Entity[] {
  const { PolicyArn: arn, EntityFilter, PathPrefix, PolicyUsageFilter: usage } = filter
  const found = new Map<string, Entity>()
  if (usage !== "PermissionsBoundary")
    for (const { kind, holderId } of attachmentsOf(tx, account, arn)) {
      const holder = OF_ID[kind](tx, account, holderId)
      if (holder) found.set(holderId, { ...holder, kind })
    }
  if (usage !== "PermissionsPolicy") {
    for (const user of boundedUsers(tx, account, arn)) found.set(user.id, { ...user, kind: "user" })
    for (const role of boundedRoles(tx, account, arn)) found.set(role.id, { ...role, kind: "role" })
  }
  const onPath = underPath(PathPrefix)
  const wanted = EntityFilter?.toLowerCase()
  return [...found.values()].filter(
    (one) => onPath(one) && (wanted === undefined || one.kind === wanted),
  )
}
