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
 * A URL's `x-amz-` parameters count as headers, which is how signers put them there; those of
 * version 2 also have the content's type and MD5 (recorded of metadata). Headers that are sent win.
 */
export function withQueryHeaders(request: WireRequest, signed: SignedRequest): WireRequest {
  if (signed.via !== "query" || !/(?:^|&)(?:x-amz-|content-)/.test(request.query)) return request
  const headers: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(request.query)) {
    const lower = name.toLowerCase()
    const isHeader =
      (lower.startsWith("x-amz-") && !OWN.has(lower)) ||
      (signed.algorithm === VERSION_2 && (lower === "content-type" || lower === "content-md5"))
    if (isHeader) headers[lower] = value
  }
  return { ...request, headers: { ...headers, ...request.headers } }
}
