import type { ServerSideEncryptionConfiguration } from "../../../models/types/s3.ts"
import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { NEW_ENCRYPTION, type DefaultEncryption } from "../buckets/config.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidArgument, malformedXml } from "../errors.ts"

const ALGORITHMS = [
  "AES256",
  "aws:kms",
  "aws:kms:dsse",
] as const satisfies readonly DefaultEncryption["algorithm"][]

export const PutBucketEncryption = op.write("PutBucketEncryption", {
  authorize: bucketAccess("PutEncryptionConfiguration"),
  run(tx, input, call): Out<"PutBucketEncryption"> {
    const bucket = findBucket(tx, input, call)
    const before = bucket.config.encryption ?? NEW_ENCRYPTION
    const encryption = encryptionOf(input.ServerSideEncryptionConfiguration, before)
    configure(tx, bucket, { encryption })
    return {}
  },
})

export const GetBucketEncryption = op.read("GetBucketEncryption", {
  authorize: bucketAccess("GetEncryptionConfiguration"),
  run(tx, input, call): Out<"GetBucketEncryption"> {
    const { config } = findBucket(tx, input, call)
    const { algorithm, keyId, bucketKey, customerKeysBlocked } = config.encryption ?? NEW_ENCRYPTION
    const rule = {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: algorithm,
        ...(keyId !== undefined && { KMSMasterKeyID: keyId }),
      },
      BucketKeyEnabled: bucketKey,
      ...(customerKeysBlocked && {
        BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] },
      }),
    }
    return { ServerSideEncryptionConfiguration: { Rules: [rule] } }
  },
})

/** Back to what new buckets have. */
export const DeleteBucketEncryption = op.write("DeleteBucketEncryption", {
  authorize: bucketAccess("PutEncryptionConfiguration"),
  run(tx, input, call): Out<"DeleteBucketEncryption"> {
    configure(tx, findBucket(tx, input, call), { encryption: NEW_ENCRYPTION })
    return {}
  },
})

/** Texts recorded. What is not said of blocked types stays as it is. */
function encryptionOf(
  configuration: ServerSideEncryptionConfiguration | undefined,
  before: DefaultEncryption,
): DefaultEncryption {
  const rules = configuration?.Rules ?? []
  const [rule] = rules
  if (rules.length !== 1 || !rule) throw malformedXml()
  const { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey = false } =
    rule
  const algorithm = ALGORITHMS.find((one) => one === (byDefault?.SSEAlgorithm ?? "AES256"))
  if (!algorithm) throw malformedXml()
  const keyId = byDefault?.KMSMasterKeyID
  if (algorithm === "AES256" && keyId !== undefined)
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
      "ApplyServerSideEncryptionByDefault",
    )
  const customerKeysBlocked = blocksCustomerKeys(rule.BlockedEncryptionTypes?.EncryptionType)
  return {
    algorithm,
    ...(keyId !== undefined && { keyId }),
    bucketKey,
    customerKeysBlocked: customerKeysBlocked ?? before.customerKeysBlocked,
    configured: true,
  }
}

/** "BlockedEncryptionTypes": `NONE` or `SSE-C`. */
function blocksCustomerKeys(types: readonly string[] | undefined): boolean | undefined {
  if (types === undefined) return undefined
  const [type] = types
  if (types.length !== 1 || (type !== "NONE" && type !== "SSE-C")) throw malformedXml()
  return type === "SSE-C"
}
