import { parseArn } from "../../../../registry/arn.ts"
import { configure, type Bucket } from "../bucket.ts"
import type { DefaultEncryption } from "../config.ts"
import { op, type In, type Out } from "../../define.ts"
import { invalidArgument, invalidRequest, malformedXml } from "../../errors.ts"
import { kmsDataKey, kmsEncryption, objectContext, openKmsKey } from "../../bytes/kms-key.ts"
import { findDirectory, regionalAccess } from "./access.ts"

const AES: DefaultEncryption = Object.freeze({ algorithm: "AES256", bucketKey: false })

/** What a write may say of its encryption. */
export interface SaysEncryption {
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

/**
 * "… the encryption request headers must match the default encryption configuration of the directory
 * bucket." Throws InvalidRequest (words not verified).
 */
export function assertDefaultEncryption({ config }: Bucket, input: SaysEncryption): void {
  const { algorithm, keyId } = config.encryption ?? AES
  const { ServerSideEncryption: asked, SSEKMSKeyId: key } = input
  if (asked !== undefined && asked !== algorithm)
    throw invalidRequest(
      "The encryption settings of the request do not match the default encryption configuration " +
        "of the directory bucket.",
    )
  if (key !== undefined && (keyId === undefined || bareKey(key) !== bareKey(keyId)))
    throw invalidRequest(
      "The KMS key of the request does not match the customer managed key of the directory bucket.",
    )
}

/** The request without what it says of encryption: the bucket's default is what is left. */
export const withDefaultEncryption = <Input extends object>(input: Input): Input => ({
  ...input,
  ...{ ServerSideEncryption: undefined, SSEKMSKeyId: undefined },
  ...{ SSEKMSEncryptionContext: undefined, BucketKeyEnabled: undefined },
})

/** The key's id, be it named by its ARN. */
const bareKey = (key: string): string => parseArn(key)?.resource.replace(/^key\//, "") ?? key

export const PutDirectoryEncryption = op.write("PutBucketEncryption", {
  authorize: regionalAccess("PutEncryptionConfiguration"),
  run(tx, input, call): Out<"PutBucketEncryption"> {
    const bucket = findDirectory(tx, input, call)
    const encryption = encryptionOf(input, bucket)
    const { keyId } = encryption
    if (keyId !== undefined) {
      // "Amazon S3 validates the KMS key ID", and asks for both rights.
      const context = objectContext(bucket, "", true)
      const made = kmsDataKey(tx, bucket, { keyId, context, call })
      openKmsKey(tx, kmsEncryption("aws:kms", made, { context, bucketKey: true }), call)
    }
    const onlyKey = bucket.config.onlyKey ?? keyId
    configure(tx, bucket, { encryption, ...(onlyKey !== undefined && { onlyKey }) })
    return {}
  },
})

function encryptionOf(
  { ServerSideEncryptionConfiguration }: In<"PutBucketEncryption">,
  { config }: Bucket,
): DefaultEncryption {
  const rules = ServerSideEncryptionConfiguration?.Rules ?? []
  const [rule] = rules
  if (rules.length !== 1 || !rule?.ApplyServerSideEncryptionByDefault) throw malformedXml()
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId } = rule.ApplyServerSideEncryptionByDefault
  if (algorithm === "AES256") {
    if (keyId === undefined) return AES
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms",
      "ApplyServerSideEncryptionByDefault",
    )
  }
  // The words of these are not verified.
  if (algorithm !== "aws:kms")
    throw invalidRequest(`This bucket does not support the encryption type ${algorithm}.`)
  if (keyId === undefined || /(?:^|:)alias\//.test(keyId))
    throw invalidRequest("This bucket needs the key ID or key ARN of a customer managed key.")
  if (config.onlyKey !== undefined && bareKey(config.onlyKey) !== bareKey(keyId))
    throw invalidRequest("The customer managed key of this bucket cannot be changed.")
  return { algorithm, keyId, bucketKey: true }
}

export const GetDirectoryEncryption = op.read("GetBucketEncryption", {
  authorize: regionalAccess("GetEncryptionConfiguration"),
  run(tx, input, call): Out<"GetBucketEncryption"> {
    const { algorithm, keyId, bucketKey } = findDirectory(tx, input, call).config.encryption ?? AES
    const ApplyServerSideEncryptionByDefault = {
      SSEAlgorithm: algorithm,
      ...(keyId !== undefined && { KMSMasterKeyID: keyId }),
    }
    const rule = { ApplyServerSideEncryptionByDefault, BucketKeyEnabled: bucketKey }
    return { ServerSideEncryptionConfiguration: { Rules: [rule] } }
  },
})

export const DeleteDirectoryEncryption = op.write("DeleteBucketEncryption", {
  authorize: regionalAccess("PutEncryptionConfiguration"),
  run(tx, input, call): Out<"DeleteBucketEncryption"> {
    configure(tx, findDirectory(tx, input, call), { encryption: AES })
    return {}
  },
})
