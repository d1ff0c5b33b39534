/** The default location: every bucket of the account in the Region. */
export const EVERYTHING = "s3://"

/** What an S3 path of a location, a grant or a target covers: keys of one bucket. */
export interface Scope {
  readonly bucket: string
  /** What keys begin with; the one key, where only that is covered. */
  readonly key: string
  readonly isObject: boolean
}

const SCHEME = "s3://"
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** "Naming Amazon S3 objects": keys of up to 1,024 bytes. */
const MOST_KEY_BYTES = 1_024

/**
 * Reads `s3://bucket`, `s3://bucket/prefix*` or `s3://bucket/key`: a wildcard stands at the end or
 * nowhere. Without one it covers what begins with it, or, as an object's path, that object. Undefined
 * for what is none of these. `s3://bucket*` means that bucket, and no other whose name begins so.
 */
export function scopeOf(path: string, isObject: boolean): Scope | undefined {
  if (!path.startsWith(SCHEME)) return undefined
  const plain = withoutStar(path.slice(SCHEME.length))
  if (plain.includes("*") || (isObject && path.endsWith("*"))) return undefined
  const slash = plain.indexOf("/")
  const bucket = slash < 0 ? plain : plain.slice(0, slash)
  const key = slash < 0 ? "" : plain.slice(slash + 1)
  if (!BUCKET.test(bucket) || (isObject && key === "")) return undefined
  if (Buffer.byteLength(key) > MOST_KEY_BYTES || !key.isWellFormed()) return undefined
  return { bucket, key, isObject }
}

/**
 * The path of a grant: "the result of appending the subprefix to the location scope". That a
 * location's wildcard makes way for it, and that a prefix gets one where it has none, is not
 * verified; AWS's own clients take a path without one for an object's.
 */
export function grantPath(
  location: string,
  { subPrefix, isObject }: { readonly subPrefix: string | undefined; readonly isObject: boolean },
): string {
  const path = subPrefix === undefined ? location : withoutStar(location) + subPrefix
  return isObject || path.endsWith("*") ? path : `${path}*`
}

/** Whether all that `inner` covers `outer` covers too. */
export const covers = (outer: Scope, inner: Scope): boolean =>
  outer.bucket === inner.bucket &&
  (outer.isObject ? inner.isObject && inner.key === outer.key : inner.key.startsWith(outer.key))

const withoutStar = (path: string): string => (path.endsWith("*") ? path.slice(0, -1) : path)
