import { gunzipSync } from "node:zlib"
import type { WireRequest } from "../kernel/wire.ts"
import { malformed } from "./shapes/reader.ts"

// Above every documented request size of a service whose clients compress (CloudWatch: 1 MB).
const MAX_INFLATED_BYTES = 16 * 1024 * 1024

/**
 * The body of an RPC request, decompressed: clients send large ones with `Content-Encoding: gzip`
 * where the model allows it (CloudWatch's PutMetricData). Throws `SerializationException`.
 */
export function requestBody(request: WireRequest): Uint8Array {
  const encoding = request.headers["content-encoding"]
  // Clients append gzip to what the caller has set; only the last encoding is theirs.
  if (encoding === undefined || !/(?:^|,)\s*gzip\s*$/i.test(encoding)) return request.body
  try {
    return gunzipSync(request.body, { maxOutputLength: MAX_INFLATED_BYTES })
  } catch {
    throw malformed()
  }
}
