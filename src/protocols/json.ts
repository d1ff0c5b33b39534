import type { WireResponse } from "../kernel/wire.ts"
import type { OperationModel, ServiceModel, Shape, StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import { bodyText } from "./body-text.ts"
import type { Codec, Values } from "./codec.ts"
import { answerError } from "./errors/answer.ts"
import type { ErrorAnswer } from "./errors/answer.ts"
import { encodeEvents, EVENT_STREAM_TYPE, eventMember } from "./event-stream.ts"
import type { EventFormat, Events } from "./event-stream.ts"
import { jsonTextsOf, type JsonTexts } from "./json/json-text.ts"
import { createJsonReaders } from "./json/reader.ts"
import { malformed } from "./shapes/reader.ts"
import type { ShapeReader } from "./shapes/reader.ts"
import { typeWording } from "./shapes/wording.ts"
import { createJsonWriters } from "./json/writer.ts"
import type { JsonWriter } from "./json/writer.ts"
import { requestBody } from "./request-body.ts"

/** How strictly a codec checks what our own handlers give it. */
export interface CodecOptions {
  /** Outputs with unknown members or values of a wrong type throw. Costs time: for tests. */
  readonly strict?: boolean
}

/**
 * AWS JSON 1.0 and 1.1: `POST /` with the operation in `X-Amz-Target` and a JSON object as body.
 * An empty body is read as `{}`; of a repeated key the last one holds.
 */
export function jsonCodec(options: CodecOptions = {}): Codec {
  const readers = new WeakMap<ServiceModel, (shape: Shape) => ShapeReader>()
  const outputs = new WeakMap<OperationModel, Output>()
  const writers = createJsonWriters({ strict: options.strict === true, bodyOnly: false })

  function readersOf(model: ServiceModel): (shape: Shape) => ShapeReader {
    let found = readers.get(model)
    if (found === undefined) {
      found = createJsonReaders(typeWording(model), false)
      readers.set(model, found)
    }
    return found
  }

  function outputOf(model: ServiceModel, operation: OperationModel): Output {
    let output = outputs.get(operation)
    if (output === undefined) {
      const type = contentType(model)
      output = compileOutput(operation.output, { type, writers, strict: options.strict === true })
      outputs.set(operation, output)
    }
    return output
  }

  return {
    name: "json",
    decode(model, operation, request) {
      const type = request.headers["content-type"]
      if (type !== "application/x-amz-json-1.0" && !isJsonType(type)) throw unknownOperation()
      const body = requestBody(request)
      if (body.length === 0) return {}
      const value = parseJsonObject(body)
      return operation.input === undefined
        ? {}
        : (readersOf(model)(operation.input)(value, 0) as Values)
    },
    encode(model, operation, values, context) {
      const output = outputOf(model, operation)
      return {
        status: 200,
        headers: { "x-amzn-requestid": context.requestId, "content-type": output.contentType },
        body: output.body(values),
      }
    },
    encodeError(model, _operation, error, context) {
      const answer = answerError(model, error)
      const headers: Record<string, string> = {
        "x-amzn-requestid": context.requestId,
        "content-type": contentType(model),
      }
      if (answer.queryCode !== undefined) headers["x-amzn-query-error"] = answer.queryCode
      Object.assign(headers, error.options.headers)
      const type = isVersion10(model) ? `${answer.namespace}#${answer.name}` : answer.name
      const body = errorBody(answer, error, writers)
      return { status: answer.status, headers, body: JSON.stringify({ __type: type, ...body }) }
    },
  }
}

/** How an operation's output is written. */
interface Output {
  readonly contentType: string
  readonly body: (values: Values) => WireResponse["body"]
}

function compileOutput(
  shape: StructureShape | undefined,
  how: {
    readonly type: string
    readonly writers: (shape: Shape) => JsonWriter
    readonly strict: boolean
  },
): Output {
  const { type, writers, strict } = how
  if (shape === undefined) return { contentType: type, body: () => "" }
  const events = eventMember(shape)
  if (events !== undefined) {
    const { name, stream } = events
    // Clients never send events in these protocols.
    const format = jsonEventFormat(type, writers)
    const body = (values: Values): WireResponse["body"] => {
      const initial = { shape, value: { ...values, [name]: undefined } }
      return encodeEvents(stream, values[name] as Events, { format, initial })
    }
    return { contentType: EVENT_STREAM_TYPE, body }
  }
  const write = writers(shape)
  const body = (values: Values): string => {
    const texts = jsonTextsOf(values)
    if (texts === undefined) return JSON.stringify(write(values))
    return strict ? checkedText(write(values), texts) : spliced(write, values, texts)
  }
  return { contentType: type, body }
}

/** The output's JSON, with what is known of it as text put in as it is. */
function spliced(write: JsonWriter, values: Values, texts: JsonTexts): string {
  const rest: Values = {}
  // What the texts say is not read: making it may be work.
  for (const name in values) if (texts[name] === undefined) rest[name] = values[name]
  let known = ""
  for (const name in texts) known += `,"${name}":${texts[name]}`
  const written = JSON.stringify(write(rest))
  return written === "{}" ? `{${known.slice(1)}}` : `${written.slice(0, -1)}${known}}`
}

/** Throws where a text says something else than its member. */
function checkedText(written: unknown, texts: JsonTexts): string {
  for (const name in texts) {
    if (JSON.stringify((written as Values)[name]) !== texts[name])
      throw new Error(`The output's JSON of ${name} is not that of its value`)
  }
  return JSON.stringify(written)
}

/** Structures in events as JSON; `readers` are needed where clients send events. */
export function jsonEventFormat(
  type: string,
  writers: (shape: Shape) => JsonWriter,
  readers?: (shape: Shape) => ShapeReader,
): EventFormat {
  return {
    contentType: type,
    write: (shape, value) => JSON.stringify(writers(shape)(value)),
    read(shape, bytes) {
      if (readers === undefined) throw new Error(`No event ${shape.name} was expected`)
      return readers(shape)(parseJsonObject(bytes), 0) as Values
    },
  }
}

/** The members of an error's body: the text, and what its shape has besides. */
export function errorBody(
  answer: ErrorAnswer,
  error: AwsError,
  writers: (shape: Shape) => JsonWriter,
): Values {
  const body: Values = error.message === "" ? {} : { [answer.messageKey]: error.message }
  const { members } = error.options
  if (members !== undefined && answer.shape !== undefined) {
    Object.assign(body, writers(answer.shape)(members))
  }
  return body
}

/** The body as a JSON object. Throws `SerializationException` on anything else. */
export function parseJsonObject(body: Uint8Array): Values {
  const value = parseJson(body)
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed()
  return value as Values
}

/** The body as any JSON value. Throws `SerializationException`. */
export function parseJson(body: Uint8Array): unknown {
  const text = bodyText(body)
  if (text === undefined) throw malformed()
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

// DynamoDB also takes `application/json` (recorded), and parameters after ";" anywhere.
function isJsonType(type: string | undefined): boolean {
  if (type === undefined) return false
  const end = type.indexOf(";")
  const name = (end < 0 ? type : type.slice(0, end)).trim().toLowerCase()
  return (
    name === "application/x-amz-json-1.1" ||
    name === "application/x-amz-json-1.0" ||
    name === "application/json"
  )
}

/** Recorded from DynamoDB and Kinesis: another content type is an unknown operation, with 404. */
function unknownOperation(): AwsError {
  return new AwsError("UnknownOperationException", "", { status: 404 })
}

function contentType(model: ServiceModel | undefined): string {
  return isVersion10(model) ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1"
}

// The versions differ in nothing else: 1.0 shows the package of an error's name, 1.1 does not
// (recorded from SQS and Step Functions; Kinesis and Secrets Manager). A request without a service
// gets 1.0, of which clients of 1.1 read the name.
function isVersion10(model: ServiceModel | undefined): boolean {
  return model?.jsonVersion !== "1.1"
}
