import type { OperationModel, ServiceModel, StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Codec } from "./codec.ts"
import { formPairs } from "./form/params.ts"
import { formReader } from "./form/reader.ts"
import type { FormDialect, FormFault, FormReader } from "./form/reader.ts"
import { errorMembers, xmlAnswer } from "./xml/error.ts"
import { escapeXml, escapeXmlAttribute } from "./xml/escape.ts"
import { xmlWriters } from "./xml/writer.ts"
import type { XmlWriter } from "./xml/writer.ts"

const CONTENT_TYPE = "text/xml;charset=UTF-8"
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

// Parameters of the protocol and of signatures, new and old ("Common query parameters for the
// Amazon EC2 API"); EC2 refuses every other that the operation does not have.
const COMMON = new Set([
  ...["Action", "Version", "AUTHPARAMS", "AWSAccessKeyId", "Expires", "SecurityToken"],
  ...["Signature", "SignatureMethod", "SignatureVersion", "Timestamp"],
])

const DIALECT: FormDialect = {
  // "query-protocol trait": EC2's own name, else the XML name or the member's with a capital.
  wireName: (name, member) => member.queryName ?? capitalised(member.locationName ?? name),
  // EC2 flattens every list on its way in, whatever the model says.
  itemSegment: (shape) => (shape.type === "map" ? "Entry" : undefined),
  fault: formError,
}

/** EC2 Query: like Query, with other names, flattened lists and another envelope. */
export function ec2Codec(): Codec {
  const writers = xmlWriters({ milliseconds: true })
  const readers = new WeakMap<StructureShape, FormReader>()
  const contents = new WeakMap<OperationModel, XmlWriter>()

  function readerOf(shape: StructureShape): FormReader {
    let reader = readers.get(shape)
    if (reader === undefined) {
      reader = formReader(shape, DIALECT)
      readers.set(shape, reader)
    }
    return reader
  }

  function contentOf(operation: OperationModel): XmlWriter {
    const known = contents.get(operation)
    if (known !== undefined) return known
    const { output } = operation
    const members = writers.structure(output, Object.entries(output?.members ?? {}))
    // "If an operation has no output, EC2 answers true" (API reference, "Response elements").
    const content: XmlWriter =
      output === undefined ? (values) => `${members(values)}<return>true</return>` : members
    contents.set(operation, content)
    return content
  }

  return {
    name: "ec2",
    decode(model, operation, request) {
      const pairs = formPairs(request)
      if (pairs === undefined) {
        throw new AwsError("MalformedQueryString", "The query string contains a syntax error.")
      }
      const reader = readerOf(operation.input ?? NO_INPUT)
      const input = reader.begin()
      let version: string | undefined
      for (let i = 0; i < pairs.length; i += 2) {
        const name = pairs[i]!
        if (name === "Version") version = pairs[i + 1]
        else if (!COMMON.has(name) && !name.startsWith("X-Amz-")) {
          reader.put(input, name, pairs[i + 1]!)
        }
      }
      checkVersion(version, model)
      return reader.end(input)
    },
    encode(model, operation, output, { requestId }) {
      const { name } = operation
      return {
        status: 200,
        headers: { "x-amzn-requestid": requestId, "content-type": CONTENT_TYPE },
        body:
          `${DECLARATION}<${name}Response${xmlns(model)}><requestId>${requestId}</requestId>` +
          `${contentOf(operation)(output)}</${name}Response>`,
      }
    },
    encodeError(model, operation, thrown, { requestId }) {
      const error = inOwnWords(thrown)
      const { code, status, shape } = xmlAnswer(model, operation, error)
      return {
        status,
        headers: {
          "x-amzn-requestid": requestId,
          "content-type": CONTENT_TYPE,
          ...error.options.headers,
        },
        body:
          `${DECLARATION}<Response><Errors><Error><Code>${escapeXml(code)}</Code>` +
          `<Message>${escapeXml(error.message)}</Message>${errorMembers(writers, shape, error)}` +
          `</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      }
    },
  }
}

/** EC2 has a name of its own for what others call AccessDenied ("Error codes", UnauthorizedOperation). */
function inOwnWords(error: AwsError): AwsError {
  if (error.code !== "AccessDenied") return error
  const text = `You are not authorized to perform this operation. ${error.message}`
  return new AwsError("UnauthorizedOperation", text, error.options)
}

const NO_INPUT: StructureShape = { name: "NoInput", type: "structure", members: {} }

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

/** EC2's own answers end the namespace with "/", which the model leaves out (recorded). */
function xmlns(model: ServiceModel): string {
  const uri = model.xmlNamespace
  if (uri === undefined) return ""
  return ` xmlns="${escapeXmlAttribute(uri.endsWith("/") ? uri : `${uri}/`)}"`
}

function checkVersion(version: string | undefined, model: ServiceModel): void {
  if (version === model.apiVersion) return
  if (version === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter Version")
  }
  // EC2 also answers its older versions, as they were; we have only the newest.
  throw new AwsError("NoSuchVersion", `The requested version (${version}) is not supported.`)
}

/** Recorded: `UnknownParameter` names the segment at fault. The other wordings are not verified. */
function formError(fault: FormFault): AwsError {
  const { kind, name, segment, text } = fault
  if (kind === "value") {
    return new AwsError(
      "InvalidParameterValue",
      `Value (${text.slice(0, 200)}) for parameter ${name} is invalid.`,
    )
  }
  if (kind === "repeated") {
    return new AwsError("InvalidParameterCombination", `The parameter ${name} is repeated.`)
  }
  return new AwsError("UnknownParameter", `The parameter ${segment || name} is not recognized`)
}
