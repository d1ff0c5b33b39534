import type { WireRequest } from "../../src/kernel/wire.ts"
import { request } from "../../src/gateway/testing/open-cloud.ts"
import type { ProtocolName, ServiceModel } from "../../src/models/schema.ts"
import { textOf, type Value } from "./minimal-input.ts"

/** An input on the wire, as a client writes it that does not look at the model. */
export function rpcRequest(
  model: ServiceModel,
  { operation, protocol }: { operation: string; protocol: ProtocolName },
  input: Value,
): WireRequest {
  switch (protocol) {
    case "json":
      return request({
        text: JSON.stringify(input),
        headers: {
          "content-type": `application/x-amz-json-${model.jsonVersion ?? "1.0"}`,
          "x-amz-target": `${model.targetPrefix}.${operation}`,
        },
      })
    default:
      return request({
        text: `Action=${operation}&Version=${model.apiVersion}${formOf(input, "", 0)}`,
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      })
  }
}

/** A name longer than any form has. */
const FORM_DEPTH = 200

function formOf(value: Value, prefix: string, depth: number): string {
  if (typeof value !== "object" || value === null)
    return `&${encodeURIComponent(prefix)}=${escape(textOf(value))}`
  if (depth > FORM_DEPTH) return ""
  const entries = Array.isArray(value)
    ? value.map((one, index) => [`${depth % 2 ? "" : "member."}${index + 1}`, one] as const)
    : Object.entries(value)
  return entries
    .map(([name, one]) => formOf(one, prefix === "" ? name : `${prefix}.${name}`, depth + 1))
    .join("")
}

/** Also of what is no text: a lone surrogate. */
const escape = (text: string): string => encodeURIComponent(text.toWellFormed())
