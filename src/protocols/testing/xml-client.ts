import type { WireResponse } from "../../kernel/wire.ts"
import type {
  ListShape,
  MapShape,
  Member,
  OperationModel,
  ProtocolName,
  Shape,
  StructureShape,
} from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { parseTimestamp, timestampFormat } from "../timestamps.ts"

/**
 * Reads XML answers as AWS's own clients do: leniently, by name, without our scanner. What it
 * gives for AWS's answer and for ours has to be the same.
 */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

export interface ClientAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface ClientError {
  readonly code: string | undefined
  readonly message: string | undefined
  readonly members: Values
}

const TOKEN = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<(\/?)([^\s/>]+)([^>]*?)(\/?)>|[^<]+/g
const ATTRIBUTE = /([^\s=]+)="([^"]*)"/g

/** A tree of the document, its prefixes left as they are; `undefined` for an empty one. */
export function parseTree(xml: string): Element | undefined {
  type Open = Element & { children: Element[]; text: string }
  const open: Open[] = [{ name: "", attributes: {}, children: [], text: "" }]
  for (const [token, slash, name, attributes, empty] of xml.trim().matchAll(TOKEN)) {
    const top = open.at(-1)!
    if (name === undefined) {
      if (!token.startsWith("<")) (top as { text: string }).text += unescape(token)
    } else if (slash === "/") {
      if (open.pop()!.name !== name) throw new Error(`</${name}> ends something else`)
    } else {
      const pairs = [...attributes!.matchAll(ATTRIBUTE)].map(([, key, raw]) => [
        key,
        unescape(raw!),
      ])
      const element = { name, attributes: Object.fromEntries(pairs), children: [], text: "" }
      ;(top.children as Element[]).push(element)
      if (empty !== "/") open.push(element)
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> does not end`)
  return open[0]!.children[0]
}

function unescape(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (_, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)))
    return { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }[name] ?? `&${name};`
  })
}

/** Our answer, as it is after the network: header names in lower case. */
export function received(response: WireResponse): ClientAnswer {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    headers[name.toLowerCase()] = String(value)
  }
  const { body, status } = response
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw new Error("A stream")
  return { status, headers, body: typeof body === "string" ? body : Buffer.from(body).toString() }
}

export function readOutput(
  protocol: ProtocolName,
  operation: OperationModel,
  answer: ClientAnswer,
): Values {
  const shape = operation.output
  if (shape === undefined) return {}
  const values = readHeaders(shape, answer)
  if (shape.payload !== undefined) {
    const payload = readPayload(shape.members[shape.payload]!, answer.body)
    if (payload !== undefined) values[shape.payload] = payload
    return values
  }
  const root = parseTree(answer.body)
  const wrapped = protocol === "query"
  const top = wrapped ? root?.children.find(({ name }) => name.endsWith("Result")) : root
  return top === undefined ? values : { ...values, ...readStructure(shape, top) }
}

export function readError(shape: StructureShape | undefined, answer: ClientAnswer): ClientError {
  const root = parseTree(answer.body)!
  const error = root.name === "Error" ? root : find(root, "Error")!
  return {
    code: find(error, "Code")?.text,
    message: find(error, "Message")?.text,
    members: shape ? { ...readHeaders(shape, answer), ...readStructure(shape, error) } : {},
  }
}

function find(element: Element, name: string): Element | undefined {
  for (const child of element.children) {
    const found = child.name === name ? child : find(child, name)
    if (found !== undefined) return found
  }
  return undefined
}

function readPayload(member: Member, body: string): unknown {
  if (member.shape.type === "blob") return body === "" ? undefined : Buffer.from(body)
  if (member.shape.type === "string") return body === "" ? undefined : body
  const root = parseTree(body)
  return root === undefined ? undefined : readValue(member, root)
}

export function readHeaders(shape: StructureShape, { status, headers }: ClientAnswer): Values {
  const values: Values = {}
  for (const [name, member] of Object.entries(shape.members)) {
    const wire = (member.locationName ?? name).toLowerCase()
    if (member.location === "statusCode") values[name] = status
    if (member.location === "header" && headers[wire] !== undefined) {
      values[name] = readHeader(member, headers[wire])
    }
    if (member.location === "headers") {
      const entries = Object.entries(headers).filter(([header]) => header.startsWith(wire))
      const map = entries.map(([header, value]) => [header.slice(wire.length), value])
      if (map.length > 0) values[name] = Object.fromEntries(map)
    }
  }
  return values
}

function readHeader(member: Member, text: string): unknown {
  if (member.shape.type !== "list") return readScalar(member, text, "rfc822")
  const item = member.shape.member
  const dates = item.shape.type === "timestamp" && timestampFormat(item, "rfc822") === "rfc822"
  const parts = text.match(dates ? /[^,]+,[^,]+/g : /"(?:[^"\\]|\\.)*"|[^,]+/g) ?? []
  return parts.map((part) => readScalar(item, part.trim(), "rfc822"))
}

function readStructure(shape: StructureShape, element: Element): Values {
  const values: Values = {}
  for (const [name, member] of Object.entries(shape.members)) {
    if (member.location === "header" || member.location === "statusCode") continue
    if (member.location === "headers") continue
    const value = readMember(member, member.locationName ?? name, element)
    if (value !== undefined) values[name] = value
  }
  return values
}

function readMember(member: Member, wire: string, element: Element): unknown {
  const { shape } = member
  if (member.xmlAttribute) return element.attributes[wire]
  const found = element.children.filter((child) => child.name === wire)
  if (found.length === 0) return undefined
  const flattened = member.flattened ?? ("flattened" in shape && shape.flattened)
  if (!flattened) return readValue(member, found[0]!)
  if (shape.type === "list") return found.map((child) => readValue(shape.member, child))
  return Object.assign({}, ...found.map((child) => readEntry(shape as MapShape, child)))
}

function readValue(member: Member, element: Element): unknown {
  const shape: Shape = member.shape
  if (shape.type === "structure") return readStructure(shape, element)
  if (shape.type === "list") return readList(shape, element)
  if (shape.type === "map") {
    return Object.assign({}, ...element.children.map((entry) => readEntry(shape, entry)))
  }
  return readScalar(member, element.text, "iso8601")
}

function readList(shape: ListShape, element: Element): unknown[] {
  const wire = shape.member.locationName ?? "member"
  const items = element.children.filter((child) => child.name === wire)
  return items.map((child) => readValue(shape.member, child))
}

function readEntry(shape: MapShape, entry: Element): Values {
  const key = find(entry, shape.key.locationName ?? "key")!.text
  const wire = shape.value.locationName ?? "value"
  return {
    [key]: readValue(
      shape.value,
      entry.children.find(({ name }) => name === wire)!,
    ),
  }
}

function readScalar(member: Member, text: string, format: "iso8601" | "rfc822"): unknown {
  switch (member.shape.type) {
    case "boolean":
      return text === "true"
    case "integer":
    case "long":
    case "float":
    case "double":
      return Number(text)
    case "blob":
      return Buffer.from(text, "base64")
    case "timestamp":
      return parseTimestamp(text, timestampFormat(member, format))
    default:
      return text
  }
}
