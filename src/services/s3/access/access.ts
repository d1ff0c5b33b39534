import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketArn, type Bucket } from "../buckets/bucket.ts"
import { findBucket, type OnBucket } from "../buckets/find.ts"
import { currentVersion, versionWithId } from "../objects/version.ts"

/** The input of any operation on an object. */
export interface OnObject extends OnBucket {
  readonly Key: string
  readonly VersionId?: string | undefined
}

type Context = Readonly<Record<string, string | readonly string[]>>

/** One access to a bucket; `action` without its `s3:`. */
export const toBucket = (bucket: Bucket, action: string, context: Context = {}): AccessRequest => ({
  action: `s3:${action}`,
  resource: bucketArn(bucket),
  owner: bucket.account,
  policy: bucket.config.policy,
  context,
})

/** One access to a key of a bucket, whether or not an object is there. */
export const toObject = (
  bucket: Bucket,
  action: string,
  { key, context = {} }: { readonly key: string; readonly context?: Context },
): AccessRequest => ({
  action: `s3:${action}`,
  resource: `${bucketArn(bucket)}/${key}`,
  owner: bucket.account,
  policy: bucket.config.policy,
  context,
})

/** Asks for an action on the request's bucket. */
export const bucketAccess =
  <Input extends OnBucket>(action: string, contextOf?: (input: Input) => Context) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest =>
    toBucket(findBucket(tx, input, call), action, contextOf?.(input))

/** Asks for an action on the request's key; `versioned` is the action's name with a versionId. */
export const objectAccess =
  (action: string, versioned = action) =>
  (tx: ReadTx, input: OnObject, call: Call): AccessRequest => {
    const bucket = findBucket(tx, input, call)
    return toObject(bucket, input.VersionId === undefined ? action : versioned, keyOf(input))
  }

/**
 * As `objectAccess`, for reads. Of what is not there, who may list it is told so, and nobody else
 * (GetObject, "If the object that you request doesn't exist …").
 */
export const readAccess =
  (action: string, versioned: string) =>
  (tx: ReadTx, input: OnObject, call: Call): readonly AccessRequest[] => {
    const bucket = findBucket(tx, input, call)
    const { Key: key, VersionId: versionId } = input
    const there =
      versionId === undefined
        ? currentVersion(tx, bucket.id, key)
        : versionWithId(tx, { bucket: bucket.id, key, versionId })
    if (there && !there.marker)
      return [toObject(bucket, versionId === undefined ? action : versioned, keyOf(input))]
    const list = versionId === undefined ? "ListBucket" : "ListBucketVersions"
    return [toBucket(bucket, list, { "s3:prefix": key })]
  }

const keyOf = ({ Key, VersionId }: OnObject): { key: string; context?: Context } =>
  VersionId === undefined ? { key: Key } : { key: Key, context: { "s3:VersionId": VersionId } }
