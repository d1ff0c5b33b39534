import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"

export const PutBucketRequestPayment = op.write("PutBucketRequestPayment", {
  authorize: bucketAccess("PutBucketRequestPayment"),
  run(tx, input, call): Out<"PutBucketRequestPayment"> {
    const bucket = findBucket(tx, input, call)
    const payer: string | undefined = input.RequestPaymentConfiguration?.Payer
    if (payer !== "Requester" && payer !== "BucketOwner") throw malformedXml()
    configure(tx, bucket, { requesterPays: payer === "Requester" ? true : undefined })
    return {}
  },
})

export const GetBucketRequestPayment = op.read("GetBucketRequestPayment", {
  authorize: bucketAccess("GetBucketRequestPayment"),
  run(tx, input, call): Out<"GetBucketRequestPayment"> {
    const { requesterPays } = findBucket(tx, input, call).config
    return { Payer: requesterPays ? "Requester" : "BucketOwner" }
  },
})
