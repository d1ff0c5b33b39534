import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import {
  bucketOfAnyKind,
  configure,
  directoryPoints,
  expressKeys,
  type Bucket,
  type DirectoryPoint,
} from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { malformedXml, noSuchResource } from "../errors.ts"
import { tagsOf, type Tags } from "../tagging/tags.ts"
import { tagKeys } from "./access.ts"

interface OnResource {
  readonly AccountId: string
  readonly ResourceArn: string
}

type Found = { readonly bucket: Bucket } | { readonly point: DirectoryPoint }

const ask =
  (action: string) =>
  (tx: ReadTx, input: OnResource, call: Call): AccessRequest => {
    const found = maybe(tx, input, call)
    return {
      action: `s3express:${action}`,
      resource: input.ResourceArn,
      owner: input.AccountId,
      context: {
        ...expressKeys(input.AccountId, call),
        ...(found && tagKeys(tagsOn(found))),
        ...requestTagKeys(input),
      },
    }
  }

export const TagDirectoryResource = op.write("TagResource", {
  authorize: ask("TagResource"),
  run(tx, input, call): Out<"TagResource"> {
    const found = find(tx, input, call)
    const { Tags: tags } = input as Partial<typeof input>
    if (!tags) throw malformedXml()
    setTags(tx, found, { ...tagsOn(found), ...tagsOf(tags) })
    return {}
  },
})

export const UntagDirectoryResource = op.write("UntagResource", {
  authorize: ask("UntagResource"),
  run(tx, input, call): Out<"UntagResource"> {
    const found = find(tx, input, call)
    const { TagKeys: keys = [] } = input as Partial<typeof input>
    const left = Object.entries(tagsOn(found)).filter(([key]) => !keys.includes(key))
    setTags(tx, found, Object.fromEntries(left))
    return {}
  },
})

export const ListDirectoryTags = op.read("ListTagsForResource", {
  authorize: ask("ListTagsForResource"),
  run(tx, input, call): Out<"ListTagsForResource"> {
    const tags = Object.entries(tagsOn(find(tx, input, call)))
    return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) }
  },
})

/** A directory bucket or an access point of one, of the account. Throws NoSuchResource. */
function find(tx: ReadTx, input: OnResource, call: Call): Found {
  const found = maybe(tx, input, call)
  if (!found) throw noSuchResource()
  return found
}

function maybe(tx: ReadTx, { AccountId, ResourceArn }: OnResource, call: Call): Found | undefined {
  const arn = parseArn(ResourceArn)
  const [, kind, name = ""] = /^(bucket|accesspoint)\/(.+)$/.exec(arn?.resource ?? "") ?? []
  if (arn?.service !== "s3express" || arn.account !== AccountId) return undefined
  if (kind === "accesspoint") {
    const point = tx.get(directoryPoints, [arn.account, arn.region, name])
    return point && { point }
  }
  const bucket = bucketOfAnyKind(tx, call.partition, name)
  const isOwn = bucket?.zone !== undefined && bucket.account === AccountId
  return isOwn && bucket.region === arn.region ? { bucket } : undefined
}

const tagsOn = (found: Found): Tags =>
  ("bucket" in found ? found.bucket.config.tags : found.point.tags) ?? {}

function setTags(tx: WriteTx, found: Found, tags: Tags): void {
  if ("bucket" in found) configure(tx, found.bucket, { tags })
  else tx.replace(directoryPoints, found.point, { ...found.point, tags })
}
