import type { ByteStream, WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../aws-error.ts"
import { createChunkDecoder } from "./chunk-decoder.ts"
import type { ChunkSignature, ChunkedSettings } from "./chunk-decoder.ts"
import { ECDSA_ALGORITHM, HMAC_ALGORITHM } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"
import { claimedPayloadHash } from "./payload.ts"
import { hmacHex } from "./signing-keys.ts"
import { verifyEcdsa } from "./sigv4a.ts"
import { equalConstantTime } from "./verify.ts"
import type { VerifyWith } from "./verify.ts"

const MARK =
  /^STREAMING-(?:UNSIGNED-PAYLOAD|(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256)-PAYLOAD)(-TRAILER)?$/
/** What may come behind a body: one checksum ("Checking object integrity for data uploads"). */
const TRAILER = /^x-amz-checksum-(?:crc32c?|crc64nvme|sha(?:1|256|512)|md5|xxhash(?:3|64|128))$/

const HMAC_SIGNATURE = /^[0-9a-f]{64}$/
/** Hex of a DER signature, padded with asterisks to 144 places. */
const ECDSA_SIGNATURE = /^(?=.{144}$)[0-9a-f]+\**$/

/**
 * How the body of a request is to be decoded; undefined when it is not `aws-chunked`. The request's
 * own signature must have been verified, and `credentials` are those that it was verified with
 * (undefined for an anonymous request). Throws S3's errors.
 */
export function chunkedSettings(
  signed: SignedRequest | "anonymous",
  request: WireRequest,
  credentials: VerifyWith | undefined,
): ChunkedSettings | undefined {
  const claim = claimedPayloadHash(signed === "anonymous" ? { via: "header" } : signed, request)
  if (claim === undefined || !claim.startsWith("STREAMING-")) return undefined
  const mark = MARK.exec(claim)
  // `STREAMING-UNSIGNED-PAYLOAD` without a trailer is no mark of S3's.
  if (mark === null || (mark[1] === undefined && mark[2] === undefined)) throw invalidMark()
  return {
    decodedLength: decodedLength(request),
    trailers: mark[2] === undefined ? [] : announcedTrailers(request),
    trailerSection: mark[2] !== undefined,
    signature: mark[1] === undefined ? undefined : chunkSignature(mark[1], signed, credentials),
  }
}

/**
 * A content encoding without `aws-chunked`, which is of the way and not of the object ("Signature
 * calculations …"); what else it says stays as it was written. Empty where nothing is left.
 */
export function withoutChunked(encoding: string): string {
  const isKept = (one: string): boolean => !/^\s*(?:aws-chunked\s*)?$/i.test(one)
  return encoding.split(",").filter(isKept).join(",").trim()
}

function chunkSignature(
  algorithm: string,
  signed: SignedRequest | "anonymous",
  credentials: VerifyWith | undefined,
): ChunkSignature {
  if (signed === "anonymous" || credentials === undefined) {
    throw invalidRequest(
      "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
    )
  }
  // The chunks continue the head's signature, so they are signed as it is.
  if (signed.algorithm !== algorithm) throw invalidMark()
  const { requestTime, scope, accessKeyId } = signed
  const { secret, keys } = credentials
  const common = { requestTime, scope, accessKeyId, seed: signed.signature }
  if (algorithm === ECDSA_ALGORITHM) {
    const key = keys.ecdsa(signed, secret)
    return {
      ...common,
      algorithm,
      pattern: ECDSA_SIGNATURE,
      verify: (text, signature) => verifyEcdsa(key, text, signature),
    }
  }
  const key = keys.hmac(signed, secret)
  return {
    ...common,
    algorithm: HMAC_ALGORITHM,
    pattern: HMAC_SIGNATURE,
    verify: (text, signature) => equalConstantTime(hmacHex(key, text), signature),
  }
}

function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequest", message, { status: 400 })
}

function invalidMark(): AwsError {
  return invalidRequest("The value of x-amz-content-sha256 header is invalid.")
}

function decodedLength(request: WireRequest): number {
  const text = request.headers["x-amz-decoded-content-length"] ?? ""
  // Fifteen digits are a petabyte: what an object may hold is for the service to say.
  if (!/^[0-9]{1,15}$/.test(text)) {
    throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", {
      status: 411,
    })
  }
  return Number(text)
}

/**
 * Throws InvalidRequest: of what is no checksum, and of one that comes beside the headers' (both as
 * tests that AWS passes have them).
 */
function announcedTrailers({ headers }: WireRequest): string[] {
  const name = headers["x-amz-trailer"]?.trim().toLowerCase()
  if (!name) return []
  if (!TRAILER.test(name))
    throw invalidRequest("The value specified in the x-amz-trailer header is not supported")
  for (const header in headers)
    if (TRAILER.test(header))
      throw invalidRequest(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      )
  return [name]
}

export interface DecodedBody {
  readonly body: Uint8Array
  /** By lower case name. */
  readonly trailers: Readonly<Record<string, string>>
}

/** Decodes a whole body. Throws S3's errors. */
export function decodeChunked(body: Uint8Array, settings: ChunkedSettings): DecodedBody {
  const decoder = createChunkDecoder(settings)
  const pieces: Uint8Array[] = []
  decoder.push(body, (bytes) => pieces.push(bytes))
  const trailers = decoder.finish()
  const [first] = pieces
  return {
    body: first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces),
    trailers,
  }
}

export interface DecodedStream {
  readonly body: ByteStream
  /** The trailers, once the stream has ended well; undefined before. */
  trailers(): Readonly<Record<string, string>> | undefined
}

/**
 * Decodes a body as it comes. The stream fails with S3's error when anything is wrong, at the
 * latest at its end: what was read from it before must not be kept then.
 */
export function decodeChunkedStream(stream: ByteStream, settings: ChunkedSettings): DecodedStream {
  const decoder = createChunkDecoder(settings)
  let trailers: Readonly<Record<string, string>> | undefined
  async function* decode(): AsyncGenerator<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const piece of stream) {
      decoder.push(piece, (bytes) => pieces.push(bytes))
      yield* pieces
      pieces.length = 0
    }
    trailers = decoder.finish()
  }
  return { body: decode(), trailers: () => trailers }
}
