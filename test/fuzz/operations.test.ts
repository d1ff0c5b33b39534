import { expect, test } from "vitest"
import { openCloud } from "../../src/gateway/testing/open-cloud.ts"
import { probe, probesOf } from "./probe.ts"

/**
 * The Control API of S3 has one operation without the account id that tells it from S3: for a
 * bucket on Outposts, which has a host of its own.
 */
const KNOWN = new Set(["s3control CreateBucket"])

/** Operations of S3 whose requests are those of others, which took their place ("deprecated"). */
const REPLACED = new Set([
  ...["s3 GetBucketLifecycle", "s3 GetBucketNotification", "s3 ListDirectoryBuckets"],
  ...["s3 PutBucketLifecycle", "s3 PutBucketNotification"],
])

test(
  "every operation of every model that is not implemented says so, in its own protocol",
  { timeout: 400_000 },
  async () => {
    const cloud = await openCloud()
    const wrong: string[] = []
    let count = 0
    for (const facts of cloud.models.serviceIndex().services) {
      const service = await cloud.catalog.find(facts.id)
      for (const one of probesOf(cloud, facts)) {
        if (service?.operations[one.operation.name]) continue
        const name = `${facts.id} ${one.operation.name}`
        if (KNOWN.has(name) || REPLACED.has(name)) continue
        count += 1
        const found = await probe(cloud, one)
        if (found !== undefined) wrong.push(found)
      }
    }
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(17_000)
  },
)
