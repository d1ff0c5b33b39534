import type { WireRequest } from "../../src/kernel/wire.ts"
import type {
  Member,
  OperationModel,
  ServiceModel,
  Shape,
  StructureShape,
} from "../../src/models/schema.ts"
import { request } from "../../src/gateway/testing/open-cloud.ts"
import { textOf, type Value } from "./minimal-input.ts"
import { rpcRequest } from "./rpc-body.ts"

export type Input = { readonly [name: string]: Value }

/** An input on the wire as the service's own protocol has it, however odd its values are. */
export function shapedRequest(
  model: ServiceModel,
  operation: OperationModel,
  input: Input,
): WireRequest {
  const protocol = model.protocols[0] ?? "json"
  if (protocol !== "rest-json" && protocol !== "rest-xml")
    return rpcRequest(model, { operation: operation.name, protocol }, input)
  const shape = operation.input
  const [template = "/", constant = ""] = operation.http.requestUri.split(/\?(.*)/s)
  const query = constant === "" ? [] : [constant]
  const headers: Record<string, string> = {}
  if (model.id === "glacier") headers["x-amz-glacier-version"] = "2012-06-01"
  const labels = new Map<string, string>()
  const inBody: { [name: string]: Value } = {}
  for (const [name, value] of Object.entries(input)) {
    const member = shape && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    const wireName = member?.locationName ?? name
    const text = textOf(value).toWellFormed()
    if (member?.location === "uri") labels.set(wireName, text)
    else if (member?.location === "querystring")
      for (const one of Array.isArray(value) ? value : [value])
        query.push(
          `${encodeURIComponent(wireName)}=${encodeURIComponent(textOf(one).toWellFormed())}`,
        )
    else if (member?.location === "header") headers[wireName.toLowerCase()] = headerText(text)
    else if (member?.location === "headers")
      for (const [key, one] of Object.entries(typeof value === "object" ? (value ?? {}) : {}))
        headers[`${wireName}${key}`.toLowerCase().replace(/[^\w-]/g, "_")] = headerText(textOf(one))
    else inBody[name] = value
  }
  // What signs the body is the signer's.
  delete headers["x-amz-content-sha256"]
  const path = template.replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const text = encodeURIComponent(labels.get(name) ?? "a")
    return greedy ? text.replaceAll("%2F", "/") : text
  })
  const text = bodyOf({ protocol, shape, name: operation.inputLocationName }, inBody)
  return request({
    method: operation.http.method,
    path,
    query: query.join("&"),
    headers,
    text: ["GET", "HEAD"].includes(operation.http.method) ? "" : text,
  })
}

const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 4_000)

function bodyOf(
  to: { protocol: string; shape: StructureShape | undefined; name: string | undefined },
  input: { [name: string]: Value },
): string {
  const payload = to.shape?.payload
  const member = payload === undefined ? undefined : to.shape?.members[payload]
  if (payload !== undefined && member) {
    const value = input[payload]
    if (value === undefined) return ""
    if (typeof value === "string") return value
    if (to.protocol === "rest-json") return JSON.stringify(value)
    return xmlOf(member.locationName ?? member.shape.name, value, member)
  }
  if (Object.keys(input).length === 0) return ""
  if (to.protocol === "rest-json") return JSON.stringify(input)
  const name = to.name ?? to.shape?.locationName ?? "Request"
  return xmlOf(name, input, { shape: to.shape ?? { name, type: "structure", members: {} } })
}

const escaped = (text: string): string =>
  text.toWellFormed().replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)

/** As the model has it where the value fits; what fits nothing is written all the same. */
function xmlOf(name: string, value: Value, member?: Member): string {
  const tag = /^[A-Za-z_][\w.:-]*$/.test(name) ? name : "odd"
  const shape: Shape | undefined = member?.shape
  if (Array.isArray(value)) {
    const item = shape?.type === "list" ? shape.member : undefined
    if (shape?.type === "list" && (shape.flattened || member?.flattened))
      return value.map((one) => xmlOf(item?.locationName ?? tag, one, item)).join("")
    const inner = value.map((one) => xmlOf(item?.locationName ?? "member", one, item)).join("")
    return `<${tag}>${inner}</${tag}>`
  }
  if (typeof value !== "object" || value === null)
    return `<${tag}>${escaped(textOf(value))}</${tag}>`
  const inner = Object.entries(value).map(([key, one]) => {
    if (shape?.type === "map")
      return `<entry>${xmlOf("key", key)}${xmlOf("value", one, shape.value)}</entry>`
    const found =
      shape?.type === "structure" && Object.hasOwn(shape.members, key)
        ? shape.members[key]
        : undefined
    return xmlOf(found?.locationName ?? key, one, found)
  })
  return `<${tag}>${inner.join("")}</${tag}>`
}
