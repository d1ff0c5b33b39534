import type { WireRequest } from "../kernel/wire.ts"
import type { AuthenticateParts } from "./authenticate.ts"
import { chunkedTransfer } from "./errors.ts"
import { OBJECT_LAMBDA } from "./s3/object-lambda-address.ts"
import type { ChunkedSettings } from "../protocols/sigv4/chunk-decoder.ts"
import {
  chunkedSettings,
  decodeChunked,
  decodeChunkedStream,
  withoutChunked,
} from "../protocols/sigv4/chunked.ts"
import type { SignedRequest } from "../protocols/sigv4/parse.ts"
import { claimedPayloadHash, hashedStream, isHexHash } from "../protocols/sigv4/payload.ts"

export interface SignedBody {
  readonly request: WireRequest
  /**
   * Headers behind the body, by lower case name; undefined before the body has ended well. Absent
   * where the request announces none.
   */
  readonly trailers?: () => Readonly<Record<string, string>> | undefined
}

/**
 * The body of an authenticated request as S3's operations take it: decoded from `aws-chunked`,
 * each chunk's signature checked, and a streamed body held to the hash that was signed. A stream
 * fails at its end at the latest: nothing that was read from it may be kept then.
 */
export function signedBody(
  parts: AuthenticateParts,
  request: WireRequest,
  signed: SignedRequest | "anonymous",
): SignedBody {
  if (isOfNoLength(request, signed)) throw chunkedTransfer()
  const settings = settingsOf(parts, request, signed)
  if (settings) return decoded(request, settings)
  if (request.stream === undefined || signed === "anonymous") return { request }
  const claim = claimedPayloadHash(signed, request)
  if (claim === undefined || !isHexHash(claim)) return { request }
  return { request: { ...request, stream: hashedStream(request.stream, claim) } }
}

/** What a function of Object Lambda answers may come in chunks: its length need not be known. */
function isOfNoLength({ headers }: WireRequest, signed: SignedRequest | "anonymous"): boolean {
  if (headers["transfer-encoding"] === undefined) return false
  if (signed !== "anonymous" && signed.service === OBJECT_LAMBDA) return false
  return headers["x-amz-decoded-content-length"] === undefined
}

function settingsOf(
  parts: AuthenticateParts,
  request: WireRequest,
  signed: SignedRequest | "anonymous",
): ChunkedSettings | undefined {
  if (signed === "anonymous") return chunkedSettings(signed, request, undefined)
  const credential = parts.findCredential(signed.accessKeyId, signed.sessionToken)
  const { keys } = parts
  const settings = chunkedSettings(signed, request, { secret: credential?.secret ?? "", keys })
  if (credential || !settings?.signature) return settings
  // Any secret will do for a dummy key: its chunks are told apart, not checked.
  return { ...settings, signature: { ...settings.signature, verify: () => true } }
}

function decoded(request: WireRequest, settings: ChunkedSettings): SignedBody {
  const headers = headersOf(request, settings)
  if (request.stream !== undefined) {
    const { body: stream, trailers } = decodeChunkedStream(request.stream, settings)
    const sent = { ...request, headers, stream }
    return settings.trailers.length > 0 ? { request: sent, trailers } : { request: sent }
  }
  const { body, trailers } = decodeChunked(request.body, settings)
  return { request: { ...request, headers: { ...headers, ...trailers }, body } }
}

/** What the headers say of the body once it is decoded: `aws-chunked` itself is not kept. */
function headersOf(
  request: WireRequest,
  { decodedLength }: ChunkedSettings,
): WireRequest["headers"] {
  const encoding = withoutChunked(request.headers["content-encoding"] ?? "")
  const { "content-encoding": _, ...rest } = request.headers
  return {
    ...rest,
    "content-length": String(decodedLength),
    ...(encoding !== "" && { "content-encoding": encoding }),
  }
}
