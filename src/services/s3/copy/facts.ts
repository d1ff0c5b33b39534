import type { Bucket } from "../buckets/bucket.ts"
import type { In } from "../define.ts"
import { invalidArgument } from "../errors.ts"
import { objectFacts, type ObjectFacts } from "../objects/new-object.ts"
import type { Version } from "../objects/version.ts"
import type { Source } from "./source.ts"

type Input = In<"CopyObject">

/**
 * The facts of a copy: metadata and tags of the source, unless the directives say REPLACE. Storage
 * class and redirect are the request's own (recorded: neither comes along). Throws InvalidArgument.
 */
export function copiedFacts(source: Version, input: Input): ObjectFacts {
  const { MetadataDirective: metadata, TaggingDirective: tagging } = input
  assertDirective("x-amz-metadata-directive", metadata)
  assertDirective("x-amz-tagging-directive", tagging)
  const own = objectFacts(input)
  const { headers, metadata: user, tags, ...rest } = own
  return {
    ...rest,
    ...(metadata === "REPLACE"
      ? { ...(headers && { headers }), ...(user && { metadata: user }) }
      : {
          ...(source.headers && { headers: source.headers }),
          ...(source.metadata && { metadata: source.metadata }),
        }),
    ...(tagging === "REPLACE" ? tags && { tags } : source.tags && { tags: source.tags }),
  }
}

/** Not verified: AWS's words for the tagging directive. */
function assertDirective(header: string, value: string | undefined): void {
  if (value === undefined || value === "COPY" || value === "REPLACE") return
  const name = header.includes("metadata") ? "metadata" : "tagging"
  throw invalidArgument(`Unknown ${name} directive.`, header, value)
}

/**
 * A copy of an object onto itself that would change nothing. What counts as a change is recorded:
 * to name the storage class or the encryption that it has; a source that KMS or a customer's key
 * encrypts; a bucket that encrypts otherwise; not an ACL.
 */
export function isIllegalCopy(bucket: Bucket, source: Source, input: Input): boolean {
  const itself = source.bucket.id === bucket.id && source.version.key === input.Key
  if (!itself || source.named) return false
  if (input.MetadataDirective === "REPLACE") return false
  const changes =
    input.StorageClass ??
    input.WebsiteRedirectLocation ??
    input.ServerSideEncryption ??
    input.SSECustomerAlgorithm
  if (changes !== undefined) return false
  // Recorded: whatever it is that the bucket's encryption was set to.
  if (bucket.config.encryption?.configured) return false
  const { encryption } = source.version
  return !encryption || encryption.type === "AES256"
}
