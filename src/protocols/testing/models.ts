import type { BotocoreService } from "../../models/botocore.ts"
import { linkBotocore } from "../../models/link.ts"
import type { ServiceModel } from "../../models/schema.ts"
import type { WireRequest } from "../../kernel/wire.ts"

const SCALARS = {
  String: { type: "string" },
  Integer: { type: "integer" },
  Long: { type: "long" },
  Double: { type: "double" },
  Boolean: { type: "boolean" },
  Blob: { type: "blob" },
  Timestamp: { type: "timestamp" },
  Document: { type: "structure", members: {}, document: true },
} as const

/** A small service with one operation `Do`, whose input and output is the shape `Thing`. */
export function smallModel(
  shapes: BotocoreService["shapes"],
  metadata: Record<string, unknown> = {},
  id = "small",
): ServiceModel {
  const operation = {
    name: "Do",
    http: { method: "POST", requestUri: "/" },
    input: { shape: "Thing" },
    output: { shape: "Thing" },
    errors: Object.keys(shapes)
      .filter((name) => shapes[name]?.["exception"])
      .map((shape) => ({ shape })),
  }
  return linkBotocore(
    {
      metadata: { protocol: "json", jsonVersion: "1.0", serviceId: "Small", ...metadata },
      operations: { Do: operation },
      shapes: { ...SCALARS, ...shapes },
    },
    id,
  )
}

/** Members of those types, by name: `members({ Name: "String" })`. */
export function members(types: Record<string, string>): Record<string, { shape: string }> {
  return Object.fromEntries(Object.entries(types).map(([name, shape]) => [name, { shape }]))
}

export function postRequest(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): WireRequest {
  return {
    method: "POST",
    path: "/",
    query: "",
    headers,
    body: typeof body === "string" ? Buffer.from(body) : body,
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}
