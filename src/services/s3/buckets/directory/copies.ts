import type { AccessRequest } from "../../../../iam/access.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { isUnchecked, type Unchecked } from "../../../../registry/authorize.ts"
import type { Call } from "../../../../registry/call.ts"
import { CopyObject } from "../../copy/copy-object.ts"
import { sourceAccess, tagsOfSource, type SourceInput } from "../../copy/source.ts"
import { headerNotImplemented } from "../../errors.ts"
import { UploadPartCopy } from "../../multipart/upload-part-copy.ts"
import type { OnBucket } from "../find.ts"
import { zonalAccess } from "./access.ts"
import { NO_EXPIRATION, plain, written } from "./objects.ts"
import { zonal } from "./zonal.ts"

/** A session, or its action, for the bucket; for the source what it asks of its readers. */
function copyAccess(
  tx: ReadTx,
  input: OnBucket & SourceInput,
  call: Call,
): readonly AccessRequest[] | Unchecked {
  const asked = zonalAccess("ReadWrite")(tx, input, call)
  const source = sourceAccess(tx, { ...input, TaggingDirective: "REPLACE" }, call)
  if (!isUnchecked(asked)) return [...asked, ...source]
  return source.length > 0 ? source : asked
}

export const CopyDirectoryObject = zonal(CopyObject, {
  mode: "ReadWrite",
  authorize: copyAccess,
  prepare(tx, input, call) {
    assertContentEncoding(input)
    const { TaggingDirective: directive, Tagging } = input
    // "Any requests that attempt to write non-empty tags … 501 Not Implemented".
    if (Tagging) throw headerNotImplemented("x-amz-tagging")
    const tags = directive === "REPLACE" ? undefined : tagsOfSource(tx, input, call)
    if (tags && Object.keys(tags).length > 0) throw headerNotImplemented("x-amz-tagging-directive")
    return written(tx, { ...input, Tagging: undefined }, call)
  },
  tell: (output) => ({ ...output, ...NO_EXPIRATION }),
})

export const CopyDirectoryPart = zonal(UploadPartCopy, {
  mode: "ReadWrite",
  authorize: copyAccess,
  prepare: plain,
})

/** "For directory buckets, only the aws-chunked value is supported in this header field." */
export function assertContentEncoding({
  ContentEncoding,
}: {
  readonly ContentEncoding?: string | undefined
}): void {
  if (ContentEncoding !== undefined && ContentEncoding !== "" && ContentEncoding !== "aws-chunked")
    throw headerNotImplemented("Content-Encoding")
}
