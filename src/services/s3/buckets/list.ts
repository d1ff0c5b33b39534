import { isRegion } from "../../../kernel/places.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidArgument } from "../errors.ts"
import { LIST_BUCKETS } from "../limits.ts"
import { toSecond } from "../listing/second.ts"
import { ownerOf } from "../owner.ts"
import { bucketArn, buckets, type Bucket } from "./bucket.ts"

/** So many rows are looked at for a page, however few of them match. */
const LOOKED_AT = LIST_BUCKETS

export const ListBuckets = op.read("ListBuckets", {
  authorize: (_tx, _input, { account, partition }) => ({
    action: "s3:ListAllMyBuckets",
    // "Controlling access to a bucket with user policies" allows it on this.
    resource: `arn:${partition}:s3:::*`,
    owner: account,
  }),
  run(tx, input, { account }): Out<"ListBuckets"> {
    const { Prefix = "", BucketRegion } = input
    const paged = isPaged(input)
    const most = input.MaxBuckets ?? LIST_BUCKETS
    const found: Bucket[] = []
    const after = nameAfter(input.ContinuationToken)
    const { rows } = tx.scan(buckets, {
      index: "byAccount",
      prefix: [account],
      from: [after > Prefix ? after : Prefix],
      limit: LOOKED_AT,
    })
    let more = false
    for (const bucket of rows) {
      if (!bucket.name.startsWith(Prefix)) break
      if (bucket.name <= after) continue
      if (BucketRegion !== undefined && bucket.region !== BucketRegion) continue
      if ((more = found.length === most)) break
      found.push(bucket)
    }
    const last = found.at(-1)
    return {
      Owner: ownerOf(account),
      Buckets: found.map((bucket) => ({
        Name: bucket.name,
        CreationDate: toSecond(bucket.createdMs),
        // Recorded: a list without parameters does not say it.
        ...(paged && { BucketRegion: bucket.region, BucketArn: bucketArn(bucket) }),
      })),
      ...(more && last && { ContinuationToken: tokenOf(last.name) }),
      ...(input.Prefix !== undefined && { Prefix }),
    }
  },
})

/** Checks the parameters; true when there is one. Texts recorded. */
function isPaged({
  MaxBuckets,
  BucketRegion,
  Prefix,
  ContinuationToken,
}: In<"ListBuckets">): boolean {
  if (MaxBuckets !== undefined && (MaxBuckets < 1 || MaxBuckets > LIST_BUCKETS))
    throw invalidArgument(
      `Argument max-buckets must be an integer between 1 and ${LIST_BUCKETS}`,
      "max-buckets",
      String(MaxBuckets),
    )
  if (BucketRegion !== undefined && !isRegion(BucketRegion))
    throw invalidArgument(
      `Argument value ${BucketRegion} is not a valid AWS Region`,
      "bucket-region",
    )
  return [MaxBuckets, BucketRegion, Prefix, ContinuationToken].some((one) => one !== undefined)
}

export const tokenOf = (name: string): string => Buffer.from(name).toString("base64")

export function nameAfter(token: string | undefined): string {
  // Recorded: an empty one is none.
  if (!token) return ""
  const name = Buffer.from(token, "base64").toString("latin1")
  if (tokenOf(name) !== token)
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token")
  return name
}
