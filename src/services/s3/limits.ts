/** Numbers of S3: "Amazon S3 quotas", "General purpose bucket naming rules", "Object key names". */

export const KEY_BYTES = 1_024
/** Of all `x-amz-meta-` names and values together ("User-defined object metadata"). */
export const METADATA_BYTES = 2_048
/** Of one PUT: 5 GiB. */
export const SINGLE_PUT_BYTES = 5 * 1024 ** 3
export const LIST_KEYS = 1_000
export const DELETE_KEYS = 1_000
export const LIST_BUCKETS = 10_000

/** Larger bodies are blobs; up to here a row is cheaper to write and to read than a file. */
export const INLINE_BYTES = 16 * 1024
/**
 * "Best practices design patterns: optimizing Amazon S3 performance": at least so many PUT, COPY, POST
 * and DELETE requests, and GET and HEAD requests, per second of each prefix.
 */
export const REQUEST_RATES = Object.freeze({ write: 3_500, read: 5_500 })

/** How often a place that is down, and what is waited for, are looked at again. */
export const RETRY_MS = 60_000
