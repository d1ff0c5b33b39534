import type { WireResponse } from "../../src/kernel/wire.ts"
import type { ProtocolName } from "../../src/models/schema.ts"
import { parseTree, type Element } from "../../src/protocols/testing/xml-client.ts"
import { readCbor } from "./cbor-reader.ts"

export interface ReadError {
  readonly code: string
  readonly message: string
}

/** Reads an error as a client of the protocol does; throws when it could not. */
export function readError(response: WireResponse, protocol: ProtocolName): ReadError {
  const { headers, body } = response
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw new Error("a streamed error")
  switch (protocol) {
    case "json":
    case "rest-json": {
      const fields = JSON.parse(Buffer.from(body).toString()) as Record<string, string>
      const header = headers["x-amzn-errortype"]
      const type = protocol === "rest-json" ? header : fields["__type"]
      return { code: codeOf(type), message: fields["message"] ?? fields["Message"] ?? "" }
    }
    case "smithy-rpc-v2-cbor": {
      const fields = readCbor(Buffer.from(body)) as Record<string, unknown>
      return { code: codeOf(fields["__type"]), message: String(fields["message"]) }
    }
    case "query":
    case "ec2":
    case "rest-xml":
      return readXml(Buffer.from(body).toString())
  }
}

/** A code may have its namespace before it and a place behind it. */
function codeOf(type: unknown): string {
  if (typeof type !== "string") throw new Error("an error without its type")
  return type.replace(/^.*#/, "").replace(/:.*$/, "")
}

function readXml(text: string): ReadError {
  const root = parseTree(text)
  const error = root && find(root, "Error")
  if (!error) throw new Error(`no error in ${text.slice(0, 200)}`)
  const code = error.children.find(({ name }) => name === "Code")?.text
  if (code === undefined) throw new Error(`no code in ${text.slice(0, 200)}`)
  return { code, message: error.children.find(({ name }) => name === "Message")?.text ?? "" }
}

function find(element: Element, name: string): Element | undefined {
  if (element.name === name) return element
  for (const child of element.children) {
    const found = find(child, name)
    if (found) return found
  }
  return undefined
}
