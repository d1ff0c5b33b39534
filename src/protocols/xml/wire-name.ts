import type { Member } from "../../models/schema.ts"

/**
 * Name of a member on the wire, in XML and in Query: its own, else that of the items where its
 * list is always flattened (SimpleDB, S3), else that of the list (ElastiCache), else the member's.
 * `own` is what a protocol takes for a member's own name.
 */
export function wireName(
  name: string,
  member: Member,
  own: (member: Member) => string | undefined = locationName,
): string {
  const named = own(member)
  if (named !== undefined) return named
  const { shape } = member
  if (shape.type !== "list") return name
  const items = shape.flattened === true ? own(shape.member) : undefined
  return items ?? shape.locationName ?? name
}

export function locationName(member: Member): string | undefined {
  return member.locationName
}
