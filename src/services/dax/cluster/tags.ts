import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { offsetPages } from "../../../registry/offset-page.ts"
import { TAG_KEY_LENGTH, TAG_VALUE_LENGTH } from "../../../registry/tags.ts"
import { asks, op, type Out } from "../define.ts"
import { badArn, badValue, clusterNotFound, noSuchTag, tooManyTags } from "../errors.ts"
import { PAGE_MOST, TAGS } from "../limits.ts"
import { change, clusterResource, clusters, type Cluster } from "./cluster.ts"

type Tags = Cluster["tags"]
interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** Throws InvalidParameterValueException, TagQuotaPerResourceExceeded. The words are not verified. */
export function withTags(old: Tags, given: readonly Tag[] = []): Tags {
  for (const { Key = "", Value = "" } of given) {
    if (Key === "" || Key.length > TAG_KEY_LENGTH || /^aws:/i.test(Key))
      throw badValue(`Invalid tag key: ${Key}.`)
    if (Value.length > TAG_VALUE_LENGTH) throw badValue(`Invalid tag value: ${Value}.`)
  }
  const added = Object.fromEntries(given.map(({ Key = "", Value = "" }) => [Key, Value]))
  const tags = { ...old, ...added }
  if (Object.keys(tags).length > TAGS) throw tooManyTags()
  return tags
}

const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

interface OnResource {
  readonly ResourceName: string
}

/** Throws InvalidARNFault, ClusterNotFoundFault. */
function tagged(tx: ReadTx, { ResourceName }: OnResource, { region }: Call): Cluster {
  const arn = parseArn(ResourceName)
  const name = /^cache\/(.+)$/.exec(arn?.resource ?? "")?.[1]
  if (arn?.service !== "dax" || name === undefined) throw badArn(ResourceName)
  const found = arn.region === region && tx.get(clusters, [arn.account, arn.region, name])
  if (!found) throw clusterNotFound()
  return found
}

const onResource = (tx: ReadTx, input: OnResource, call: Call): AccessRequest =>
  asks.on<Cluster, OnResource>(clusterResource, tagged)(tx, input, call)

export const TagResource = op.write("TagResource", {
  authorize: onResource,
  run(tx, input, call): Out<"TagResource"> {
    const cluster = tagged(tx, input, call)
    const tags = withTags(cluster.tags, input.Tags)
    change(tx, cluster, { tags })
    return { Tags: tagList(tags) }
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: onResource,
  run(tx, input, call): Out<"UntagResource"> {
    const cluster = tagged(tx, input, call)
    const missing = input.TagKeys.find((key) => !Object.hasOwn(cluster.tags, key))
    if (missing !== undefined) throw noSuchTag(missing)
    const kept = Object.entries(cluster.tags).filter(([key]) => !input.TagKeys.includes(key))
    const tags = Object.fromEntries(kept)
    change(tx, cluster, { tags })
    return { Tags: tagList(tags) }
  },
})

const { pageOf } = offsetPages("dax-tags1:", () => badValue("The NextToken is not valid."))

export const ListTags = op.read("ListTags", {
  authorize: onResource,
  run(tx, input, call): Out<"ListTags"> {
    const { items, more } = pageOf(tagList(tagged(tx, input, call).tags), input, PAGE_MOST)
    return { Tags: [...items], ...more }
  },
})
