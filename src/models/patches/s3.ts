import type { Patch } from "../patch.ts"

/** What S3 answers and AWS's published model does not say. */
export const s3Patch = (): Patch => ({
  shapes: {
    RestoreStatusCode: { type: "integer" },
    // "RestoreObject", Responses: 202 Accepted, and 200 OK where a copy is there already.
    RestoreObjectOutput: {
      members: { StatusCode: { shape: "RestoreStatusCode", location: "statusCode" } },
    },
  },
})
