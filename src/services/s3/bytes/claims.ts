import { WholeBody } from "../../../protocols/body-text.ts"
import type { Call } from "../../../registry/call.ts"
import {
  algorithmOfHeader,
  assertKnownChecksums,
  checksumClaim,
  contentMd5,
  type ChecksumInput,
} from "../checksums/checksum.ts"
import { invalidRequest } from "../errors.ts"
import type { BodyClaims } from "./receive.ts"

type BodyInput = ChecksumInput & {
  readonly Body?: unknown
  readonly ContentLength?: number | undefined
  readonly ContentMD5?: string | undefined
}

/** What a write's headers say of its body. Throws InvalidDigest and InvalidRequest. */
export function claimsOf(input: BodyInput, call: Call): BodyClaims {
  const whole = input.Body === undefined || input.Body instanceof WholeBody
  const md5 = contentMd5(input.ContentMD5)
  // What comes behind a body that is all there counts among the headers.
  const behind = whole || !call.trailers ? undefined : call.wire?.headers["x-amz-trailer"]
  const checksum = checksumClaim(
    input,
    behind === undefined ? undefined : algorithmOfHeader(behind),
  )
  // One that is known is the rule, and costs nothing more.
  if (!checksum && call.wire) assertKnownChecksums(call.wire.headers)
  return { contentMd5: md5, checksum, sizeBytes: whole ? undefined : input.ContentLength }
}

/**
 * What is locked as soon as it is written must come with a digest (the words are AWS's, as users quote
 * them; it asks for one under a bucket's default retention, too). Services need none.
 */
export function assertDigest(claims: BodyClaims, call: Call, what: "Object" | "Part"): void {
  if (claims.contentMd5 !== undefined || claims.checksum || !call.wire) return
  throw invalidRequest(
    "Content-MD5 OR x-amz-checksum- HTTP header is required for " +
      `Put ${what} requests with Object Lock parameters`,
  )
}
