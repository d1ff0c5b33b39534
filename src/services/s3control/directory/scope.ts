import { directoryPoints, type PointScope } from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { findPoint, pointAccess } from "./access.ts"

type Given = NonNullable<In<"PutAccessPointScope">["Scope"]>

/** "… the total length of characters of all prefixes must be less than 256 bytes in size." */
const PREFIX_BYTES = 256
const PERMISSIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["GetObject", "GetObjectAttributes", "ListMultipartUploadParts", "ListBucket"],
    ...["ListBucketMultipartUploads", "PutObject", "DeleteObject", "AbortMultipartUpload"],
  ]),
)

/** A scope of a request, checked. */
export function readScope({
  Prefixes: prefixes = [],
  Permissions: permissions = [],
}: Given): PointScope {
  if (permissions.some((one) => !PERMISSIONS.has(one))) throw malformedXml()
  const bytes = prefixes.reduce((sum, prefix) => sum + Buffer.byteLength(prefix), 0)
  // The words are not verified.
  if (bytes >= PREFIX_BYTES)
    throw invalidRequest("The total size of prefixes must be less than 256 bytes.")
  return { prefixes, permissions }
}

export const PutAccessPointScope = op.write("PutAccessPointScope", {
  authorize: pointAccess,
  run(tx, input, call): Out<"PutAccessPointScope"> {
    const point = findPoint(tx, input, call)
    tx.replace(directoryPoints, point, { ...point, scope: readScope(input.Scope) })
    return {}
  },
})

export const GetAccessPointScope = op.read("GetAccessPointScope", {
  authorize: pointAccess,
  run(tx, input, call): Out<"GetAccessPointScope"> {
    const { scope } = findPoint(tx, input, call)
    const { prefixes: Prefixes = [], permissions = [] } = scope ?? {}
    return { Scope: { Prefixes, Permissions: permissions } }
  },
})

export const DeleteAccessPointScope = op.write("DeleteAccessPointScope", {
  authorize: pointAccess,
  run(tx, input, call): Out<"DeleteAccessPointScope"> {
    const point = findPoint(tx, input, call)
    tx.replace(directoryPoints, point, { ...point, scope: undefined })
    return {}
  },
})
