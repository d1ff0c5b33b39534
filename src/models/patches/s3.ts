import type { OperationPatch, Patch } from "../patch.ts"

/** What S3 answers and AWS's published model does not say. */
export const s3Patch = (): Patch => ({
  shapes: {
    RestoreStatusCode: { type: "integer" },
    // "RestoreObject", Responses: 202 Accepted, and 200 OK where a copy is there already.
    RestoreObjectOutput: {
      members: { StatusCode: { shape: "RestoreStatusCode", location: "statusCode" } },
    },
  },
  operations: Object.fromEntries(
    Object.entries(NO_CONTENT).map(([name, parameter]) => [name, noContent(parameter)]),
  ),
})

/** Recorded: 204 for these, by the parameter that tells them; 200 for the other configurations. */
const NO_CONTENT: Readonly<Record<string, string>> = {
  PutBucketAnalyticsConfiguration: "analytics",
  PutBucketIntelligentTieringConfiguration: "intelligent-tiering",
  PutBucketInventoryConfiguration: "inventory",
  PutBucketMetricsConfiguration: "metrics",
  PutBucketPolicy: "policy",
  PutBucketTagging: "tagging",
}

const noContent = (parameter: string): OperationPatch => ({
  http: { method: "PUT", requestUri: `/{Bucket}?${parameter}`, responseCode: 204 },
})
