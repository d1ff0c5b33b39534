import { expect, test } from "vitest"
import { answerOf, openCloud, signed } from "../../src/gateway/testing/open-cloud.ts"
import { minimalRequest } from "./minimal-request.ts"

/**
 * S3's operations that a newer one of the same route has replaced; what a client sends reaches that
 * one. ListDirectoryBuckets has a host of its own.
 */
const REPLACED = new Set([
  "GetBucketLifecycle",
  "PutBucketLifecycle",
  "GetBucketNotification",
  "PutBucketNotification",
  "ListDirectoryBuckets",
])

/** Only their hosts tell these from an operation of a sibling, and all hosts are ours. */
const SAME_ROUTE = new Set([
  "bedrock-agent-runtime InvokeInlineAgent",
  "lexv2-models DescribeImport",
  "lexv2-models ListImports",
  "s3control CreateBucket",
])

test(
  "every operation that AWS has is answered: for real, or by a 501 that names it",
  { timeout: 300_000 },
  async () => {
    const cloud = await openCloud()
    const wrong: string[] = []
    let asked = 0
    for (const { id } of cloud.models.serviceIndex().services) {
      const model = cloud.models.loadModel(id)
      const service = await cloud.catalog.find(id)
      for (const operation of Object.values(model.operations)) {
        if (service?.operations[operation.name]) continue
        if (id === "s3" && REPLACED.has(operation.name)) continue
        for (const protocol of model.protocols) {
          const wire = signed(minimalRequest(model, operation, protocol), {
            service: model.signingName,
          })
          const { status, text } = await answerOf(cloud.handle(wire))
          asked += 1
          // A HEAD has no body to name anything in; services that share a route answer for each other.
          const name = SAME_ROUTE.has(`${id} ${operation.name}`)
            ? "does not implement"
            : operation.name
          const named = operation.http.method === "HEAD" || text.includes(name)
          if (status !== 501 || !named)
            wrong.push(`${id} ${operation.name} ${protocol}: ${status} ${text.slice(0, 120)}`)
        }
      }
    }
    expect(asked).toBeGreaterThan(18_000)
    expect(wrong).toEqual([])
  },
)
