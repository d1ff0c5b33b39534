import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { toObject } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { versionWithId, type Version } from "../objects/version.ts"
import { objectVersion } from "../versions/find-version.ts"
import { plan } from "./begin.ts"
import { inner, type Existing, type Initiated } from "./define.ts"

/**
 * Begins to replicate a version that is there already: what S3 Batch Replication does with each
 * object of its manifest. The bucket's own configuration says where to, and in which role.
 */
export const InitiateReplication = inner.write("InitiateReplication", {
  authorize: (tx, input, call) =>
    toObject(findBucket(tx, input, call), "InitiateReplication", { key: input.Key }),
  run(tx, input, call): Initiated {
    const bucket = findBucket(tx, input, call)
    const { Key: key, VersionId: versionId } = input
    const marker = versionWithId(tx, { bucket: bucket.id, key, versionId })
    const version = marker?.marker
      ? marker
      : objectVersion(tx, bucket, { Key: key, VersionId: versionId, method: "PUT" })
    return { eligible: plan(tx, bucket, { version, operation: "OBJECT_PUT", existing: true }) }
  },
})

/** Who asks for it: the role of a batch job. */
export interface BatchRights {
  readonly account: string
  readonly region: string
  readonly role: string
  /** `batchoperations.s3.amazonaws.com` */
  readonly as: string
}

/**
 * Asks, in a batch job's role, for `s3:InitiateReplication` of one version and begins. Resolves with
 * whether a rule takes it; rejects with AccessDenied, NoSuchKey, NoSuchVersion and the like.
 */
export const initiateReplication = async (
  ctx: ActionContext,
  rights: BatchRights,
  input: Existing,
): Promise<Initiated> =>
  (await ctx.call({
    ...{ service: "s3", operation: "InitiateReplication", input },
    ...rights,
  })) as Initiated

/**
 * How far a version has come: its status, and what it failed of ("Amazon S3 replication failure
 * reasons"). Undefined of what was never replicated.
 */
export const replicationOf = (
  tx: ReadTx,
  which: Pick<Version, "bucket" | "key" | "versionId">,
): Version["replication"] => versionWithId(tx, which)?.replication
