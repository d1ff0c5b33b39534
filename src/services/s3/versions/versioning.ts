import type { ReadTx } from "../../../kernel/transaction.ts"
import { bucketAccess } from "../access/access.ts"
import { buckets, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { meterRequest } from "../requests.ts"
import { lockedVersioning, replicatedVersioning, unspecifiedVersioning } from "./errors.ts"
import { needsMfa, spendOwnerMfa } from "./mfa-delete.ts"

export const PutBucketVersioning = op.write("PutBucketVersioning", {
  authorize: bucketAccess("PutBucketVersioning"),
  run(tx, input, call): Out<"PutBucketVersioning"> {
    const bucket = findBucket(tx, input, call)
    const { Status: status, MFADelete: mfaDelete } = wanted(input)
    assertChangeable(bucket, status)
    // Terraform says Disabled of buckets that never had it, and shows no code.
    if (mfaDelete === "Enabled" || needsMfa(bucket))
      spendOwnerMfa(tx, { bucket, call, mfa: input.MFA })
    tx.replace(buckets, bucket, {
      ...bucket,
      versioning: status,
      config: {
        ...bucket.config,
        ...(mfaDelete !== undefined && { mfaDelete: mfaDelete === "Enabled" }),
      },
    })
    meterRequest(tx, bucket, 1)
    return {}
  },
})

type Configuration = In<"PutBucketVersioning">["VersioningConfiguration"]

/** Texts recorded. Throws IllegalVersioningConfigurationException and MalformedXML. */
function wanted({ VersioningConfiguration: given }: { VersioningConfiguration?: Configuration }) {
  if (given === undefined) throw malformedXml()
  const { Status, MFADelete } = given
  if (Status === undefined) throw unspecifiedVersioning()
  if (Status !== "Enabled" && Status !== "Suspended") throw malformedXml()
  if (MFADelete !== undefined && MFADelete !== "Enabled" && MFADelete !== "Disabled")
    throw malformedXml()
  return { Status, MFADelete } as const
}

function assertChangeable(bucket: Bucket, status: "Enabled" | "Suspended"): void {
  if (status === "Enabled") return
  if (bucket.config.objectLock) throw lockedVersioning()
  if (bucket.config.replication) throw replicatedVersioning()
}

export const GetBucketVersioning = op.read("GetBucketVersioning", {
  authorize: bucketAccess("GetBucketVersioning"),
  run(tx: ReadTx, input, call): Out<"GetBucketVersioning"> {
    const { versioning, config } = findBucket(tx, input, call)
    if (versioning === undefined) return {}
    if (config.mfaDelete === undefined) return { Status: versioning }
    return { Status: versioning, MFADelete: config.mfaDelete ? "Enabled" : "Disabled" }
  },
})
