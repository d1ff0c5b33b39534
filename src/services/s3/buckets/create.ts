import { AwsError } from "../../../protocols/aws-error.ts"
import { isRegion } from "../../../kernel/places.ts"
import { quota, type Quota } from "../../../kernel/quotas.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { meterDaily } from "../billing/meter-storage.ts"
import { op, type In, type Out } from "../define.ts"
import {
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  illegalLocationConstraint,
  invalidBucketName,
  invalidLocationConstraint,
  tooManyBuckets,
} from "../errors.ts"
import { bucketArn, bucketNamed, buckets, type Bucket } from "./bucket.ts"
import { saysAcl } from "../access/acl/parse.ts"
import { newBucketConfig } from "./new-config.ts"
import { isBucketName, namespaceFault } from "./names.ts"

/** "Amazon Simple Storage Service endpoints and quotas": per account, raised on request. */
export const bucketQuota: Quota = {
  service: "s3",
  code: "L-DC2B2D3D",
  name: "General purpose buckets",
  value: 10_000,
  most: 1_000_000,
  scope: "account",
  unit: "None",
}

/** The one Region whose endpoint makes buckets elsewhere too, and answers a repeat with success. */
const OLDEST_REGION = "us-east-1"

/** The oldest name of a Region ("CreateBucket", LocationConstraint). */
const OLD_NAME = "EU"
const REGION_OF_OLD_NAME = "eu-west-1"

export const CreateBucket = op.write("CreateBucket", {
  authorize(_tx, input, { partition, account, region }) {
    const resource = bucketArn({ partition, name: input.Bucket })
    const { CreateBucketConfiguration: where = {} } = input
    const constraint = where.LocationConstraint ?? region
    const context = { "s3:locationconstraint": constraint, ...requestTagKeys(where) }
    return actionsOf(input).map((action) => ({ action, resource, owner: account, context }))
  },
  run(tx, input, call): Out<"CreateBucket"> {
    const { Bucket: name } = input
    if (!isBucketName(name)) throw invalidBucketName(name)
    const region = regionOf(input.CreateBucketConfiguration, call)
    assertNamespace(name, input.BucketNamespace, { account: call.account, region })
    const config = newBucketConfig(input, call.account)
    const there = bucketNamed(tx, call.partition, name)
    if (there) return answerRepeat(there, { config, call })
    assertQuota(tx, call.account)
    const bucket: Bucket = {
      partition: call.partition,
      name,
      id: tx.serial(),
      account: call.account,
      region,
      createdMs: tx.now,
      config,
      ...(saysOldName(input) && { location: OLD_NAME }),
      ...(input.ObjectLockEnabledForBucket && { versioning: "Enabled" }),
    }
    tx.insert(buckets, bucket)
    meterDaily(tx, bucket)
    return answer(bucket, call)
  },
})

/** "CreateBucket", Permissions: what it says beside the name needs more. */
function actionsOf(input: In<"CreateBucket">): string[] {
  const { ObjectOwnership, ObjectLockEnabledForBucket, CreateBucketConfiguration } = input
  return [
    "s3:CreateBucket",
    ...(saysAcl(input) ? ["s3:PutBucketAcl"] : []),
    ...(ObjectOwnership === undefined ? [] : ["s3:PutBucketOwnershipControls"]),
    ...(ObjectLockEnabledForBucket ? LOCK_ACTIONS : []),
    ...(CreateBucketConfiguration?.Tags?.length ? ["s3:TagResource"] : []),
  ]
}

const LOCK_ACTIONS = ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"] as const

/** Recorded: us-east-1 says yes again, unless there are tags; the other Regions do not. */
function answerRepeat(
  there: Bucket,
  { config, call }: { readonly config: Bucket["config"]; readonly call: Call },
): Out<"CreateBucket"> {
  if (there.account !== call.account) throw bucketAlreadyExists(there.name)
  if (there.region !== OLDEST_REGION || call.region !== OLDEST_REGION || config.tags)
    throw bucketAlreadyOwnedByYou(there.name)
  return answer(there, call)
}

/** Recorded: a path in us-east-1, and a whole address for a bucket of another Region. */
const answer = (bucket: Bucket, call: Call): Out<"CreateBucket"> => ({
  Location:
    bucket.region === OLDEST_REGION
      ? `/${bucket.name}`
      : `${call.endpoint.replace("://", `://${bucket.name}.`)}/`,
  BucketArn: bucketArn(bucket),
})

const saysOldName = ({ CreateBucketConfiguration: said }: In<"CreateBucket">): boolean =>
  said?.LocationConstraint === OLD_NAME

function regionOf(
  configuration: In<"CreateBucket">["CreateBucketConfiguration"],
  { region }: Call,
): string {
  const constraint = configuration?.LocationConstraint || undefined
  if (region !== OLDEST_REGION) {
    // Recorded: the old name is as good as the Region's own.
    if (constraint === OLD_NAME && region === REGION_OF_OLD_NAME) return region
    if (constraint !== region) throw illegalLocationConstraint(constraint ?? "unspecified")
    return region
  }
  if (constraint === undefined) return region
  if (constraint === OLD_NAME) return REGION_OF_OLD_NAME
  // Recorded: us-east-1 itself is no constraint.
  if (constraint === OLDEST_REGION || !isRegion(constraint))
    throw invalidLocationConstraint(constraint)
  return constraint
}

/** Recorded of what is said to be of a namespace and is not; of what is not said to be not verified. */
function assertNamespace(
  name: string,
  namespace: string | undefined,
  place: { readonly account: string; readonly region: string },
): void {
  if (namespace !== "account-regional") {
    if (name.endsWith("-an")) throw invalidBucketName(name)
    return
  }
  const fault = namespaceFault(name, place)
  if (fault !== undefined) throw new AwsError("InvalidBucketNamespace", fault, { status: 400 })
}

function assertQuota(tx: ReadTx, account: string): void {
  const most = quota(tx, bucketQuota, { account })
  const { rows } = tx.scan(buckets, { index: "byAccount", prefix: [account], limit: most + 1 })
  if (rows.length >= most) throw tooManyBuckets()
}
