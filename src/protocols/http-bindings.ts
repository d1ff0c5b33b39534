import type { WireRequest } from "../kernel/wire.ts"
import type { Member, OperationModel, StructureShape } from "../models/schema.ts"
import type { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { joinHeaderList, splitDateList, splitHeaderList } from "./http/header-list.ts"
import { setOwn } from "./own-property.ts"
import { labelTexts, parseTemplate } from "./http/path-template.ts"
import { percentDecode, queryPairs } from "./http/query-pairs.ts"
import { JSON_HEADER, scalarText } from "./scalar-text.ts"
import type { ScalarText } from "./scalar-text.ts"
import { timestampFormat } from "./timestamps.ts"

/** Where a REST protocol binds a member outside the body. */
export type BindingPlace = "uri" | "querystring" | "header"

/** Text that is not what the model has at that place; the codec words the caller's error. */
export interface BindingFault {
  readonly place: BindingPlace
  /** Name on the wire: of the label, the parameter or the header. */
  readonly name: string
  readonly text: string
  /** What was expected: "an integer". */
  readonly noun: string
}

export type FaultWording = (fault: BindingFault) => AwsError

export interface RequestOptions {
  /** "+" in a path is a space, as it is for S3; elsewhere it stands for itself. */
  readonly plusIsSpace?: boolean
}

/** The one member that is the whole body. */
export interface PayloadBinding {
  readonly name: string
  readonly member: Member
  /** `bytes`: a blob. `text`: a string. `document`: the codec's own form. `events`: a stream. */
  readonly kind: "bytes" | "text" | "document" | "events"
  /** The value is a ByteStream, whatever its size. */
  readonly streaming: boolean
}

/** What of a structure is in the body: its `members`, or one `payload`, never both. */
export interface BodyBindings {
  readonly members: readonly (readonly [name: string, member: Member])[]
  readonly payload: PayloadBinding | undefined
}

export interface RequestBindings extends BodyBindings {
  /** Puts labels, query parameters and headers into `into`. Throws what the wording makes. */
  readonly read: (request: WireRequest, into: Values) => void
}

export interface ResponseBindings extends BodyBindings {
  /** Names of the members that are not in the body: an encoder must not look for them there. */
  readonly outside: ReadonlySet<string>
  /** Adds the bound headers to `headers`; returns the status when a member sets it. */
  readonly write: (output: Values, headers: Record<string, string>) => number | undefined
}

type Members = readonly (readonly [string, Member])[]
type RequestReader = (request: WireRequest, into: Values) => void
type HeaderWriter = (value: unknown, headers: Record<string, string>) => void

/** Compiles the bindings of an operation's input: once per operation, not per request. */
export function requestBindings(
  operation: OperationModel,
  fault: FaultWording,
  options: RequestOptions = {},
): RequestBindings {
  const members = Object.entries(operation.input?.members ?? {})
  const readers: RequestReader[] = []
  if (members.some(([, member]) => member.location === "uri")) {
    readers.push(labelReader(operation, fault, options))
  }
  if (members.some(([, member]) => member.location === "querystring")) {
    readers.push(queryReader(members, fault))
  }
  const inHeaders = members.filter(([, { location }]) => location === "header")
  if (inHeaders.length > 0) readers.push(headersReader(inHeaders, fault))
  for (const [name, member] of members)
    if (member.location === "headers") readers.push(prefixReader(name, member))
  const read = (request: WireRequest, into: Values): void => {
    for (const reader of readers) reader(request, into)
  }
  return { ...bodyBindings(operation.input, (member) => member.location === undefined), read }
}

/** Compiles the bindings of an output or error structure. */
export function responseBindings(shape: StructureShape | undefined): ResponseBindings {
  const outside = new Set<string>()
  const writers = new Map<string, HeaderWriter>()
  let status: string | undefined
  for (const [name, member] of Object.entries(shape?.members ?? {})) {
    if (!inBody(member)) outside.add(name)
    if (member.location === "header") writers.set(name, headerWriter(member, name))
    if (member.location === "headers") writers.set(name, prefixWriter(member))
    if (member.location === "statusCode") status = name
  }
  const write = (output: Values, headers: Record<string, string>): number | undefined => {
    if (writers.size > 0)
      for (const name in output) {
        const value = output[name]
        if (value !== undefined && value !== null) writers.get(name)?.(value, headers)
      }
    return status === undefined ? undefined : (output[status] as number | undefined)
  }
  return { ...bodyBindings(shape, inBody), outside, write }
}

/** A response has neither label nor query: there such a member of a shared shape is in the body. */
function inBody({ location }: Member): boolean {
  return location === undefined || location === "uri" || location === "querystring"
}

function bodyBindings(
  shape: StructureShape | undefined,
  isInside: (member: Member) => boolean,
): BodyBindings {
  if (shape?.payload === undefined) {
    const members = Object.entries(shape?.members ?? {})
    return { members: members.filter(([, member]) => isInside(member)), payload: undefined }
  }
  const name = shape.payload
  const member = shape.members[name]
  if (member === undefined) throw new Error(`${shape.name} has no member ${name}`)
  const streaming = member.streaming ?? ("streaming" in member.shape && member.shape.streaming)
  const payload = { name, member, kind: payloadKind(member), streaming: streaming ?? false }
  return { members: [], payload }
}

function payloadKind(member: Member): PayloadBinding["kind"] {
  const shape = member.shape
  if (shape.type === "blob") return "bytes"
  if (shape.type === "string" && member.jsonvalue !== true) return "text"
  return shape.type === "structure" && shape.eventstream === true ? "events" : "document"
}

function labelReader(
  operation: OperationModel,
  fault: FaultWording,
  { plusIsSpace = false }: RequestOptions,
): RequestReader {
  const template = parseTemplate(operation.http.requestUri)
  const labels = template.segments.filter((segment) => segment.kind !== "constant")
  const members = Object.entries(operation.input?.members ?? {})
  const slots = labels.map(({ text: label }) => {
    const [name, member] = labelMember(members, label)
    return { label, name, text: scalarText(member, "iso8601") }
  })
  return (request, into) => {
    const raws = labelTexts(template, request.path)
    if (raws === undefined) throw new Error(`${request.path} is no path of ${operation.name}`)
    for (let i = 0; i < slots.length; i++) {
      const { label, name, text } = slots[i]!
      const raw = raws[i]!
      const decoded = percentDecode(plusIsSpace ? raw.replaceAll("+", " ") : raw)
      const value = decoded === undefined ? undefined : text.read(decoded)
      if (value === undefined) {
        const noun = decoded === undefined ? ENCODED : text.noun
        throw fault({ place: "uri", name: label, text: decoded ?? raw, noun })
      }
      into[name] = value
    }
  }
}

function labelMember(members: Members, label: string): readonly [string, Member] {
  for (const entry of members) {
    const [name, member] = entry
    if (member.location === "uri" && (member.locationName ?? name) === label) return entry
  }
  throw new Error(`No member for {${label}}`)
}

function queryReader(members: Members, fault: FaultWording): RequestReader {
  const slots = new Map<string, TextSlot>()
  let map: { name: string; lists: boolean } | undefined
  for (const [name, member] of members) {
    if (member.location !== "querystring") continue
    const shape = member.shape
    if (shape.type === "map") map = { name, lists: shape.value.shape.type === "list" }
    else slots.set(member.locationName ?? name, textSlot(name, member, "iso8601"))
  }
  return (request, into) => {
    const query = request.query
    if (query === "") return
    const pairs = queryPairs(query)
    if (pairs === undefined) {
      throw fault({ place: "querystring", name: "", text: query, noun: ENCODED })
    }
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!
      const text = pairs[i + 1]!
      const slot = slots.get(name)
      // AWS's REST services ignore parameters that they do not know, such as a signature's.
      if (slot === undefined) {
        if (map !== undefined) addToMap(into, map, [name, text])
      } else if (!putParameter(into, slot, text)) {
        throw fault({ place: "querystring", name, text, noun: slot.text.noun })
      }
    }
  }
}

/** False when the text is not of the type. */
function putParameter(into: Values, slot: TextSlot, text: string): boolean {
  // Of a repeated parameter the first counts (Smithy, "httpQuery trait").
  if (!slot.list && into[slot.name] !== undefined) return true
  const value = slot.text.read(text)
  // `?max-keys=` says nothing: not verified per service.
  if (value === undefined) return text === ""
  if (!slot.list) into[slot.name] = value
  else ((into[slot.name] ??= []) as unknown[]).push(value)
  return true
}

function addToMap(
  into: Values,
  map: { readonly name: string; readonly lists: boolean },
  [key, text]: readonly [string, string],
): void {
  const target = (into[map.name] ??= {}) as Values
  if (!Object.hasOwn(target, key)) setOwn(target, key, map.lists ? [text] : text)
  else if (map.lists) (target[key] as string[]).push(text)
}

/** "A recipient MUST ignore" these with what is no date (RFC 9110, 13.1.3 and 13.1.4). */
const IGNORED_DATES: ReadonlySet<string> = Object.freeze(
  new Set(["if-modified-since", "if-unmodified-since"]),
)

/** Looks at the headers that came, of which there are fewer than could have come. */
function headersReader(members: Members, fault: FaultWording): RequestReader {
  const slots = new Map<string, TextSlot>()
  for (const [name, member] of members) {
    const header = (member.locationName ?? name).toLowerCase()
    if (slots.has(header)) throw new Error(`Two members are the header ${header}`)
    slots.set(header, textSlot(name, member, "rfc822"))
  }
  return ({ headers }, into) => {
    for (const header in headers) {
      const slot = slots.get(header)
      if (slot === undefined) continue
      const text = headers[header]!
      const value = slot.list ? readHeaderList(slot, text) : slot.text.read(text)
      if (value !== undefined) into[slot.name] = value
      else if (text.trim() !== "" && !IGNORED_DATES.has(header)) {
        throw fault({ place: "header", name: header, text, noun: slot.text.noun })
      }
    }
  }
}

function readHeaderList(slot: TextSlot, text: string): unknown[] | undefined {
  const items = slot.dates ? splitDateList(text) : splitHeaderList(text)
  const values = items?.map(slot.text.read)
  return values?.includes(undefined) ? undefined : values
}

function prefixReader(name: string, member: Member): RequestReader {
  const prefix = (member.locationName ?? "").toLowerCase()
  return (request, into) => {
    let map: Values | undefined
    for (const header in request.headers) {
      if (!header.startsWith(prefix)) continue
      map ??= {}
      setOwn(map, header.slice(prefix.length), request.headers[header])
    }
    if (map !== undefined) into[name] = map
  }
}

function headerWriter(member: Member, name: string): HeaderWriter {
  const header = member.locationName ?? name
  const slot = textSlot(name, member, "rfc822")
  return (value, headers) => {
    if (!slot.list) headers[header] = slot.text.write(value)
    else {
      const items = (value as unknown[]).map(slot.text.write)
      headers[header] = slot.dates ? items.join(", ") : joinHeaderList(items)
    }
  }
}

function prefixWriter(member: Member): HeaderWriter {
  const prefix = member.locationName ?? ""
  return (value, headers) => {
    const map = value as Record<string, string>
    for (const key of Object.keys(map)) setOwn(headers, prefix + key, map[key])
  }
}

/** A member that text fills: one scalar, or a list of them. */
interface TextSlot {
  readonly name: string
  readonly text: ScalarText
  readonly list: boolean
  /** The list's items are dates with a comma in them. */
  readonly dates: boolean
}

function textSlot(name: string, member: Member, format: "iso8601" | "rfc822"): TextSlot {
  if (member.jsonvalue === true) return { name, text: JSON_HEADER, list: false, dates: false }
  const list = member.shape.type === "list"
  const item = list ? member.shape.member : member
  const dates =
    list && item.shape.type === "timestamp" && timestampFormat(item, format) === "rfc822"
  return { name, text: scalarText(item, format), list, dates }
}

const ENCODED = "percent-encoded UTF-8"
