import type { ReadTx } from "../../../kernel/transaction.ts"
import { accounts } from "../account/account.ts"
import { op, type Out } from "../define.ts"
import { constraint, unitExists, unitNotEmpty } from "../errors.ts"
import { newUnitId } from "../ids.ts"
import { UNIT_DEPTH, UNITS } from "../limits.ts"
import type { Organization } from "../organization/organization.ts"
import { pageOfRows } from "../paging.ts"
import { forgetTarget } from "../policy/target.ts"
import { governedOrganization } from "../rights.ts"
import { withTags } from "../tag/tag.ts"
import { withTagging } from "../tag/access.ts"
import { onNode } from "../tree/arns.ts"
import { findHolderPath } from "../tree/holder.ts"
import { unitMember } from "./answer.ts"
import { findUnit, parentOf, units } from "./unit.ts"

export const CreateOrganizationalUnit = op.write("CreateOrganizationalUnit", {
  authorize: withTagging(onNode("ParentId")),
  run(tx, input, call): Out<"CreateOrganizationalUnit"> {
    const organization = governedOrganization(tx, call)
    const { id: organizationId, partition, managementAccount, rootId } = organization
    const above = findHolderPath(tx, organization, input.ParentId)
    // The root is no level of its own.
    if (above.length > UNIT_DEPTH) throw constraint("OU_DEPTH_LIMIT_EXCEEDED")
    const all = { index: "byOrganization", prefix: [organizationId], limit: UNITS }
    if (tx.scan(units, all).rows.length >= UNITS) throw constraint("OU_NUMBER_LIMIT_EXCEEDED")
    assertNameFree(tx, organization, { parent: input.ParentId, name: input.Name })
    const id = newUnitId(tx, rootId)
    const unit = {
      ...{ id, partition, managementAccount, organizationId },
      name: input.Name,
      path: [...above, id],
      tags: withTags([], input.Tags),
    }
    tx.insert(units, unit)
    return { OrganizationalUnit: unitMember(unit) }
  },
})

/** Names are compared with their case: not verified. */
function assertNameFree(
  tx: ReadTx,
  { id }: Organization,
  { parent, name }: { readonly parent: string; readonly name: string },
): void {
  if (tx.first(units, { index: "byName", prefix: [id, parent, name] })) throw unitExists()
}

export const UpdateOrganizationalUnit = op.write("UpdateOrganizationalUnit", {
  authorize: onNode("OrganizationalUnitId"),
  run(tx, { OrganizationalUnitId, Name }, call): Out<"UpdateOrganizationalUnit"> {
    const organization = governedOrganization(tx, call)
    const unit = findUnit(tx, organization, OrganizationalUnitId)
    const name = Name ?? unit.name
    if (name !== unit.name) assertNameFree(tx, organization, { parent: parentOf(unit), name })
    const changed = { ...unit, name }
    tx.replace(units, unit, changed)
    return { OrganizationalUnit: unitMember(changed) }
  },
})

export const DeleteOrganizationalUnit = op.write("DeleteOrganizationalUnit", {
  authorize: onNode("OrganizationalUnitId"),
  run(tx, { OrganizationalUnitId }, call): Out<"DeleteOrganizationalUnit"> {
    const organization = governedOrganization(tx, call)
    const unit = findUnit(tx, organization, OrganizationalUnitId)
    const below = { index: "byParent", prefix: [organization.id, unit.id] }
    if (tx.first(units, below) || tx.first(accounts, below)) throw unitNotEmpty()
    tx.remove(units, unit)
    forgetTarget(tx, unit.id)
    return {}
  },
})

export const DescribeOrganizationalUnit = op.read("DescribeOrganizationalUnit", {
  authorize: onNode("OrganizationalUnitId"),
  run(tx, { OrganizationalUnitId }, call): Out<"DescribeOrganizationalUnit"> {
    const unit = findUnit(tx, governedOrganization(tx, call), OrganizationalUnitId)
    return { OrganizationalUnit: unitMember(unit) }
  },
})

export const ListOrganizationalUnitsForParent = op.read("ListOrganizationalUnitsForParent", {
  authorize: onNode("ParentId"),
  run(tx, input, call): Out<"ListOrganizationalUnitsForParent"> {
    const organization = governedOrganization(tx, call)
    findHolderPath(tx, organization, input.ParentId)
    const { items, more } = pageOfRows(tx, units, {
      index: "byParent",
      prefix: [organization.id, input.ParentId],
      request: input,
    })
    return { OrganizationalUnits: items.map(unitMember), ...more }
  },
})
