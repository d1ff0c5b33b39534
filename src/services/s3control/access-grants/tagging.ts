import type { Table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Arn } from "../../../registry/arn.ts"
import { taggedRow, type Tagged } from "../tagging/tagged.ts"
import type { Tags } from "../tagging/tags.ts"
import { tooManyTags } from "./errors.ts"
import { grants, lookUpGrant } from "./grant.ts"
import { grantsInstances, INSTANCE_ID, lookUpInstance } from "./instance.ts"
import { TAGS } from "./limits.ts"
import { grantsLocations, lookUpLocation } from "./location.ts"

const RESOURCE = new RegExp(`^access-grants/${INSTANCE_ID}(?:/(location|grant)/([\\w-]+))?$`)

/** Whether a resource is one of Access Grants. */
export const isOfAccessGrants = ({ resource }: Arn): boolean => RESOURCE.test(resource)

/** What has that ARN ("Managing tags for S3 Access Grants"). */
export function taggedOf(tx: ReadTx, { account, region, resource }: Arn): Tagged | undefined {
  const [, kind, id = ""] = RESOURCE.exec(resource) ?? []
  const instance = { account, region }
  if (kind === "location") return limited(grantsLocations, lookUpLocation(tx, instance, id))
  if (kind === "grant") return limited(grants, lookUpGrant(tx, instance, id))
  return limited(grantsInstances, lookUpInstance(tx, instance))
}

function limited<Row extends { readonly tags: Tags }>(
  table: Table<Row>,
  row: Row | undefined,
): Tagged | undefined {
  if (!row) return undefined
  const found = taggedRow(table, row)
  return {
    ...found,
    setTags(tx, tags) {
      if (Object.keys(tags).length > TAGS) throw tooManyTags()
      found.setTags(tx, tags)
    },
  }
}
