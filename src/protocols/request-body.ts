import { gunzipSync } from "node:zlib"
import type { WireRequest } from "../kernel/wire.ts"
import type { OperationModel } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import { malformed } from "./shapes/reader.ts"

// Above every documented request size of a service whose clients compress (CloudWatch: 1 MB).
const MAX_INFLATED_BYTES = 16 * 1024 * 1024

/** True for an operation that takes its body as a stream, whatever its size. */
export function takesStream({ input }: OperationModel): boolean {
  for (const name in input?.members) {
    const { shape, streaming } = input.members[name]!
    if (streaming) return true
    if (shape.type === "structure" ? shape.eventstream : "streaming" in shape && shape.streaming) {
      return true
    }
  }
  return false
}

/**
 * The request with its body in memory: for operations that do not take a stream, when the body
 * came as one because it is large. Throws with status 413 beyond `maxBytes`.
 */
export async function bufferBody(request: WireRequest, maxBytes: number): Promise<WireRequest> {
  const { stream, ...rest } = request
  // The transport asks the socket only when somebody looks: a copy would lose it.
  const { tls } = request
  if (stream === undefined) return request
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return { ...rest, ...(tls && { tls }), body: Buffer.concat(chunks, length) }
}

/** The body, which must be in memory: one that is not would look like an empty one. */
export function wholeBody({ body, stream }: WireRequest): Uint8Array {
  if (stream !== undefined) throw tooLarge()
  return body
}

/**
 * The body of an RPC request, decompressed: clients send large ones with `Content-Encoding: gzip`
 * where the model allows it (CloudWatch's PutMetricData). Throws `SerializationException`.
 */
export function requestBody(request: WireRequest): Uint8Array {
  const body = wholeBody(request)
  const encoding = request.headers["content-encoding"]
  // Clients append gzip to what the caller has set; only the last encoding is theirs.
  if (encoding === undefined || !/(?:^|,)\s*gzip\s*$/i.test(encoding)) return body
  try {
    return gunzipSync(body, { maxOutputLength: MAX_INFLATED_BYTES })
  } catch {
    throw malformed()
  }
}

/** Recorded from DynamoDB: the status; the code and text are not verified. */
function tooLarge(): AwsError {
  return new AwsError("RequestEntityTooLarge", "The request body is too large.", { status: 413 })
}
