import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { OperationModel, ServiceModel, StructureShape } from "../models/schema.ts"
import { answerBody, bodyText, WholeBody } from "./body-text.ts"
import type { Codec, ResponseContext, Values } from "./codec.ts"
import { encodeEvents, EVENT_STREAM_TYPE } from "./event-stream.ts"
import type { EventFormat, Events } from "./event-stream.ts"
import { requestBindings, responseBindings } from "./http-bindings.ts"
import type { PayloadBinding, RequestBindings, ResponseBindings } from "./http-bindings.ts"
import { restXmlDialect } from "./xml/dialect.ts"
import type { RestXmlDialect } from "./xml/dialect.ts"
import { errorMembers, xmlAnswer } from "./xml/error.ts"
import type { XmlAnswer } from "./xml/error.ts"
import { escapeXml } from "./xml/escape.ts"
import { xmlReaders } from "./xml/reader.ts"
import type { XmlReader, XmlReaders } from "./xml/reader.ts"
import { XmlError, XmlScanner } from "./xml/scanner.ts"
import { attributeWriter, namespace, xmlWriters } from "./xml/writer.ts"
import type { XmlWriter, XmlWriters } from "./xml/writer.ts"

type Body = WireResponse["body"]

interface Input {
  readonly bindings: RequestBindings
  /** Reads the body into the input; absent when the operation has none. */
  readonly readBody: ((request: WireRequest, into: Values) => void) | undefined
}

interface Output {
  readonly bindings: ResponseBindings
  readonly status: number
  readonly contentType: string | undefined
  readonly writeBody: (output: Values) => Body
}

/** What is compiled for one service. */
interface Service {
  readonly dialect: RestXmlDialect
  readonly writers: XmlWriters
  readonly inputs: Map<OperationModel, Input>
  readonly outputs: Map<OperationModel, Output>
}

/** REST XML: S3, S3 Control, CloudFront and Route 53. */
export function restXmlCodec(): Codec {
  const readers = xmlReaders()
  const services = new WeakMap<ServiceModel, Service>()

  function serviceOf(model: ServiceModel): Service {
    let service = services.get(model)
    if (service === undefined) {
      const dialect = restXmlDialect(model)
      const writers = xmlWriters({ milliseconds: dialect.milliseconds })
      service = { dialect, writers, inputs: new Map(), outputs: new Map() }
      services.set(model, service)
    }
    return service
  }

  return {
    name: "rest-xml",
    decode(model, operation, request) {
      const { dialect, inputs } = serviceOf(model)
      let input = inputs.get(operation)
      if (input === undefined) {
        input = compileInput(operation, dialect, readers)
        inputs.set(operation, input)
      }
      const values: Values = {}
      input.bindings.read(request, values)
      input.readBody?.(request, values)
      return values
    },
    encode(model, operation, output, context) {
      const service = serviceOf(model)
      let compiled = service.outputs.get(operation)
      if (compiled === undefined) {
        compiled = compileOutput(operation, service)
        service.outputs.set(operation, compiled)
      }
      const { dialect } = service
      const headers = idHeaders(dialect, context)
      const bound = compiled.bindings.write(output, headers)
      const body = compiled.writeBody(output)
      const { contentType } = compiled
      if (contentType !== undefined && body !== "") headers["Content-Type"] ??= contentType
      // S3 answers a part of an object with 206; its model does not say so.
      const partial = dialect.bareErrors && output["ContentRange"] !== undefined
      return { status: bound ?? (partial ? 206 : compiled.status), headers, body }
    },
    encodeError(model, operation, error, context) {
      const service = model && serviceOf(model)
      const dialect = service?.dialect ?? restXmlDialect(NO_SERVICE)
      const writers = service?.writers ?? xmlWriters({ milliseconds: false })
      const answer = xmlAnswer(model, operation, error)
      const headers = { ...idHeaders(dialect, context), ...error.options.headers }
      responseBindings(answer.shape).write(error.options.members ?? {}, headers)
      if (operation?.http.method === "HEAD" || answer.status === 304) {
        return { status: answer.status, headers, body: "" }
      }
      headers["Content-Type"] = dialect.contentType
      const code = dialect.codes[answer.code] ?? answer.code
      const inside =
        `<Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>` +
        errorMembers(writers, answer.shape, error)
      const ids = idElements(dialect, context)
      const body = dialect.bareErrors
        ? `<Error>${inside}${ids}</Error>`
        : `<ErrorResponse${xmlns(dialect)}><Error>${typeOf(dialect, answer)}${inside}</Error>` +
          `${ids}</ErrorResponse>`
      return { status: answer.status, headers, body: dialect.declaration + body }
    },
  }
}

/** S3 Control alone does not say it (recorded). */
const typeOf = (dialect: RestXmlDialect, { fault }: XmlAnswer): string =>
  dialect.s3Ids ? "" : `<Type>${fault}</Type>`

const NO_SERVICE = { id: "", operations: {} } as ServiceModel

function compileInput(
  operation: OperationModel,
  dialect: RestXmlDialect,
  readers: XmlReaders,
): Input {
  const bindings = requestBindings(operation, dialect.fault, dialect)
  const { payload, members } = bindings
  if (payload !== undefined) {
    return { bindings, readBody: payloadReader(operation, payload, { dialect, readers }) }
  }
  const shape = operation.input
  if (shape === undefined || members.length === 0) return { bindings, readBody: undefined }
  const roots = new Set([operation.inputLocationName, shape.locationName, shape.name])
  const document = documentReader(roots, readers.structure(shape, members), dialect)
  const readBody = (request: WireRequest, into: Values): void => {
    if (request.body.length > 0) Object.assign(into, document(request.body))
  }
  return { bindings, readBody }
}

function payloadReader(
  operation: OperationModel,
  { name, member, kind, streaming }: PayloadBinding,
  { dialect, readers }: { dialect: RestXmlDialect; readers: XmlReaders },
): Input["readBody"] {
  if (kind === "events") throw new Error(`${operation.name} takes a stream of events`)
  if (kind === "bytes") {
    return (request, into) => {
      if (streaming) into[name] = request.stream ?? new WholeBody(request.body)
      else if (request.body.length > 0) into[name] = request.body
    }
  }
  if (kind === "text") {
    return (request, into) => {
      const text = bodyText(request.body)
      if (text === undefined) throw dialect.malformed("The body is not UTF-8")
      if (text !== "") into[name] = text
    }
  }
  const { shape } = member
  const own = shape.type === "structure" ? shape.locationName : undefined
  const roots = new Set([member.locationName, own, shape.name, operation.inputLocationName])
  const document = documentReader(roots, readers.member(member), dialect)
  return (request, into) => {
    if (request.body.length > 0) into[name] = document(request.body)
  }
}

function documentReader(
  roots: ReadonlySet<string | undefined>,
  read: XmlReader,
  dialect: RestXmlDialect,
): (body: Uint8Array) => unknown {
  return (body) => {
    const text = bodyText(body)
    if (text === undefined) throw dialect.malformed("The document is not UTF-8")
    try {
      const scanner = new XmlScanner(text)
      const root = scanner.root()
      if (!roots.has(root)) throw new XmlError(`<${root}> is not the root that was expected`)
      const value = read(scanner)
      scanner.end()
      return value
    } catch (error) {
      if (error instanceof XmlError) throw dialect.malformed(error.message)
      throw error
    }
  }
}

function compileOutput(operation: OperationModel, { dialect, writers }: Service): Output {
  const shape = operation.output
  const bindings = responseBindings(shape)
  const status = operation.http.responseCode ?? 200
  const { payload, members, outside } = bindings
  if (payload !== undefined && shape !== undefined) {
    return { bindings, status, ...payloadWriter(shape, payload, { dialect, writers }) }
  }
  const content = writers.structure(shape, members, outside)
  if (shape === undefined || members.length === 0) {
    return { bindings, status, contentType: undefined, writeBody: content }
  }
  const root = shape.locationName ?? dialect.roots[shape.name] ?? shape.name
  const space = shape.xmlNamespace ? namespace(shape.xmlNamespace) : xmlns(dialect)
  const start = `${dialect.declaration}<${root}${space}`
  const inner = dialect.unwrapped.includes(operation.name) ? textOf(members[0]![0]) : content
  const attributes = attributeWriter(shape) ?? (() => "")
  const writeBody = (output: Values): Body =>
    `${start}${attributes(output)}>${inner(output)}</${root}>`
  return { bindings, status, contentType: dialect.contentType, writeBody }
}

function textOf(name: string): XmlWriter {
  return (output) => escapeXml(((output as Values)[name] as string | undefined) ?? "")
}

function payloadWriter(
  shape: StructureShape,
  { name, member, kind }: PayloadBinding,
  { dialect, writers }: { dialect: RestXmlDialect; writers: XmlWriters },
): Pick<Output, "contentType" | "writeBody"> {
  const check = (output: Values): void => {
    for (const key in output) {
      if (!Object.hasOwn(shape.members, key)) throw new Error(`${shape.name} has no member ${key}`)
    }
  }
  if (kind === "events") {
    const stream = member.shape as StructureShape
    const format = eventFormat(writers, dialect)
    const writeBody = (output: Values): Body => {
      check(output)
      return encodeEvents(stream, output[name] as Events, { format })
    }
    return { contentType: EVENT_STREAM_TYPE, writeBody }
  }
  if (kind !== "document") {
    const contentType = kind === "text" ? dialect.textType : "application/octet-stream"
    const writeBody = (output: Values): Body => {
      check(output)
      return answerBody(output[name])
    }
    return { contentType, writeBody }
  }
  const own = member.shape.type === "structure" ? member.shape.locationName : undefined
  const root = member.locationName ?? own ?? member.shape.name
  const space = member.xmlNamespace ?? ("xmlNamespace" in member.shape && member.shape.xmlNamespace)
  const uri = dialect.namespace
  const rooted = space || uri === undefined ? member : { ...member, xmlNamespace: { uri } }
  const element = writers.element(root, rooted)
  const writeBody = (output: Values): Body => {
    check(output)
    const value = output[name]
    return value === undefined || value === null ? "" : dialect.declaration + element(value)
  }
  return { contentType: dialect.contentType, writeBody }
}

/** Structures in events (SelectObjectContent) are documents of their own. */
function eventFormat(writers: XmlWriters, dialect: RestXmlDialect): EventFormat {
  return {
    contentType: "text/xml",
    write(shape, value) {
      return dialect.declaration + writers.element(shape.name, { shape })(value)
    },
    read(shape) {
      throw new Error(`${shape.name}: no service of REST XML takes events`)
    },
  }
}

function idHeaders(dialect: RestXmlDialect, context: ResponseContext): Record<string, string> {
  if (!dialect.s3Ids) return { "x-amzn-requestid": context.requestId }
  return s3Headers(context)
}

/** What stands above every answer of S3's. The server's name is recorded. */
export const s3Headers = (context: ResponseContext): Record<string, string> => ({
  "x-amz-request-id": context.requestId,
  "x-amz-id-2": hostIdOf(context),
  Server: "AmazonS3",
})

function idElements(dialect: RestXmlDialect, context: ResponseContext): string {
  const host = dialect.s3Ids ? `<HostId>${hostIdOf(context)}</HostId>` : ""
  return `<RequestId>${context.requestId}</RequestId>${host}`
}

/** AWS's has 76 characters that mean nothing to callers. Ours says the request's own id again. */
export function hostIdOf({ requestId, hostId }: ResponseContext): string {
  return hostId ?? btoa(requestId + requestId.slice(0, 20))
}

function xmlns(dialect: RestXmlDialect): string {
  return dialect.namespace === undefined ? "" : namespace({ uri: dialect.namespace })
}
