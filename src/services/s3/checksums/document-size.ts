import { AwsError } from "../../../protocols/aws-error.ts"

const KIB = 1024
/** How many bytes a document may have (recorded, and documented of CORS). */
const MOST_BYTES: Readonly<Record<string, number>> = {
  ...{ PutBucketVersioning: KIB, PutBucketOwnershipControls: 2 * KIB, PutBucketCors: 64 * KIB },
  ...{ PutBucketTagging: 160 * KIB, PutBucketAcl: 200 * KIB, DeleteObjects: 2_000 * KIB },
  ...{ PutBucketEncryption: 2_048 * KIB, PutPublicAccessBlock: 2_048 * KIB },
  ...{ PutObjectLockConfiguration: 2_048 * KIB, PutBucketLifecycleConfiguration: 2_048 * KIB },
  CompleteMultipartUpload: 2_560 * KIB,
}

/** Throws MaxMessageLengthExceeded (recorded). Of operations not named here no limit is known. */
export function assertSize(operation: string, bytes: number): void {
  const most = MOST_BYTES[operation]
  if (most === undefined || bytes <= most) return
  throw new AwsError("MaxMessageLengthExceeded", "Your request was too big.", {
    status: 400,
    members: { MaxMessageLengthBytes: String(most) },
  })
}
