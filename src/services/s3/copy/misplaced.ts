import type { WireRequest } from "../../../kernel/wire.ts"
import { methodNotAllowed } from "../../../protocols/errors/method-not-allowed.ts"
import { invalidArgument } from "../errors.ts"

const HEADER = "x-amz-copy-source"
const OF_UPLOAD = /(?:^|&)uploadId=/

/**
 * Only what writes by PUT has a copy source (found by authors of a gateway; of which `ResourceType` the
 * other refusal tells is not verified). Throws InvalidArgument, MethodNotAllowed.
 */
export function assertNoCopySource({ method, headers, query }: WireRequest): void {
  const source = headers[HEADER]
  if (source === undefined || method === "PUT") return
  if (method === "POST" && !OF_UPLOAD.test(query)) throw methodNotAllowed(method, "OBJECT")
  throw invalidArgument(
    "You can only specify a copy source header for copy requests.",
    HEADER,
    source,
  )
}
