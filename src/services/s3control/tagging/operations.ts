import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import {
  accessPoints,
  bucketNamed,
  bucketNameOf,
  configure,
  type AccessPoint,
  type Bucket,
} from "../../s3/port.ts"
import { isOfAccessGrants, taggedOf, type Tagged } from "../access-grants/tagging.ts"
import { op, type Out } from "../define.ts"
import { malformedXml, noSuchResource } from "../errors.ts"
import { groups, type LensGroup } from "../storage-lens/group.ts"
import { tagsOf, type Tags } from "./tags.ts"

interface OnResource {
  readonly AccountId: string
  readonly ResourceArn: string
}

type Found =
  | { readonly kind: "bucket"; readonly bucket: Bucket }
  | { readonly kind: "point"; readonly point: AccessPoint }
  | { readonly kind: "group"; readonly group: LensGroup }
  | { readonly kind: "granted"; readonly granted: Tagged }

const ask =
  (action: string) =>
  (_tx: ReadTx, input: OnResource): AccessRequest => ({
    action: `s3:${action}`,
    resource: input.ResourceArn,
    owner: input.AccountId,
    context: requestTagKeys(input),
  })

export const TagResource = op.write("TagResource", {
  authorize: ask("TagResource"),
  run(tx, input, call): Out<"TagResource"> {
    const found = find(tx, input, call)
    const { Tags: tags } = input as Partial<typeof input>
    if (!tags) throw malformedXml()
    const given = tagsOf(tags)
    setTags(tx, found, { ...tagsOn(found), ...given })
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: ask("UntagResource"),
  run(tx, input, call): Out<"UntagResource"> {
    const found = find(tx, input, call)
    const { TagKeys: keys = [] } = input as Partial<typeof input>
    const left = Object.entries(tagsOn(found)).filter(([key]) => !keys.includes(key))
    setTags(tx, found, Object.fromEntries(left))
    return {}
  },
})

export const ListTagsForResource = op.read("ListTagsForResource", {
  authorize: ask("ListTagsForResource"),
  run(tx, input, call): Out<"ListTagsForResource"> {
    const tags = Object.entries(tagsOn(find(tx, input, call)))
    return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) }
  },
})

/**
 * A bucket, an access point, a Storage Lens group or something of Access Grants, of the account.
 * Throws NoSuchResource.
 */
function find(tx: ReadTx, { AccountId, ResourceArn }: OnResource, call: Call): Found {
  const arn = parseArn(ResourceArn)
  const name = arn && /^accesspoint\/(.+)$/.exec(arn.resource)?.[1]
  if (arn && name !== undefined) {
    const point = tx.get(accessPoints, [arn.account, arn.region, name])
    if (point?.account === AccountId) return { kind: "point", point }
    throw noSuchResource()
  }
  if (arn && isOfAccessGrants(arn)) {
    const granted = arn.account === AccountId ? taggedOf(tx, arn) : undefined
    if (granted) return { kind: "granted", granted }
    throw noSuchResource()
  }
  const ofGroup = arn && /^storage-lens-group\/(.+)$/.exec(arn.resource)?.[1]
  if (arn && ofGroup !== undefined) {
    const group = tx.get(groups, [arn.account, arn.region, ofGroup])
    if (group?.account === AccountId) return { kind: "group", group }
    throw noSuchResource()
  }
  const bucket = bucketNamed(tx, call.partition, bucketNameOf(ResourceArn) ?? "")
  if (bucket?.account !== AccountId) throw noSuchResource()
  return { kind: "bucket", bucket }
}

function tagsOn(found: Found): Tags {
  if (found.kind === "group") return found.group.tags
  if (found.kind === "granted") return found.granted.tags
  return (found.kind === "bucket" ? found.bucket.config.tags : found.point.tags) ?? {}
}

function setTags(tx: WriteTx, found: Found, tags: Tags): void {
  if (found.kind === "bucket") configure(tx, found.bucket, { tags })
  else if (found.kind === "group") tx.replace(groups, found.group, { ...found.group, tags })
  else if (found.kind === "granted") found.granted.setTags(tx, tags)
  else tx.replace(accessPoints, found.point, { ...found.point, tags })
}
