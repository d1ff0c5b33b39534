import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resource, tagLists } from "../../../registry/resource.ts"
import { unitMissing } from "../errors.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import { tagRecord, type Tag } from "../tag/tag.ts"

/** An organizational unit. Units never move, so what leads to one is part of it. */
export interface Unit {
  /** `ou-…`. */
  readonly id: string
  readonly partition: string
  readonly managementAccount: string
  readonly organizationId: string
  readonly name: string
  /** Ids from the root to this unit, both included. */
  readonly path: readonly string[]
  readonly tags: readonly Tag[]
}

export const units = table<Unit>("organizations/unit", {
  key: (unit) => [unit.id],
  indexes: {
    byParent: (unit) => [unit.organizationId, parentOf(unit), unit.id],
    byName: (unit) => [unit.organizationId, parentOf(unit), unit.name],
    byOrganization: (unit) => [unit.organizationId, unit.id],
  },
  cached: true,
})

export const unitArn = (unit: Unit): string =>
  organizationsArn(unit, `ou/${unit.organizationId}/${unit.id}`)

export const unitResource = resource<Unit>("AWS::Organizations::OrganizationalUnit", {
  table: units,
  scope: "global",
  title: "Organizational unit",
  arn: unitArn,
  tagsOf: (unit) => tagRecord(unit.tags),
  // Whether the tagging API shows it is not verified: no `list`.
  find: (tx, { resource: named }) => tx.get(units, [named.split("/").at(-1) ?? ""]),
  tags: tagLists(["TagResource", "UntagResource"], ({ id }) => ({ ResourceId: id })),
  console: { columns: ["name", "id"] },
})

/** The root or unit that holds the unit. */
export function parentOf({ path }: Unit): string {
  const parent = path.at(-2)
  if (parent === undefined) throw new Error("a unit without a parent")
  return parent
}

export function unitOf(tx: ReadTx, organization: Organization, id: string): Unit | undefined {
  const unit = tx.get(units, [id])
  return unit?.organizationId === organization.id ? unit : undefined
}

/** Throws OrganizationalUnitNotFoundException. */
export function findUnit(tx: ReadTx, organization: Organization, id: string): Unit {
  const unit = unitOf(tx, organization, id)
  if (!unit) throw unitMissing()
  return unit
}
