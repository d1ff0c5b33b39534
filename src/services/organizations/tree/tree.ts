import { accounts, holderOf, memberOf } from "../account/account.ts"
import { op, type Out } from "../define.ts"
import { childMissing } from "../errors.ts"
import type { Organization } from "../organization/organization.ts"
import { pageOfList, pageOfRows } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { parentOf, unitOf, units } from "../unit/unit.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { onNode } from "./arns.ts"
import { findHolderPath } from "./holder.ts"

export const ListParents = op.read("ListParents", {
  authorize: onNode("ChildId"),
  run(tx, input, call): Out<"ListParents"> {
    const organization = governedOrganization(tx, call)
    const parent = parentOfChild(tx, organization, input.ChildId)
    const { items, more } = pageOfList([parent], (id) => id, input)
    const { rootId } = organization
    return {
      Parents: items.map((id) => ({
        Id: id,
        Type: id === rootId ? "ROOT" : "ORGANIZATIONAL_UNIT",
      })),
      ...more,
    }
  },
})

function parentOfChild(tx: ReadTx, organization: Organization, id: string): string {
  const unit = unitOf(tx, organization, id)
  if (unit) return parentOf(unit)
  const member = memberOf(tx, id)
  if (member?.membership.organizationId !== organization.id) throw childMissing()
  return holderOf(member)
}

export const ListChildren = op.read("ListChildren", {
  authorize: onNode("ParentId"),
  run(tx, input, call): Out<"ListChildren"> {
    const organization = governedOrganization(tx, call)
    findHolderPath(tx, organization, input.ParentId)
    const { ChildType: Type } = input
    const range = { index: "byParent", prefix: [organization.id, input.ParentId], request: input }
    const { items, more } =
      Type === "ACCOUNT" ? pageOfRows(tx, accounts, range) : pageOfRows(tx, units, range)
    return { Children: items.map(({ id: Id }) => ({ Id, Type })), ...more }
  },
})
