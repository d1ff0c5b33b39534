import { createHash, hash } from "node:crypto"
import { through } from "../../kernel/blobs/through.ts"
import type { ByteStream, WireRequest } from "../../kernel/wire.ts"
import type { AwsError } from "../aws-error.ts"
import { awsErrorOf } from "./error-wording.ts"
import { AuthFailed } from "./failure.ts"
import { isS3Signing } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"
import { decodeQueryPart } from "./uri-encoding.ts"

export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
/** SHA-256 of nothing. */
export const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/** Every value of x-amz-content-sha256 that S3 takes, besides a hash. */
const S3_PAYLOAD_MARKS: ReadonlySet<string> = Object.freeze(
  new Set([
    UNSIGNED_PAYLOAD,
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
  ]),
)

/** What a request says its body's hash is, from the header or a presigned query. */
export function claimedPayloadHash(
  signed: Pick<SignedRequest, "via">,
  request: WireRequest,
): string | undefined {
  if (signed.via === "query") {
    const match = /(?:^|&)X-Amz-Content-Sha256=([^&]*)/i.exec(request.query)
    if (match?.[1] !== undefined) return decodeQueryPart(match[1])
  }
  return request.headers["x-amz-content-sha256"]
}

/** Whether a claim is a hash, which can be checked, and not one of the marks. */
export function isHexHash(claim: string): boolean {
  return /^[0-9a-f]{64}$/i.test(claim)
}

/**
 * The last line of the canonical request. Throws AuthFailed where S3 refuses the header.
 * A body that has no claim is hashed; it must have been buffered.
 */
export function payloadHash(
  signed: Pick<SignedRequest, "via" | "service">,
  request: WireRequest,
): string {
  const claim = claimedPayloadHash(signed, request)
  if (isS3Signing(signed.service)) {
    if (claim === undefined) {
      if (signed.via === "query") return UNSIGNED_PAYLOAD
      throw new AuthFailed({ kind: "payload-hash-absent" })
    }
    if (!S3_PAYLOAD_MARKS.has(claim) && !isHexHash(claim)) {
      throw new AuthFailed({ kind: "payload-hash-invalid", value: claim })
    }
    return claim
  }
  return claim ?? hashOf(request)
}

function hashOf(request: WireRequest): string {
  if (request.stream !== undefined) {
    throw new Error("a body without x-amz-content-sha256 must be buffered before it is verified")
  }
  return request.body.length === 0 ? EMPTY_HASH : hash("sha256", request.body)
}

/**
 * The hash of a buffered body when it is not the one claimed. Undefined when they agree, when
 * nothing checkable is claimed, or while the body is still a stream (see `hashedStream`).
 */
export function payloadMismatch(
  signed: Pick<SignedRequest, "via">,
  request: WireRequest,
): string | undefined {
  if (request.stream !== undefined) return undefined
  const claim = claimedPayloadHash(signed, request)
  if (claim === undefined || claim.startsWith("STREAMING-") || claim === UNSIGNED_PAYLOAD) {
    return undefined
  }
  const computed = hashOf(request)
  return computed === claim || computed === claim.toLowerCase() ? undefined : computed
}

/**
 * Passes a body through and fails at its end, with S3's error, when its hash is not the one that
 * was signed: what was read before must not be kept then.
 */
export function hashedStream(stream: ByteStream, claimed: string): ByteStream {
  const digest = createHash("sha256")
  return through(stream, {
    piece(piece) {
      digest.update(piece)
      return piece
    },
    end() {
      const computed = digest.digest("hex")
      if (computed !== claimed.toLowerCase()) throw mismatchError(claimed, computed)
    },
  })
}

function mismatchError(claimed: string, computed: string): AwsError {
  return awsErrorOf({ kind: "payload-hash-mismatch", claimed, computed }, "s3")
}
