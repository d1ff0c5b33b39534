import type { ServiceModel, Shape } from "../models/schema.ts"
import type { AwsError } from "./aws-error.ts"
import { CborError, CborTime, decodeCbor } from "./cbor/input.ts"
import { CborOutput } from "./cbor/output.ts"
import { createCborWriters } from "./cbor/writer.ts"
import type { CborWriter } from "./cbor/writer.ts"
import type { Codec, ResponseContext, Values } from "./codec.ts"
import { answerError } from "./errors/answer.ts"
import type { ErrorAnswer } from "./errors/answer.ts"
import type { CodecOptions } from "./json.ts"
import { requestBody } from "./request-body.ts"
import { createShapeReaders, integralReader, malformed, wrongType } from "./shapes/reader.ts"
import type { ScalarType, ShapeReader } from "./shapes/reader.ts"
import { parseTimestamp } from "./timestamps.ts"
import { typeWording } from "./shapes/wording.ts"
import type { Wording } from "./shapes/wording.ts"

const OPERATION_PATH = /\/service\/([^/]{1,128})\/operation\/([^/]{1,128})$/

/** Service and operation of a path `/service/{Service}/operation/{Operation}`. */
export function cborTarget(path: string): { service: string; operation: string } | undefined {
  const [, service, operation] = OPERATION_PATH.exec(path) ?? []
  return service === undefined || operation === undefined ? undefined : { service, operation }
}

/**
 * Smithy RPC v2 CBOR: `POST /service/{Service}/operation/{Operation}` with the header
 * `smithy-protocol: rpc-v2-cbor` and a CBOR map as body.
 */
export function cborCodec(options: CodecOptions = {}): Codec {
  const readers = new WeakMap<ServiceModel, (shape: Shape) => ShapeReader>()
  const writers = createCborWriters(options.strict === true)

  function readersOf(model: ServiceModel): (shape: Shape) => ShapeReader {
    let found = readers.get(model)
    if (found === undefined) {
      found = createCborReaders(typeWording(model))
      readers.set(model, found)
    }
    return found
  }

  return {
    name: "smithy-rpc-v2-cbor",
    decode(model, operation, request) {
      const body = requestBody(request)
      if (body.length === 0) return {}
      const value = parseCborMap(body)
      return operation.input === undefined
        ? {}
        : (readersOf(model)(operation.input)(value, 0) as Values)
    },
    encode(_model, operation, output, context) {
      const { output: shape } = operation
      const headers = protocolHeaders(context)
      if (shape === undefined) return { status: 200, headers, body: "" }
      headers["content-type"] = "application/cbor"
      const out = new CborOutput()
      writers(shape)(out, output)
      return { status: 200, headers, body: out.finish() }
    },
    encodeError(model, _operation, error, context) {
      const answer = answerError(model, error)
      const headers = protocolHeaders(context)
      headers["content-type"] = "application/cbor"
      if (answer.queryCode !== undefined) headers["x-amzn-query-error"] = answer.queryCode
      Object.assign(headers, error.options.headers)
      return { status: answer.status, headers, body: errorBody(answer, error, writers) }
    },
  }
}

/** Readers of what `decodeCbor` gives, for the shapes of one service. */
export function createCborReaders(wording: Wording): (shape: Shape) => ShapeReader {
  return createShapeReaders({
    wording,
    bodyOnly: false,
    scalars: cborScalars(wording),
    // Whatever the model says: RPC v2 CBOR has one form of timestamps.
    timestamp: () => readTime,
    isMap: (value): value is Values =>
      typeof value === "object" &&
      value !== null &&
      Object.getPrototypeOf(value) === Object.prototype,
  })
}

function readTime(value: unknown): number | undefined {
  return value instanceof CborTime ? parseTimestamp(value.seconds, "unixTimestamp") : undefined
}

function cborScalars(wording: Wording): Record<ScalarType, ShapeReader> {
  const typed =
    (type: "string" | "number" | "boolean", expected: string): ShapeReader =>
    (value) => {
      if (typeof value === type) return value
      throw wrongType(wording, value, expected)
    }
  return {
    string: typed("string", "String"),
    character: typed("string", "String"),
    integer: integralReader(wording, "Integer"),
    long: integralReader(wording, "Long"),
    biginteger: integralReader(wording, "BigInteger"),
    float: typed("number", "Float"),
    double: typed("number", "Double"),
    bigdecimal: typed("number", "BigDecimal"),
    boolean: typed("boolean", "Boolean"),
    blob: (value) => {
      if (value instanceof Uint8Array) return value
      throw wrongType(wording, value, "Blob")
    },
  }
}

function parseCborMap(body: Uint8Array): Values {
  let value: unknown
  try {
    value = decodeCbor(body)
  } catch (error) {
    if (error instanceof CborError) throw malformed()
    throw error
  }
  if (
    typeof value !== "object" ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  ) {
    throw malformed()
  }
  return value as Values
}

function protocolHeaders(context: ResponseContext): Record<string, string> {
  return { "x-amzn-requestid": context.requestId, "smithy-protocol": "rpc-v2-cbor" }
}

function errorBody(
  answer: ErrorAnswer,
  error: AwsError,
  writers: (shape: Shape) => CborWriter,
): Uint8Array {
  const out = new CborOutput()
  out.startMap()
  out.text("__type")
  out.text(`${answer.namespace}#${answer.name}`)
  if (error.message !== "") {
    out.text(answer.messageKey)
    out.text(error.message)
  }
  const { members } = error.options
  if (members !== undefined && answer.shape !== undefined) {
    const inner = new CborOutput()
    writers(answer.shape)(inner, members)
    // Without its own first and last byte, a map's entries are entries of this one.
    out.raw(inner.finish().subarray(1, -1))
  }
  out.endMap()
  return out.finish()
}
