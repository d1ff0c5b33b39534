import type { WireRequest } from "../../src/kernel/wire.ts"
import type { OperationModel, ProtocolName, ServiceModel } from "../../src/models/schema.ts"
import { minimalStructure, textOf, type Value } from "./minimal-input.ts"

interface Draft {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

type Input = { readonly [name: string]: Value }

/** The least request that AWS's clients send for an operation, unsigned. */
export function operationRequest(
  model: ServiceModel,
  operation: OperationModel,
  protocol: ProtocolName,
): WireRequest {
  const input = operation.input ? minimalStructure(operation.input) : {}
  const draft = draftOf({ model, operation, protocol }, input)
  const host = `${hostPrefix(operation, input)}localhost:4566`
  return {
    method: draft.method,
    path: draft.path,
    query: draft.query,
    headers: { host, ...draft.headers },
    body: typeof draft.body === "string" ? Buffer.from(draft.body) : draft.body,
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}

/** Some clients put labels before the endpoint's name, whatever endpoint they were given. */
const hostPrefix = ({ endpoint }: OperationModel, input: Input): string =>
  (endpoint?.hostPrefix ?? "").replace(/\{(\w+)\}/g, (_, name: string) =>
    textOf(input[name] ?? "a"),
  )

interface Call {
  readonly model: ServiceModel
  readonly operation: OperationModel
  readonly protocol: ProtocolName
}

function draftOf({ model, operation, protocol }: Call, input: Input): Draft {
  const post = { method: "POST", path: "/", query: "" }
  switch (protocol) {
    case "json": {
      const headers = {
        "content-type": `application/x-amz-json-${model.jsonVersion ?? "1.0"}`,
        "x-amz-target": `${model.targetPrefix}.${operation.name}`,
      }
      return { ...post, headers, body: JSON.stringify(input) }
    }
    case "query":
    case "ec2": {
      const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }
      const body = `Action=${operation.name}&Version=${model.apiVersion}${formOf(input, "")}`
      return { ...post, headers, body }
    }
    case "smithy-rpc-v2-cbor": {
      const headers = {
        "content-type": "application/cbor",
        accept: "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
      }
      const path = `/service/${model.targetPrefix ?? model.serviceId}/operation/${operation.name}`
      return { ...post, path, headers, body: Uint8Array.of(0xbf, 0xff) }
    }
    case "rest-json":
    case "rest-xml":
      return restDraft({ model, operation, protocol }, input)
  }
}

function formOf(value: Value, prefix: string): string {
  if (Array.isArray(value))
    return value.map((one, index) => formOf(one, `${prefix}.member.${index + 1}`)).join("")
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, one]) => formOf(one, prefix === "" ? name : `${prefix}.${name}`))
      .join("")
  return `&${prefix}=${encodeURIComponent(textOf(value))}`
}

function restDraft({ operation, protocol }: Call, input: Input): Draft {
  const [template = "/", constant = ""] = operation.http.requestUri.split(/\?(.*)/s)
  const members = operation.input?.members ?? {}
  const headers: Record<string, string> = {}
  const query = constant === "" ? [] : [constant]
  const labels = new Map<string, string>()
  const body: { [name: string]: Value } = {}
  for (const [name, value] of Object.entries(input)) {
    const member = members[name]
    if (!member) continue
    const wireName = member.locationName ?? name
    const text = textOf(value, member.shape)
    switch (member.location) {
      case "uri":
        labels.set(wireName, text === "" ? "a" : text)
        break
      case "querystring":
        query.push(`${wireName}=${encodeURIComponent(text)}`)
        break
      case "header":
        // What signs the body is the signer's.
        if (wireName.toLowerCase() !== "x-amz-content-sha256")
          headers[wireName.toLowerCase()] = text
        break
      case "headers":
      case "statusCode":
        break
      default:
        body[wireName] = value
    }
  }
  const path = template.replace(/\{(\w+)\+?\}/g, (_, name: string) =>
    encodeURIComponent(labels.get(name) ?? "a"),
  )
  return {
    method: operation.http.method,
    path,
    query: query.join("&"),
    headers,
    ...restBody({ operation, protocol, headers }, body),
  }
}

function restBody(
  { operation, protocol, headers }: Pick<Call, "operation" | "protocol"> & Pick<Draft, "headers">,
  body: { [name: string]: Value },
): Pick<Draft, "body"> {
  if (operation.http.method === "GET" || operation.http.method === "HEAD") return { body: "" }
  if (Object.keys(body).length === 0 || operation.input?.payload !== undefined) return { body: "" }
  if (protocol === "rest-json") {
    headers["content-type"] = "application/json"
    return { body: JSON.stringify(body) }
  }
  headers["content-type"] = "application/xml"
  const name = operation.inputLocationName ?? operation.input?.locationName ?? "Request"
  return { body: `<${name}>${xmlOf(body)}</${name}>` }
}

function xmlOf(value: Value): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${xmlOf(one)}</member>`).join("")
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, one]) => `<${name}>${xmlOf(one)}</${name}>`)
      .join("")
  return textOf(value)
}
