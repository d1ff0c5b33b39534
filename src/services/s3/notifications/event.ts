import { principalId } from "../../../iam/principal.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { hostIdOf } from "../../../protocols/rest-xml.ts"
import { bucketArn, type Bucket } from "../buckets/bucket.ts"
import type { ObjectChange } from "../objects/changes.ts"
import { NULL_VERSION, type Version } from "../objects/version.ts"
import { canonicalId } from "../owner.ts"

/** By this name S3 sends. */
export const S3 = "s3.amazonaws.com"

/** The families of which AWS sends a later form of the record (recorded). */
const LATER =
  /^(?:ObjectTagging|ObjectAcl|LifecycleExpiration|LifecycleTransition|IntelligentTiering):?/
/** Documented of replication, with who did it. */
const REPLICATION = /^Replication:/

/** "Event message structure"; which members there are is recorded. `id`: the configuration's. */
export function recordOf(
  tx: WriteTx,
  { bucket, version, event, call, replication }: ObjectChange,
  id: string,
): object {
  const requestId = call?.requestId ?? tx.random("s3/event-request").uuid()
  return {
    eventVersion: REPLICATION.test(event) ? "2.2" : LATER.test(event) ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(tx.now).toISOString(),
    eventName: event,
    userIdentity: { principalId: doerOf({ bucket, event, call }) },
    requestParameters: { sourceIPAddress: call?.sourceIp ?? S3 },
    responseElements: {
      "x-amz-request-id": requestId,
      "x-amz-id-2": hostIdOf({ requestId }),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: canonicalId(bucket.account) },
        arn: bucketArn(bucket),
      },
      object: objectOf(version, event, bucket),
    },
    ...restoredOf(event, version),
    ...(replication && { replicationEventData: replication }),
  }
}

function doerOf({ bucket, event, call }: Pick<ObjectChange, "bucket" | "event" | "call">): string {
  if (REPLICATION.test(event)) return S3
  if (call) return `AWS:${principalId(call.principal)}`
  return `AmazonCustomer:${canonicalId(bucket.account)}`
}

function objectOf(version: ObjectChange["version"], event: string, bucket: Bucket): object {
  const removed = /^(?:ObjectRemoved|LifecycleExpiration):/.test(event)
  const marked = event.endsWith(":DeleteMarkerCreated")
  return {
    // "The object key name value is URL encoded … red+flower.jpg".
    key: encodeURIComponent(version.key).replaceAll("%20", "+").replaceAll("%2F", "/"),
    ...(!removed && !LATER.test(event) && { size: version.sizeBytes }),
    ...((!removed || marked) && { eTag: marked ? EMPTY_MD5 : version.etag }),
    ...(bucket.versioning && isNamed(version) && { versionId: version.versionId }),
    ...(!LATER.test(event) && { sequencer: sequencerOf(version.serial) }),
  }
}

/** Recorded: the version `null` of a suspended bucket is not told. */
export const isNamed = ({ versionId }: Pick<Version, "versionId">): boolean =>
  versionId !== NULL_VERSION

/** Recorded: what a delete marker has for its value. */
export const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"

/** Compared as hexadecimal numbers, those of one key tell which event came first. */
export const sequencerOf = (serial: number): string =>
  Math.floor(serial).toString(16).toUpperCase().padStart(18, "0")

function restoredOf(event: string, version: ObjectChange["version"]): object {
  const { restore } = version
  if (event !== "ObjectRestore:Completed" || restore?.expiresMs === undefined) return {}
  return {
    glacierEventData: {
      restoreEventData: {
        lifecycleRestorationExpiryTime: new Date(restore.expiresMs).toISOString(),
        lifecycleRestoreStorageClass: version.storageClass,
      },
    },
  }
}
