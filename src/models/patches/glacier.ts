import type { Patch } from "../patch.ts"

/**
 * Every request names the version of the API in a header that the published model leaves to the
 * SDKs ("Common Request Headers").
 */
const VERSIONED = {
  members: {
    apiVersion: { shape: "string", location: "header", locationName: "x-amz-glacier-version" },
  },
} as const

export const glacierPatch = (): Patch => ({
  shapes: {
    ...Object.fromEntries(OPERATIONS.map((name) => [`${name}Input`, VERSIONED])),
    // "CSVInput" and the example of a select job write `Use`, `None` and `AsNeeded`.
    FileHeaderInfo: { enum: null },
    QuoteFields: { enum: null },
  },
})

const OPERATIONS = [
  ...["CreateVault", "DescribeVault", "DeleteVault", "ListVaults"],
  ...["AddTagsToVault", "ListTagsForVault", "RemoveTagsFromVault"],
  ...["SetVaultAccessPolicy", "GetVaultAccessPolicy", "DeleteVaultAccessPolicy"],
  ...["InitiateVaultLock", "AbortVaultLock", "CompleteVaultLock", "GetVaultLock"],
  ...["SetVaultNotifications", "GetVaultNotifications", "DeleteVaultNotifications"],
  ...["UploadArchive", "DeleteArchive"],
  ...["InitiateMultipartUpload", "UploadMultipartPart", "CompleteMultipartUpload"],
  ...["AbortMultipartUpload", "ListMultipartUploads", "ListParts"],
  ...["InitiateJob", "DescribeJob", "ListJobs", "GetJobOutput"],
  ...["SetDataRetrievalPolicy", "GetDataRetrievalPolicy"],
  ...["PurchaseProvisionedCapacity", "ListProvisionedCapacity"],
] as const
