import type { ByteStream, WireRequest, WireResponse } from "../kernel/wire.ts"
import type { OperationModel, ServiceModel, Shape, StructureShape } from "../models/schema.ts"
import type { AwsError } from "./aws-error.ts"
import { answerBody, bodyText, WholeBody } from "./body-text.ts"
import type { Codec, Values } from "./codec.ts"
import { answerError } from "./errors/answer.ts"
import { decodeEvents, encodeEvents, EVENT_STREAM_TYPE } from "./event-stream.ts"
import type { EventFormat, Events } from "./event-stream.ts"
import { requestBindings, responseBindings } from "./http-bindings.ts"
import type {
  BindingFault,
  PayloadBinding,
  RequestBindings,
  ResponseBindings,
} from "./http-bindings.ts"
import { createJsonReaders } from "./json/reader.ts"
import { createJsonWriters } from "./json/writer.ts"
import type { JsonWriter } from "./json/writer.ts"
import { errorBody, jsonEventFormat, parseJson, parseJsonObject } from "./json.ts"
import type { CodecOptions } from "./json.ts"
import { wholeBody } from "./request-body.ts"
import { malformed, serializationError } from "./shapes/reader.ts"
import type { ShapeReader } from "./shapes/reader.ts"
import { typeWording } from "./shapes/wording.ts"

const JSON_TYPE = "application/json"

type Body = WireResponse["body"]

interface Input {
  readonly bindings: RequestBindings
  /** The members that the body has. */
  readonly readBody: (request: WireRequest) => Values
}

interface Output {
  readonly bindings: ResponseBindings
  readonly status: number
  readonly contentType: string
  readonly writeBody: (values: Values) => Body
}

/** What is compiled for one service. */
interface Service {
  readonly inputs: Map<OperationModel, Input>
  readonly outputs: Map<OperationModel, Output>
  readonly readers: (shape: Shape) => ShapeReader
  readonly events: EventFormat
}

// What services of this protocol answer, where those of AWS JSON answer 400 ("Common Error Types"
// of the API references).
const STATUSES: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  NotImplemented: 501,
  OptInRequired: 403,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
}

/** REST JSON: Lambda, API Gateway and many others. */
export function restJsonCodec(options: CodecOptions = {}): Codec {
  const strict = options.strict === true
  const writers = createJsonWriters({ strict, bodyOnly: true })
  const services = new WeakMap<ServiceModel, Service>()

  function serviceOf(model: ServiceModel): Service {
    let service = services.get(model)
    if (service === undefined) {
      const readers = createJsonReaders(typeWording(model), true)
      const events = jsonEventFormat(JSON_TYPE, writers, readers)
      service = { inputs: new Map(), outputs: new Map(), readers, events }
      services.set(model, service)
    }
    return service
  }

  return {
    name: "rest-json",
    decode(model, operation, request) {
      const service = serviceOf(model)
      let input = service.inputs.get(operation)
      if (input === undefined) {
        input = compileInput(operation, service)
        service.inputs.set(operation, input)
      }
      const values = input.readBody(request)
      input.bindings.read(request, values)
      return values
    },
    encode(model, operation, values, context) {
      const service = serviceOf(model)
      let output = service.outputs.get(operation)
      if (output === undefined) {
        output = compileOutput(operation, service.events, writers)
        service.outputs.set(operation, output)
      }
      if (strict) assertMembers(operation.output, values)
      const headers: Record<string, string> = { "x-amzn-requestid": context.requestId }
      const status = output.bindings.write(values, headers) ?? output.status
      const body = output.writeBody(values)
      if (body !== "" && !("Content-Type" in headers)) headers["content-type"] = output.contentType
      return { status, headers, body }
    },
    encodeError(model, operation, error, context) {
      const answer = answerError(model, error)
      const known = error.options.status ?? (answer.shape ? undefined : STATUSES[answer.name])
      const status = known ?? answer.status
      const headers: Record<string, string> = {
        "x-amzn-requestid": context.requestId,
        "x-amzn-errortype": answer.name,
      }
      responseBindings(answer.shape).write(error.options.members ?? {}, headers)
      Object.assign(headers, error.options.headers)
      if (operation?.http.method === "HEAD") return { status, headers, body: "" }
      headers["content-type"] = JSON_TYPE
      return { status, headers, body: JSON.stringify(errorBody(answer, error, writers)) }
    },
  }
}

/** Not verified: the text for a label, parameter or header that is not of its type. */
function bindingFault({ text, noun }: BindingFault): AwsError {
  return serializationError(`'${text.slice(0, 256)}' can not be converted to ${noun}`)
}

function compileInput(operation: OperationModel, service: Service): Input {
  const bindings = requestBindings(operation, bindingFault)
  const { payload, members } = bindings
  const { input } = operation
  if (payload !== undefined) return { bindings, readBody: payloadReader(payload, service) }
  if (input === undefined || members.length === 0) return { bindings, readBody: () => ({}) }
  const read = service.readers(input)
  const readBody = (request: WireRequest): Values => {
    const body = wholeBody(request)
    return body.length === 0 ? {} : (read(parseJsonObject(body), 0) as Values)
  }
  return { bindings, readBody }
}

function payloadReader(
  { name, member, kind, streaming }: PayloadBinding,
  { readers, events }: Service,
): Input["readBody"] {
  switch (kind) {
    case "events": {
      const stream = member.shape as StructureShape
      return (request) => ({ [name]: decodeEvents(stream, bodyStream(request), events) })
    }
    case "bytes":
      return (request) => {
        if (streaming) return { [name]: bodyStream(request) }
        const body = wholeBody(request)
        return body.length === 0 ? {} : { [name]: body }
      }
    case "text":
      return (request) => {
        const body = wholeBody(request)
        if (body.length === 0) return {}
        const text = bodyText(body)
        if (text === undefined) throw malformed()
        return { [name]: text }
      }
    case "document": {
      const read = readers(member.shape)
      const any = member.shape.type === "structure" && member.shape.document === true
      return (request) => {
        const body = wholeBody(request)
        if (body.length === 0) return {}
        const value = parseJson(body)
        return value === null && !any ? {} : { [name]: read(value, 0) }
      }
    }
  }
}

/** What is beside the body is written member by member, so a wrong name would go unnoticed. */
function assertMembers(shape: StructureShape | undefined, values: Values): void {
  for (const name in values) {
    if (shape !== undefined && Object.hasOwn(shape.members, name)) continue
    throw new Error(`${shape?.name ?? "The operation's output"} has no member ${name}`)
  }
}

function bodyStream(request: WireRequest): ByteStream {
  return request.stream ?? new WholeBody(request.body)
}

function compileOutput(
  operation: OperationModel,
  events: EventFormat,
  writers: (shape: Shape) => JsonWriter,
): Output {
  const shape = operation.output
  const bindings = responseBindings(shape)
  const status = operation.http.responseCode ?? 200
  const { payload } = bindings
  if (shape === undefined || operation.http.method === "HEAD" || status === 204) {
    return { bindings, status, contentType: JSON_TYPE, writeBody: () => "" }
  }
  if (payload !== undefined) {
    return { bindings, status, ...payloadWriter(payload, events, writers) }
  }
  const write = writers(shape)
  const writeBody = (values: Values): Body => JSON.stringify(write(values))
  return { bindings, status, contentType: JSON_TYPE, writeBody }
}

function payloadWriter(
  { name, member, kind }: PayloadBinding,
  events: EventFormat,
  writers: (shape: Shape) => JsonWriter,
): Pick<Output, "contentType" | "writeBody"> {
  switch (kind) {
    case "events": {
      const stream = member.shape as StructureShape
      const writeBody = (values: Values): Body =>
        encodeEvents(stream, values[name] as Events, { format: events })
      return { contentType: EVENT_STREAM_TYPE, writeBody }
    }
    case "bytes":
    case "text": {
      const contentType = kind === "text" ? "text/plain" : "application/octet-stream"
      return { contentType, writeBody: (values) => answerBody(values[name]) }
    }
    case "document": {
      const write = writers(member.shape)
      const writeBody = (values: Values): Body => {
        const value = values[name]
        return value === undefined ? "" : JSON.stringify(write(value))
      }
      return { contentType: JSON_TYPE, writeBody }
    }
  }
}
