import type { AccessRequest } from "../../../iam/access.ts"
import type { Table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { resourceTagKeys } from "../../../registry/authorize.ts"
import { tagPairs } from "../../../registry/resource.ts"
import { configure, type Bucket } from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { tagsOf, type Tags } from "./tags.ts"

/** Whatever has an ARN, as far as tags go. */
export interface Tagged {
  readonly tags: Tags
  /** The tags as policies may name them. */
  readonly keys: Readonly<Record<string, string>>
  setTags(tx: WriteTx, tags: Tags): void
}

/** A row that has its tags itself. `key`: by which of S3's keys policies name them, too. */
export const taggedRow = <Row extends { readonly tags?: Tags | undefined }>(
  table: Table<Row>,
  row: Row,
  key?: string,
): Tagged => ({
  ...{ tags: row.tags ?? {}, keys: resourceTagKeys(row.tags, key) },
  setTags: (tx, tags) => tx.replace(table, row, { ...row, tags }),
})

/** Of buckets that are no directories policies see the tags only with ABAC on. */
export const taggedBucket = (bucket: Bucket): Tagged => ({
  tags: bucket.config.tags ?? {},
  keys:
    bucket.zone !== undefined
      ? resourceTagKeys(bucket.config.tags, "s3express:BucketTag")
      : resourceTagKeys(bucket.config.abac ? bucket.config.tags : {}, "s3:BucketTag"),
  setTags: (tx, tags) => configure(tx, bucket, { tags }),
})

export interface OnResource {
  readonly AccountId: string
  readonly ResourceArn: string
}

interface Tagging {
  authorize(tx: ReadTx, input: OnResource, call: Call): AccessRequest
  /** Throws NoSuchResource. */
  find(tx: ReadTx, input: OnResource, call: Call): Tagged
}

/** The operations on tags at one of S3 Control's addresses. */
export const taggingOperations = ({ authorize, find }: Tagging) => ({
  TagResource: op.write("TagResource", {
    authorize,
    run(tx, input, call): Out<"TagResource"> {
      const found = find(tx, input, call)
      found.setTags(tx, { ...found.tags, ...tagsOf(input.Tags) })
      return {}
    },
  }),
  UntagResource: op.write("UntagResource", {
    authorize,
    run(tx, input, call): Out<"UntagResource"> {
      const found = find(tx, input, call)
      const { TagKeys: keys = [] } = input as Partial<typeof input>
      const left = Object.entries(found.tags).filter(([key]) => !keys.includes(key))
      found.setTags(tx, Object.fromEntries(left))
      return {}
    },
  }),
  ListTagsForResource: op.read("ListTagsForResource", {
    authorize,
    run: (tx, input, call): Out<"ListTagsForResource"> => ({
      Tags: tagPairs(find(tx, input, call).tags),
    }),
  }),
})
