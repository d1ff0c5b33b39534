import type { Call } from "../../../registry/call.ts"
import { tagsOfHeader } from "../tagging/object-tags.ts"

/** By this name S3 assumes the roles of locations of Access Grants ("Register a location"). */
export const ACCESS_GRANTS = "access-grants.s3.amazonaws.com"

export type Keys = Record<string, string | readonly string[]>

/** The condition key that tells a member of an operation's input ("Actions, resources, and condition keys for Amazon S3"). */
const MEMBER_KEYS: Readonly<Record<string, string>> = {
  ACL: "s3:x-amz-acl",
  BucketNamespace: "s3:x-amz-bucket-namespace",
  CopySource: "s3:x-amz-copy-source",
  Delimiter: "s3:delimiter",
  GrantFullControl: "s3:x-amz-grant-full-control",
  GrantRead: "s3:x-amz-grant-read",
  GrantReadACP: "s3:x-amz-grant-read-acp",
  GrantWrite: "s3:x-amz-grant-write",
  GrantWriteACP: "s3:x-amz-grant-write-acp",
  IfMatch: "s3:if-match",
  IfNoneMatch: "s3:if-none-match",
  MaxKeys: "s3:max-keys",
  MetadataDirective: "s3:x-amz-metadata-directive",
  ObjectLockLegalHoldStatus: "s3:object-lock-legal-hold",
  ObjectLockMode: "s3:object-lock-mode",
  ObjectOwnership: "s3:x-amz-object-ownership",
  Prefix: "s3:prefix",
  SSECustomerAlgorithm: "s3:x-amz-server-side-encryption-customer-algorithm",
  SSEKMSKeyId: "s3:x-amz-server-side-encryption-aws-kms-key-id",
  ServerSideEncryption: "s3:x-amz-server-side-encryption",
  StorageClass: "s3:x-amz-storage-class",
  VersionId: "s3:VersionId",
  WebsiteRedirectLocation: "s3:x-amz-website-redirect-location",
}

/** Keys that only some actions have, though others' requests have members of the same name. */
const OF_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  IfMatch: ["s3:PutObject", "s3:DeleteObject"],
  IfNoneMatch: ["s3:PutObject"],
}

/** Adds the keys that follow from what a request asks. */
export function addInputKeys(keys: Keys, input: object, action: string): void {
  // What a copy says is about the copy, not about its source.
  if ("CopySource" in input && action.startsWith("s3:Get")) return
  const members = input as Readonly<Record<string, unknown>>
  for (const member in members) {
    const key = MEMBER_KEYS[member]
    if (!key || OF_ACTIONS[member]?.includes(action) === false) continue
    const value = members[member]
    if (typeof value === "string" || typeof value === "number") keys[key] ??= String(value)
  }
  const { Tagging: tagging } = members
  if (action !== "s3:PutObject" && action !== "s3:PutObjectTagging") return
  if (typeof tagging === "string") addRequestTags(keys, tagsOfHeader(tagging))
  else if (isTagging(tagging))
    addRequestTags(
      keys,
      Object.fromEntries(tagging.TagSet.map(({ Key = "", Value = "" }) => [Key, Value])),
    )
}

/** Writes that make no object yet: "these APIs don't accept conditional headers". */
const STEPS: ReadonlySet<string> = Object.freeze(
  new Set(["CreateMultipartUpload", "UploadPart", "UploadPartCopy"]),
)

/** Adds whether a write makes an object ("Enforce conditional writes on Amazon S3 buckets"). */
export function addCreationKey(keys: Keys, action: string, operation: string): void {
  if (action === "s3:PutObject")
    keys["s3:ObjectCreationOperation"] = STEPS.has(operation) ? "false" : "true"
}

interface Locking {
  readonly ObjectLockRetainUntilDate?: number | undefined
  readonly Retention?:
    | { readonly Mode?: string | undefined; readonly RetainUntilDate?: number | undefined }
    | undefined
  readonly LegalHold?: { readonly Status?: string | undefined } | undefined
}

const DAY_MS = 86_400_000
/** The last instant that can be written. */
const LAST_MS = 8.64e15

/**
 * Adds what a request says of Object Lock beside its headers ("Managing Object Lock … Limiting
 * retention periods"). Part of a day counts as a day: not verified.
 */
export function addLockKeys(keys: Keys, input: object, nowMs: number): void {
  const { ObjectLockRetainUntilDate, Retention, LegalHold } = input as Locking
  const untilMs = ObjectLockRetainUntilDate ?? Retention?.RetainUntilDate
  if (untilMs !== undefined && Math.abs(untilMs) <= LAST_MS) {
    keys["s3:object-lock-retain-until-date"] = new Date(untilMs).toISOString()
    const days = Math.ceil((untilMs - nowMs) / DAY_MS)
    keys["s3:object-lock-remaining-retention-days"] = String(days)
  }
  if (Retention?.Mode !== undefined) keys["s3:object-lock-mode"] = Retention.Mode
  if (LegalHold?.Status !== undefined) keys["s3:object-lock-legal-hold"] = LegalHold.Status
}

interface TagSet {
  readonly TagSet: readonly { readonly Key?: string; readonly Value?: string }[]
}

const isTagging = (value: unknown): value is TagSet =>
  typeof value === "object" && value !== null && Array.isArray((value as Partial<TagSet>).TagSet)

function addRequestTags(keys: Keys, tags: Readonly<Record<string, string>>): void {
  const names = Object.keys(tags)
  if (names.length === 0) return
  keys["s3:RequestObjectTagKeys"] = names
  for (const name of names) keys[`s3:RequestObjectTag/${name}`] = tags[name] ?? ""
}

/** What is spoken at least, where the transport does not say it. */
const LEAST_TLS = "1.2"

const AUTH_TYPES = { header: "REST-HEADER", query: "REST-QUERY-STRING", form: "POST" } as const

/** Adds the keys that tell how a request came and was signed. */
export function addCallKeys(keys: Keys, { signing, secure, tlsVersion }: Call): void {
  if (secure) keys["s3:TlsVersion"] = tlsVersion?.replace("TLSv", "") ?? LEAST_TLS
  if (!signing) return
  keys["s3:authType"] = AUTH_TYPES[signing.via]
  keys["s3:signatureversion"] = signing.algorithm
  keys["s3:signatureAge"] = String(signing.ageMs)
  if (signing.payloadHash !== undefined) keys["s3:x-amz-content-sha256"] = signing.payloadHash
}
