import type { ReadTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import type { In } from "../../define.ts"
import { GetObjectAttributes } from "../../objects/attributes.ts"
import { assertDirectoryDelete } from "../../objects/conditions.ts"
import { DeleteObjects } from "../../objects/delete-many.ts"
import { DeleteObject } from "../../objects/delete.ts"
import { GetObject, HeadObject } from "../../objects/get.ts"
import { PutObject } from "../../objects/put.ts"
import { currentVersion } from "../../objects/version.ts"
import type { OnBucket } from "../find.ts"
import { assertUp, findDirectory } from "./access.ts"
import { appending } from "./append.ts"
import {
  assertDefaultEncryption,
  withDefaultEncryption,
  type SaysEncryption,
} from "./encryption.ts"
import { refuseMembers } from "./refuse.ts"
import { zonal } from "./zonal.ts"

/** "Object expiration information is not returned … this header returns the value "NotImplemented"". */
export const NO_EXPIRATION = Object.freeze({ Expiration: "NotImplemented" })

/** Refuses what directory buckets do not know, and waits for no AZ that is down. */
export function plain<Input extends OnBucket>(tx: ReadTx, input: Input, call: Call): Input {
  const bucket = findDirectory(tx, input, call)
  assertUp(tx, bucket)
  refuseMembers(input)
  return { ...input, Bucket: bucket.name }
}

/** As `plain`, of a write: it takes the bucket's class and encryption. */
export function written<Input extends OnBucket & SaysEncryption>(
  tx: ReadTx,
  input: Input,
  call: Call,
): Input {
  const bucket = findDirectory(tx, input, call)
  assertUp(tx, bucket)
  refuseMembers(input)
  assertDefaultEncryption(bucket, input)
  return { ...withDefaultEncryption(input), StorageClass: undefined, Bucket: bucket.name }
}

export const PutDirectoryObject = appending(
  zonal(PutObject, {
    mode: "ReadWrite",
    prepare: written,
    tell: (output) => ({ ...output, ...NO_EXPIRATION }),
  }),
)

export const GetDirectoryObject = zonal(GetObject, {
  mode: "ReadOnly",
  prepare: plain,
  tell: (output) => ({ ...output, ...NO_EXPIRATION }),
})

export const HeadDirectoryObject = zonal(HeadObject, {
  mode: "ReadOnly",
  prepare: plain,
  tell: (output) => ({ ...output, ...NO_EXPIRATION }),
})

export const GetDirectoryAttributes = zonal(GetObjectAttributes, {
  mode: "ReadOnly",
  prepare: plain,
})

export const DeleteDirectoryObject = zonal(DeleteObject, {
  mode: "ReadWrite",
  prepare(tx, input, call) {
    const prepared = plain(tx, input, call)
    const { id } = findDirectory(tx, prepared, call)
    assertDirectoryDelete(currentVersion(tx, id, input.Key), input)
    return {
      ...{ ...prepared, VersionId: undefined },
      ...{ IfMatchLastModifiedTime: undefined, IfMatchSize: undefined },
    }
  },
})

/** All but tab, line feed and carriage return of the control characters. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/

/** "… an object that's composed entirely of whitespace characters is not supported by … DeleteObjects". */
function assertDeletable(input: In<"DeleteObjects">): void {
  const request: Partial<In<"DeleteObjects">["Delete"]> | undefined = input.Delete
  for (const { Key, VersionId } of request?.Objects ?? []) {
    if (Key === undefined || Key.trim() === "" || CONTROL.test(Key)) throw badKey()
    refuseMembers({ VersionId })
  }
}

/** Not verified. */
const badKey = (): AwsError =>
  new AwsError("InvalidRequest", "The object key is not valid for this request.", { status: 400 })

export const DeleteDirectoryObjects = zonal(DeleteObjects, {
  mode: "ReadWrite",
  prepare(tx, input, call) {
    // "The Content-MD5 request header or a additional checksum request header … is required".
    const { Bucket } = plain(tx, { ...input, ContentMD5: undefined }, call)
    assertDeletable(input)
    return { ...input, Bucket }
  },
})
