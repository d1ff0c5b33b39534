import type { Patch } from "../patch.ts"

/** What S3 Control answers and AWS's published model does not say: 204 (recorded of the first two). */
export const s3controlPatch = (): Patch => ({
  operations: {
    DeletePublicAccessBlock: deletion("configuration/publicAccessBlock"),
    DeleteAccessPoint: deletion("accesspoint/{name}"),
    DeleteAccessPointPolicy: deletion("accesspoint/{name}/policy"),
  },
})

function deletion(path: string) {
  return { http: { method: "DELETE", requestUri: `/v20180820/${path}`, responseCode: 204 } }
}
