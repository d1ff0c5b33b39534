import { GetBucketVersioning, PutBucketVersioning } from "./versioning.ts"

export const versionOperations = { PutBucketVersioning, GetBucketVersioning }
