/**
 * The published form of AWS's models (botocore's `service-2.json`), and its reduction to what a
 * server needs. Prose, client-side endpoint rules and deprecation marks go; names, types,
 * constraints, bindings, errors and protocols stay. Every attribute is listed here as kept or as
 * dropped, so that a new one in a future model is noticed instead of lost.
 */

/** A JSON object of the published form. */
export type Json = Readonly<Record<string, unknown>>

export interface BotocoreService {
  readonly metadata: Json
  readonly operations: Readonly<Record<string, Json>>
  readonly shapes: Readonly<Record<string, Json>>
}

/** A use of a shape by name, with the attributes of that use. */
export interface RawMember {
  shape: string
  [attribute: string]: unknown
}

export interface RawShape {
  type: string
  members?: Record<string, RawMember>
  member?: RawMember
  key?: RawMember
  value?: RawMember
  [attribute: string]: unknown
}

export interface RawOperation {
  http: { method: string; requestUri: string; responseCode?: number }
  input?: RawMember
  output?: RawMember
  errors?: string[]
  [attribute: string]: unknown
}

/** A model without prose, its references still names. */
export interface RawModel {
  metadata: Json
  operations: Record<string, RawOperation>
  shapes: Record<string, RawShape>
  paginators?: Record<string, Json>
}

const METADATA_KEPT = new Set([
  "apiVersion",
  "auth",
  "awsQueryCompatible",
  "endpointPrefix",
  "globalEndpoint",
  "jsonVersion",
  "protocol",
  "protocols",
  "serviceFullName",
  "serviceId",
  "signingName",
  "targetPrefix",
  "xmlNamespace",
])
const METADATA_DROPPED = new Set([
  "checksumFormat",
  "protocolSettings",
  "ripServiceName",
  "serviceAbbreviation",
  "signatureVersion",
  "uid",
])

const OPERATION_KEPT = new Set([
  "auth",
  "authtype",
  "endpoint",
  "httpChecksum",
  "httpChecksumRequired",
  "idempotent",
  "readonly",
  "unsignedPayload",
])
const OPERATION_DROPPED = new Set([
  // Its key says it; only CloudFront's differ ("CreateDistribution2020_05_31"), and rest-xml never
  // sends the name of an operation.
  "name",
  "deprecated",
  "deprecatedMessage",
  "deprecatedSince",
  "documentation",
  "documentationUrl",
  "endpointdiscovery",
  "endpointoperation",
  "operationContextParams",
  "requestcompression",
  "staticContextParams",
])
const OPERATION_REFERENCES = new Set(["http", "input", "output", "errors"])

const SHAPE_KEPT = new Set([
  "box",
  "document",
  "enum",
  "error",
  "event",
  "eventstream",
  "exception",
  "fault",
  "flattened",
  "locationName",
  "max",
  "min",
  "pattern",
  "payload",
  "required",
  "requiresLength",
  "sensitive",
  "sparse",
  "streaming",
  "timestampFormat",
  "type",
  "union",
  "wrapper",
  "xmlNamespace",
  "xmlOrder",
])
const SHAPE_DROPPED = new Set([
  "deprecated",
  "deprecatedMessage",
  "deprecatedSince",
  "documentation",
  "retryable",
  "synthetic",
])
const SHAPE_REFERENCES = new Set(["members", "member", "key", "value"])

const MEMBER_KEPT = new Set([
  "box",
  "eventheader",
  "eventpayload",
  "flattened",
  "hostLabel",
  "idempotencyToken",
  "jsonvalue",
  "location",
  "locationName",
  "queryName",
  "resultWrapper",
  "shape",
  "streaming",
  "timestampFormat",
  "xmlAttribute",
  "xmlNamespace",
])
const MEMBER_DROPPED = new Set([
  "contextParam",
  // Only in two members of API Gateway v2's ExportApi; everywhere else it lies on the shape.
  "enum",
  "deprecated",
  "deprecatedMessage",
  "deprecatedSince",
  "documentation",
])

/**
 * The model without what a server never reads. Throws on an attribute that is neither kept nor
 * dropped: a new model then needs a decision here.
 */
export function reduceModel(service: BotocoreService): RawModel {
  const operations: Record<string, RawOperation> = {}
  for (const [name, operation] of Object.entries(service.operations)) {
    operations[name] = reduceOperation(name, operation)
  }
  const shapes: Record<string, RawShape> = {}
  for (const [name, shape] of Object.entries(service.shapes)) {
    shapes[name] = reduceShape(name, shape)
  }
  return { metadata: pick(service.metadata, METADATA_KEPT, METADATA_DROPPED), operations, shapes }
}

function reduceOperation(name: string, operation: Json): RawOperation {
  const http = operation["http"] as Json
  const reduced: RawOperation = {
    http: { method: String(http["method"]), requestUri: String(http["requestUri"]) },
    ...pick(operation, OPERATION_KEPT, OPERATION_DROPPED, OPERATION_REFERENCES),
  }
  const responseCode = http["responseCode"]
  if (typeof responseCode === "number") reduced.http.responseCode = responseCode
  if (operation["input"]) reduced.input = reduceMember(operation["input"] as Json)
  if (operation["output"]) reduced.output = reduceMember(operation["output"] as Json)
  const errors = operation["errors"] as Json[] | undefined
  // Old models repeat the error's attributes here; they equal those of its shape.
  if (errors && errors.length > 0) reduced.errors = errors.map((error) => String(error["shape"]))
  if (!http["method"]) throw new Error(`${name} has no HTTP method`)
  return reduced
}

function reduceShape(name: string, shape: Json): RawShape {
  const reduced = pick(shape, SHAPE_KEPT, SHAPE_DROPPED, SHAPE_REFERENCES) as RawShape
  if (!reduced.type) throw new Error(`Shape ${name} has no type`)
  for (const part of ["member", "key", "value"] as const) {
    if (shape[part]) reduced[part] = reduceMember(shape[part] as Json)
  }
  if (shape["members"]) {
    reduced.members = {}
    for (const [key, member] of Object.entries(shape["members"] as Record<string, Json>)) {
      reduced.members[key] = reduceMember(member)
    }
  }
  return reduced
}

function reduceMember(member: Json): RawMember {
  return pick(member, MEMBER_KEPT, MEMBER_DROPPED) as RawMember
}

function pick(
  from: Json,
  kept: ReadonlySet<string>,
  dropped: ReadonlySet<string>,
  elsewhere?: ReadonlySet<string>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(from)) {
    if (kept.has(key)) result[key] = key === "xmlNamespace" ? namespace(value) : value
    else if (!dropped.has(key) && !elsewhere?.has(key)) {
      throw new Error(`Unknown attribute ${key}: keep it or drop it in src/models/botocore.ts`)
    }
  }
  return result
}

/** Models write a namespace as a string or as an object. */
function namespace(value: unknown): unknown {
  return typeof value === "string" ? { uri: value } : value
}
