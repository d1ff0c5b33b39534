import type { WireRequest } from "../../src/kernel/wire.ts"
import type { OperationModel, ProtocolName, ServiceModel } from "../../src/models/schema.ts"
import { parseTemplate } from "../../src/protocols/http/path-template.ts"
import { request } from "../../src/gateway/testing/open-cloud.ts"

/** The least that names an operation in a protocol: its target, action or route. */
export function minimalRequest(
  model: ServiceModel,
  operation: OperationModel,
  protocol: ProtocolName,
): WireRequest {
  switch (protocol) {
    case "json":
      return request({
        text: "{}",
        headers: {
          "content-type": `application/x-amz-json-${model.jsonVersion ?? "1.1"}`,
          "x-amz-target": `${model.targetPrefix}.${operation.name}`,
        },
      })
    case "query":
    case "ec2":
      return request({
        text: `Action=${operation.name}&Version=${model.apiVersion}`,
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      })
    case "smithy-rpc-v2-cbor":
      return {
        ...request({
          path: `/service/${model.targetPrefix ?? model.serviceId}/operation/${operation.name}`,
          headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
        }),
        body: Uint8Array.of(0xbf, 0xff),
      }
    default:
      return restRequest(operation)
  }
}

function restRequest({ http, input }: OperationModel): WireRequest {
  const template = parseTemplate(http.requestUri)
  const query = template.query.map(([name, value]) =>
    value === undefined ? name : `${name}=${value}`,
  )
  const headers: Record<string, string> = {}
  for (const name of input?.required ?? []) {
    const member = input?.members[name]
    const wire = member?.locationName ?? name
    if (member?.location === "querystring") query.push(`${wire}=1`)
    // The signature's own headers are the signer's.
    if (member?.location === "header" && wire !== "x-amz-content-sha256")
      headers[wire.toLowerCase()] = "1"
  }
  const path = template.segments
    .map(({ kind, text }) => (kind === "constant" ? text : "x"))
    .join("/")
  return request({ method: http.method, path: `/${path}`, query: query.join("&"), headers })
}
