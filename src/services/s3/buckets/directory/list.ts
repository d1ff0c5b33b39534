import { op, type Out } from "../../define.ts"
import { invalidArgument } from "../../errors.ts"
import { buckets, bucketArn } from "../bucket.ts"
import { nameAfter, tokenOf } from "../list.ts"
import { expressKeys } from "./access.ts"

/** "ListDirectoryBuckets", max-directory-buckets: valid range. */
const MOST = 1_000

/** The directory buckets of the caller's account in the Region. */
export const ListDirectoryBuckets = op.read("ListDirectoryBuckets", {
  authorize: (_tx, _input, call) => ({
    action: "s3express:ListAllMyDirectoryBuckets",
    resource: "*",
    owner: call.account,
    context: expressKeys(call.account, call),
  }),
  run(tx, input, { account, region }): Out<"ListDirectoryBuckets"> {
    const { MaxDirectoryBuckets: most = MOST, ContinuationToken } = input
    if (most < 0 || most > MOST)
      // After the pattern of ListBuckets (not verified).
      throw invalidArgument(
        `Argument max-directory-buckets must be an integer between 0 and ${MOST}`,
        "max-directory-buckets",
        String(most),
      )
    if (most === 0) return { Buckets: [] }
    const after = nameAfter(ContinuationToken)
    const { rows, next } = tx.scan(buckets, {
      ...{ index: "directories", prefix: [account, region], limit: most },
      ...(after !== "" && { from: [`${after}\0`] }),
    })
    return {
      Buckets: rows.map((bucket) => ({
        Name: bucket.name,
        CreationDate: bucket.createdMs,
        BucketArn: bucketArn(bucket),
      })),
      ...(next !== undefined && { ContinuationToken: tokenOf(rows.at(-1)?.name ?? "") }),
    }
  },
})
