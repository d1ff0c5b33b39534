import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Arn } from "../../../registry/arn.ts"
import type { Tags } from "../tagging/tags.ts"
import { tooManyTags } from "./errors.ts"
import { grants, lookUpGrant } from "./grant.ts"
import { grantsInstances, INSTANCE_ID, lookUpInstance } from "./instance.ts"
import { TAGS } from "./limits.ts"
import { grantsLocations, lookUpLocation } from "./location.ts"

/** An instance, location or grant, as far as tags go. */
export interface Tagged {
  readonly tags: Tags
  setTags(tx: WriteTx, tags: Tags): void
}

const RESOURCE = new RegExp(`^access-grants/${INSTANCE_ID}(?:/(location|grant)/([\\w-]+))?$`)

/** Whether a resource is one of Access Grants. */
export const isOfAccessGrants = ({ resource }: Arn): boolean => RESOURCE.test(resource)

/** What has that ARN ("Managing tags for S3 Access Grants"). */
export function taggedOf(tx: ReadTx, { account, region, resource }: Arn): Tagged | undefined {
  const [, kind, id = ""] = RESOURCE.exec(resource) ?? []
  const instance = { account, region }
  const put = (write: (tx: WriteTx, tags: Tags) => void) => (tx: WriteTx, tags: Tags) => {
    if (Object.keys(tags).length > TAGS) throw tooManyTags()
    write(tx, tags)
  }
  if (kind === "location") {
    const found = lookUpLocation(tx, instance, id)
    return (
      found && {
        tags: found.tags,
        setTags: put((to, tags) => to.replace(grantsLocations, found, { ...found, tags })),
      }
    )
  }
  if (kind === "grant") {
    const found = lookUpGrant(tx, instance, id)
    return (
      found && {
        tags: found.tags,
        setTags: put((to, tags) => to.replace(grants, found, { ...found, tags })),
      }
    )
  }
  const found = lookUpInstance(tx, instance)
  return (
    found && {
      tags: found.tags,
      setTags: put((to, tags) => to.replace(grantsInstances, found, { ...found, tags })),
    }
  )
}
