import type { WireRequest } from "../../kernel/wire.ts"
import type { SignedRequest } from "./parse.ts"
import { VERSION_2 } from "./version2.ts"

/** Parameters of the signature itself. */
const OWN: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signature"],
    ...["x-amz-signedheaders", "x-amz-security-token", "x-amz-content-sha256"],
  ]),
)

/**
 * What is said of the body. The JavaScript SDK moves the checksum of the body that it does not have
 * (`x-amz-checksum-crc32=AAAAAA==`, of nothing) into every URL for PutObject: AWS holds no body
 * against it, and keeps its own kind of checksum (recorded). Nor does a URL ask for checksums, as
 * users and SDKs found.
 */
const OF_BODY = /^x-amz-(?:checksum-(?!(?:algorithm|type)$)|sdk-checksum-algorithm$)/

/** Recorded: conditions of a write count in a URL, too. */
const CONDITIONS: ReadonlySet<string> = Object.freeze(new Set(["if-match", "if-none-match"]))

/**
 * A URL's `x-amz-` parameters and conditions count as headers, which is how signers put them there;
 * those of version 2 also have the content's type and MD5 (recorded of metadata). Headers that are
 * sent win.
 */
export function withQueryHeaders(request: WireRequest, signed: SignedRequest): WireRequest {
  if (signed.via !== "query" || !/(?:^|&)(?:x-amz-|content-|[Ii]f-)/.test(request.query))
    return request
  const headers: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(request.query)) {
    const lower = name.toLowerCase()
    const isHeader =
      (lower.startsWith("x-amz-") && !OWN.has(lower) && !OF_BODY.test(lower)) ||
      CONDITIONS.has(lower) ||
      (signed.algorithm === VERSION_2 && (lower === "content-type" || lower === "content-md5"))
    if (isHeader) headers[lower] = value
  }
  return { ...request, headers: { ...headers, ...request.headers } }
}
