import { accessDenied } from "../../../errors.ts"
import { decodeKey } from "../names.ts"
import type { DirectoryPoint } from "./point.ts"

/** The permission that an operation needs ("Manage the scope of your access points for directory buckets"). */
const PERMISSIONS: Readonly<Record<string, string>> = {
  AbortMultipartUpload: "AbortMultipartUpload",
  CompleteMultipartUpload: "PutObject",
  CopyObject: "PutObject",
  CreateMultipartUpload: "PutObject",
  DeleteObject: "DeleteObject",
  DeleteObjects: "DeleteObject",
  GetObject: "GetObject",
  GetObjectAttributes: "GetObjectAttributes",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  ListMultipartUploads: "ListBucketMultipartUploads",
  ListObjectsV2: "ListBucket",
  ListParts: "ListMultipartUploadParts",
  PutObject: "PutObject",
  RenameObject: "PutObject",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
}

/** What an input says of the keys that it is about. */
interface SaysKeys {
  readonly Key?: string | undefined
  readonly Prefix?: string | undefined
  readonly RenameSource?: string | undefined
  readonly Delete?: { readonly Objects?: readonly { readonly Key?: string | undefined }[] }
}

/** Throws AccessDenied for what goes beyond the scope of an access point. */
export function assertInScope(
  { scope, vpcId }: DirectoryPoint,
  { operation, input }: { readonly operation: string; readonly input: object },
): void {
  // There is no network yet from which such a request could come.
  if (vpcId !== undefined) throw accessDenied()
  const { prefixes = [], permissions = [] } = scope ?? {}
  const needed = PERMISSIONS[operation]
  if (permissions.length > 0 && (needed === undefined || !permissions.includes(needed)))
    throw accessDenied()
  if (prefixes.length === 0 || operation === "HeadBucket") return
  for (const key of keysOf(input))
    if (!prefixes.some((prefix) => key.startsWith(prefix))) throw accessDenied()
}

function keysOf({ Key, Prefix, RenameSource, Delete }: SaysKeys): readonly string[] {
  if (Delete) return (Delete.Objects ?? []).map((object) => object.Key ?? "")
  if (Key === undefined) return [Prefix ?? ""]
  return RenameSource === undefined ? [Key] : [Key, decodeKey(RenameSource) ?? ""]
}
