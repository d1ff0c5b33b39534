import type { WireRequest } from "../kernel/wire.ts"
import type { Member, OperationModel, ServiceModel, StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Codec, Values } from "./codec.ts"
import { formPairs } from "./form/params.ts"
import { formReader } from "./form/reader.ts"
import type { FormDialect, FormFault, FormReader } from "./form/reader.ts"
import { queryJson, queryJsonError, wantsJson } from "./json/query-json.ts"
import { errorMembers, xmlAnswer } from "./xml/error.ts"
import { escapeXml, escapeXmlAttribute } from "./xml/escape.ts"
import { wireName } from "./xml/wire-name.ts"
import { xmlWriters } from "./xml/writer.ts"
import type { XmlWriter } from "./xml/writer.ts"

const CONTENT_TYPE = "text/xml"
// Recorded from SQS, of all errors.
const SQS_DETAIL = "<Detail/>"
const JSON_TYPE = "application/json"
// What AWS puts around errors of requests whose service or operation it does not know (recorded).
const FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09"

const DIALECT: FormDialect = {
  wireName: (name, member) => wireName(name, member, ownName),
  itemSegment(shape, use) {
    if ((use.flattened ?? shape.flattened) === true) return undefined
    return shape.type === "map" ? "entry" : (ownName(shape.member) ?? "member")
  },
  fault: formError,
}

/**
 * AWS Query: a form or a query string in, XML out, or JSON for who accepts that. Parameters that no
 * shape has are ignored.
 */
export function queryCodec(): Codec {
  const writers = xmlWriters({ milliseconds: false, ownName })
  const readers = new WeakMap<StructureShape, FormReader>()
  const answers = new WeakMap<OperationModel, XmlWriter>()
  const json = queryJson()

  function readerOf(shape: StructureShape): FormReader {
    let reader = readers.get(shape)
    if (reader === undefined) {
      reader = formReader(shape, DIALECT)
      readers.set(shape, reader)
    }
    return reader
  }

  /** The answer up to its request id. */
  function answerOf(model: ServiceModel, operation: OperationModel): XmlWriter {
    const known = answers.get(operation)
    if (known !== undefined) return known
    const { name, output } = operation
    const start = `<${name}Response${xmlns(model.xmlNamespace)}>`
    const rest = "<ResponseMetadata><RequestId>"
    // "AWS query protocol": it is always called like this, also where a model leaves it out.
    const wrapper = operation.resultWrapper ?? `${name}Result`
    const content = writers.structure(output, Object.entries(output?.members ?? {}))
    // Recorded from SQS: an empty result is one tag.
    const answer: XmlWriter =
      output === undefined
        ? (values) => start + content(values) + rest
        : (values) => {
            const result = content(values)
            if (result === "") return `${start}<${wrapper}/>${rest}`
            return `${start}<${wrapper}>${result}</${wrapper}>${rest}`
          }
    answers.set(operation, answer)
    return answer
  }

  return {
    name: "query",
    decode(model, operation, request) {
      const pairs = formPairs(request)
      if (pairs === undefined) {
        throw new AwsError("MalformedQueryString", "The query string contains a syntax error.")
      }
      checkVersion(pairs, model)
      if (operation.input === undefined) return {}
      const reader = readerOf(operation.input)
      const input = reader.begin()
      for (let i = 0; i < pairs.length; i += 2) {
        const name = pairs[i]!
        if (name !== "Action" && name !== "Version") reader.put(input, name, pairs[i + 1]!)
      }
      const values = reader.end(input)
      if (model.id === "sqs") addQueueUrl(operation.input, values, request)
      return values
    },
    encode(model, operation, output, { requestId, accept }) {
      if (wantsJson(accept)) {
        const headers = { "x-amzn-requestid": requestId, "content-type": JSON_TYPE }
        return { status: 200, headers, body: json.answer(operation, output, requestId) }
      }
      const text = answerOf(model, operation)(output)
      return {
        status: 200,
        headers: { "x-amzn-requestid": requestId, "content-type": CONTENT_TYPE },
        body: `${text}${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`,
      }
    },
    encodeError(model, operation, error, { requestId, accept }) {
      const answer = xmlAnswer(model, operation, error)
      const { code, status, fault, shape } = answer
      // Recorded from SQS: this error is XML whatever the caller accepts, and nothing stands in it.
      const unknown = error.code === "UnknownOperationException"
      const asJson = !unknown && wantsJson(accept)
      const headers = {
        "x-amzn-requestid": requestId,
        "content-type": asJson ? JSON_TYPE : CONTENT_TYPE,
        ...error.options.headers,
      }
      if (unknown) return { status, headers, body: `<${error.code}/>` }
      if (asJson) return { status, headers, body: queryJsonError(answer, error.message, requestId) }
      return {
        status,
        headers,
        body:
          `<ErrorResponse${xmlns(model === undefined ? FAULT_NAMESPACE : model.xmlNamespace)}>` +
          `<Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code>` +
          `<Message>${escapeXml(error.message)}</Message>${errorMembers(writers, shape, error)}` +
          (model?.id === "sqs" ? SQS_DETAIL : "") +
          `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      }
    },
  }
}

/** Services that have left Query keep their old names of members as `queryName`. */
function ownName(member: Member): string | undefined {
  return member.queryName ?? member.locationName
}

function xmlns(uri: string | undefined): string {
  return uri === undefined ? "" : ` xmlns="${escapeXmlAttribute(uri)}"`
}

/** Recorded from IAM. SQS's own examples leave the version out, so it may be absent there. */
function checkVersion(pairs: readonly string[], model: ServiceModel): void {
  let action: string | undefined
  let version: string | undefined
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] === "Action") action ??= pairs[i + 1]
    else if (pairs[i] === "Version") version ??= pairs[i + 1]
  }
  if (action === undefined) {
    throw new AwsError("MissingAction", "The request is missing an action or a required parameter.")
  }
  if (version === model.apiVersion || (version === undefined && model.id === "sqs")) return
  const stated = version ?? "NO_VERSION_SPECIFIED"
  throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${stated}`)
}

/** Code and wording as recorded from SNS, CloudWatch and CloudSearch. */
function formError(fault: FormFault): AwsError | undefined {
  switch (fault.kind) {
    case "unknown":
      return undefined
    case "scalar":
      return new AwsError("MalformedInput", "Start of list found where not expected")
    case "list":
    case "map":
      return new AwsError("MalformedInput", "Unexpected list element termination")
    case "structure":
      return new AwsError("MalformedInput", "Unexpected complex element termination")
    case "repeated":
      return new AwsError("MalformedQueryString", `The parameter ${fault.name} is repeated.`)
    case "value":
      // The wording for a value of a wrong type is not verified.
      return new AwsError("MalformedInput", `${fault.name} is not ${fault.noun}`)
  }
}

/**
 * SQS takes the queue from the path of the request too, as in `POST /123456789012/name/` (SQS
 * Developer Guide, "Making Query API requests").
 */
function addQueueUrl(shape: StructureShape, values: Values, request: WireRequest): void {
  if (values["QueueUrl"] !== undefined || !Object.hasOwn(shape.members, "QueueUrl")) return
  const path = /^(\/\d{12}\/[\w.-]+)\/?$/.exec(request.path)?.[1]
  if (path === undefined) return
  const host = request.headers["host"] ?? "localhost"
  values["QueueUrl"] = `${request.secure ? "https" : "http"}://${host}${path}`
}
