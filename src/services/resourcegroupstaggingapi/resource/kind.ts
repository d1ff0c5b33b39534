import { partitionOf } from "../../../kernel/places.ts"
import { arnType } from "../../../registry/arn-type.ts"
import type { ServiceResource } from "../../../registry/call.ts"
import type { Resource, Tags } from "../../../registry/resource.ts"

/** A kind of resource that can be listed with its tags. */
export type Kind = Resource<object> & Required<Pick<Resource<object>, "tagsOf" | "list">>

const isKind = (resource: Resource<object>): resource is Kind =>
  resource.tagsOf !== undefined && resource.list !== undefined

/** The kinds that show in a Region: what is global shows in the Region of the global services. */
export const kindsIn = (all: readonly ServiceResource[], region: string): readonly Kind[] =>
  all
    .map(({ resource }) => resource)
    .filter(isKind)
    .filter(({ scope }) => scope !== "global" || partitionOf(region).globalRegion === region)

/** A resource as it shows. */
export interface Tagged {
  readonly arn: string
  readonly tags: Tags
}

/** Undefined of resources without tags, which do not show. */
export function taggedOf(kind: Kind, row: object): Tagged | undefined {
  const tags = kind.tagsOf(row)
  return Object.keys(tags).length === 0 ? undefined : { arn: kind.arn(row), tags }
}

/** Whether a filter, `service` or `service:type`, names the resource. */
export const isOfTypes = (types: readonly string[], arn: string): boolean => {
  const { service, type } = arnType(arn)
  return types.some((one) => {
    const colon = one.indexOf(":")
    return colon < 0
      ? one === service
      : one.slice(0, colon) === service && one.slice(colon + 1) === type
  })
}
