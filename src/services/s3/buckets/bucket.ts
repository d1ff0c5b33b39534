import { resource, tagPairs, type TagRequest, type Tags } from "../../../registry/resource.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { BucketConfig } from "./config.ts"

/** A bucket, without its objects: traffic reads this row and never writes it. */
export interface Bucket {
  readonly partition: string
  readonly name: string
  /** Of this bucket and no later one of the same name. */
  readonly id: number
  /** The owner. */
  readonly account: string
  readonly region: string
  readonly createdMs: number
  /** The name of its Region that it was made with, where that is not the Region's own. */
  readonly location?: "EU" | undefined
  /** Of a directory bucket: the id of the AZ in which all of it lies. */
  readonly zone?: string | undefined
  /** Absent until versioning is switched on for the first time. */
  readonly versioning?: "Enabled" | "Suspended" | undefined
  /** What is configured once per bucket: read with the row, so traffic looks up nothing more. */
  readonly config: BucketConfig
}

/** Names are unique in a partition; by account and name for lists, of each kind its own. */
export const buckets = table<Bucket>("s3/bucket", {
  key: (bucket) => [bucket.partition, bucket.name],
  indexes: {
    byAccount: ({ zone, account, name }) => zone === undefined && [account, name],
    directories: ({ zone, account, region, name }) =>
      zone === undefined ? undefined : [account, region, name],
  },
  cached: true,
})

export const bucketArn = (bucket: Named): string =>
  bucket.zone === undefined
    ? `arn:${bucket.partition}:s3:::${bucket.name}`
    : directoryArn(bucket as Required<Named>)

type Named = Pick<Bucket, "partition" | "name"> &
  Partial<Pick<Bucket, "zone" | "region" | "account">>

/** "Resource types defined by Amazon S3 Express": with Region and account. */
export const directoryArn = ({
  partition,
  region,
  account,
  name,
}: Pick<Bucket, "partition" | "region" | "account" | "name">): string =>
  `arn:${partition}:s3express:${region}:${account}:bucket/${name}`

export const bucketResource = resource<Bucket>("AWS::S3::Bucket", {
  table: buckets,
  scope: "regional",
  title: "Bucket",
  arn: bucketArn,
  tagsOf: (bucket) => bucket.config.tags ?? {},
  policyOf: (bucket) => bucket.config.policy,
  list(tx, { account, region, after, limit }) {
    const { rows, next } = tx.scan(buckets, {
      ...{ index: "byAccount", prefix: [account], after, limit },
    })
    return {
      rows: rows.filter((bucket) => bucket.region === region),
      ...(next !== undefined && { next }),
    }
  },
  find(tx, { partition, account, region, resource: name }) {
    const bucket = tx.get(buckets, [partition, name])
    return bucket?.account === account && bucket.region === region ? bucket : undefined
  },
  tags: {
    tag: (bucket, tags) => putTags(bucket, { ...bucket.config.tags, ...tags }),
    untag: (bucket, keys) => {
      const left = Object.entries(bucket.config.tags ?? {}).filter(([key]) => !keys.includes(key))
      return left.length > 0
        ? putTags(bucket, Object.fromEntries(left))
        : ["DeleteBucketTagging", { Bucket: bucket.name }]
    },
  },
  console: { columns: ["name", "region", "createdMs"] },
})

/** S3 takes all tags at once: those that stay with those that come. */
const putTags = ({ name }: Bucket, tags: Tags): TagRequest => [
  "PutBucketTagging",
  { Bucket: name, Tagging: { TagSet: tagPairs(tags) } },
]

/** The general purpose bucket of that name: who does not know of directory buckets sees none. */
export function bucketNamed(tx: ReadTx, partition: string, name: string): Bucket | undefined {
  const bucket = tx.get(buckets, [partition, name])
  return bucket?.zone === undefined ? bucket : undefined
}

export const bucketOfAnyKind = (tx: ReadTx, partition: string, name: string): Bucket | undefined =>
  tx.get(buckets, [partition, name])

/** The bucket of this id, as long as it is there: for work that was planned earlier. */
export function sameBucket(
  tx: ReadTx,
  { partition, name, id }: Pick<Bucket, "partition" | "name" | "id">,
): Bucket | undefined {
  const bucket = tx.get(buckets, [partition, name])
  return bucket?.id === id ? bucket : undefined
}

/** Changes a part of what is configured; an undefined value takes it away. */
export function configure(tx: WriteTx, bucket: Bucket, change: Partial<BucketConfig>): Bucket {
  const changed = { ...bucket, config: { ...bucket.config, ...change } }
  tx.replace(buckets, bucket, changed)
  return changed
}
