import type { AwsError } from "../../../protocols/aws-error.ts"
import { withoutChunked } from "../../../protocols/sigv4/chunked.ts"
import {
  invalidArgument,
  invalidStorageClass,
  keyTooLong,
  metadataTooLarge,
  noSuchKey,
} from "../errors.ts"
import { KEY_BYTES, METADATA_BYTES } from "../limits.ts"
import { tagsOfHeader } from "../tagging/object-tags.ts"
import { keptMetadata, latin1Header } from "./user-metadata.ts"
import type { ObjectHeaders, Version } from "./version.ts"

/** What PutObject, CopyObject and CreateMultipartUpload say of a new object alike. */
export interface NewObjectInput extends ObjectHeaders {
  readonly Key: string
  readonly Metadata?: Readonly<Record<string, string>> | undefined
  readonly StorageClass?: string | undefined
  readonly Tagging?: string | undefined
  readonly WebsiteRedirectLocation?: string | undefined
}

export type ObjectFacts = Pick<
  Version,
  "headers" | "metadata" | "storageClass" | "tags" | "websiteRedirect"
>

/** What S3 answers for an object that was put without a content type (recorded). */
export const DEFAULT_TYPE = "binary/octet-stream"

const STORAGE_CLASSES: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"],
    ...["GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"],
  ]),
)

export const isStorageClass = (name: string): boolean => STORAGE_CLASSES.has(name)

/**
 * The facts of a new object, checked. Only what differs from the default is kept. `form`: they came
 * as fields, not as headers.
 */
export function objectFacts(input: NewObjectInput, form = false): ObjectFacts {
  assertKey(input.Key)
  const { Metadata, StorageClass, Tagging, WebsiteRedirectLocation } = input
  if (StorageClass !== undefined && !isStorageClass(StorageClass))
    throw invalidStorageClass(StorageClass)
  const metadata = Metadata && (form ? Metadata : keptMetadata(Metadata))
  if (metadata) assertMetadata(metadata)
  if (WebsiteRedirectLocation !== undefined && !/^(?:\/|https?:\/\/)/.test(WebsiteRedirectLocation))
    throw invalidArgument(
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
      "x-amz-website-redirect-location",
      WebsiteRedirectLocation,
    )
  const headers = headersOf(input, form)
  const tags = Tagging ? tagsOfHeader(Tagging) : undefined
  const facts: { -readonly [Name in keyof ObjectFacts]: ObjectFacts[Name] } = {}
  if (headers) facts.headers = headers
  if (metadata && Object.keys(metadata).length > 0) facts.metadata = metadata
  if (StorageClass !== undefined && StorageClass !== "STANDARD") facts.storageClass = StorageClass
  if (tags && Object.keys(tags).length > 0) facts.tags = tags
  if (WebsiteRedirectLocation !== undefined) facts.websiteRedirect = WebsiteRedirectLocation
  return facts
}

export function assertKey(key: string): void {
  const size = Buffer.byteLength(key)
  if (size > KEY_BYTES) throw keyTooLong(size, KEY_BYTES)
}

/** The refusal of a key that is not there: one that cannot be is too long (as users quote it). */
export function missingKey(key: string): AwsError {
  const size = Buffer.byteLength(key)
  return size > KEY_BYTES ? keyTooLong(size, KEY_BYTES) : noSuchKey(key)
}

function assertMetadata(metadata: Readonly<Record<string, string>>): void {
  let size = 0
  for (const name in metadata) size += name.length + Buffer.byteLength(metadata[name] ?? "")
  if (size > METADATA_BYTES) throw metadataTooLarge(size, METADATA_BYTES)
}

const HEADERS = Object.freeze([
  ...(["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage"] as const),
  ...(["ContentType", "Expires"] as const),
])

function headersOf(input: ObjectHeaders, form: boolean): ObjectHeaders | undefined {
  let headers: Record<string, string> | undefined
  // By their places: V8 makes an object for each step over a frozen array.
  for (let at = 0; at < HEADERS.length; at += 1) {
    const name = HEADERS[at]!
    const value = name === "ContentEncoding" ? storedEncoding(input[name]) : input[name]
    if (value === undefined || (name === "ContentType" && value === DEFAULT_TYPE)) continue
    headers ??= {}
    headers[name] = form ? latin1Header(value) : value
  }
  return headers
}

const storedEncoding = (value: string | undefined): string | undefined =>
  value?.includes("aws-chunked") ? withoutChunked(value) || undefined : value
