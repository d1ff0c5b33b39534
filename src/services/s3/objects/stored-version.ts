import type { Value } from "../../../kernel/engine.ts"
import { ALGORITHMS, type Algorithm, type StoredChecksum } from "../checksums/checksum.ts"
import type { Content, ObjectHeaders, Version } from "./version.ts"

/*
 * A version is stored as lines: what most have by its place, the rest as JSON, and the key, which
 * may have any character, at the end. Lists decode a thousand at a time: this takes a third of the
 * time that JSON with names takes (measured).
 */

/** What has no line of its own. */
type Rest = Partial<Version>

export function encodeVersion(version: Version): Value {
  const { bucket, key, serial, versionId, modifiedMs, sizeBytes, etag, content, checksum } = version
  const type = lineType(version.headers)
  const rest = restText(version, type !== "")
  const numbers = `${bucket}\n${serial}\n${modifiedMs}\n${sizeBytes}\n`
  // In the quotes that lists tell it in: they take it from here as it is.
  const texts = `${versionId}\n"${etag}"\n${contentText(content)}\n${checksumText(checksum)}\n`
  return `${numbers}${texts}${type}\n${rest}\n${key}`
}

export function decodeVersion(value: Value): Version {
  const lines = new Lines(value as string)
  const bucket = lines.number()
  const serial = lines.number()
  const modifiedMs = lines.number()
  const sizeBytes = lines.number()
  const versionId = lines.text()
  const etag = unquoted(lines.text())
  const content = contentOf(lines.text())
  const checksum = checksumOf(lines.text())
  const type = lines.text()
  const headers = type === "" ? undefined : { ContentType: type }
  const rest = lines.text()
  const version: Version = {
    bucket,
    key: lines.rest(),
    serial,
    versionId,
    modifiedMs,
    sizeBytes,
    etag,
    content,
    checksum,
    headers,
  }
  return rest === "" ? version : Object.assign(version, JSON.parse(rest) as Rest)
}

/** What lists of objects tell. */
export interface ListedVersion {
  readonly key: string
  readonly modifiedMs: number
  readonly sizeBytes: number
  /** Mostly with its quotes. */
  readonly etag: string
  readonly checksum?: Pick<StoredChecksum, "algorithm" | "composite"> | undefined
  readonly marker?: true | undefined
  readonly storageClass?: Version["storageClass"]
  readonly owner?: string | undefined
  readonly restore?: Version["restore"]
}

/**
 * Each line is looked for once, and nothing is made of those that no list tells; the numbers are read
 * where their ends are looked for.
 */
export function decodeListed(value: Value): ListedVersion {
  const text = value as string
  let at = text.indexOf("\n", text.indexOf("\n") + 1) + 1
  let code = text.charCodeAt(at)
  let modifiedMs = 0
  for (; code >= ZERO; code = text.charCodeAt(++at)) modifiedMs = modifiedMs * 10 + code - ZERO
  // Before 1970.
  if (code !== LINE_END) return decodeVersion(value)
  let sizeBytes = 0
  for (code = text.charCodeAt(++at); code >= ZERO; code = text.charCodeAt(++at))
    sizeBytes = sizeBytes * 10 + code - ZERO
  const etagAt = text.indexOf("\n", at + 1) + 1
  const contentAt = text.indexOf("\n", etagAt) + 1
  const checksumAt = text.indexOf("\n", contentAt) + 1
  const typeAt = text.indexOf("\n", checksumAt) + 1
  const restAt = text.indexOf("\n", typeAt) + 1
  const keyAt = text.indexOf("\n", restAt) + 1
  const etag = text.slice(etagAt, contentAt - 1)
  const checksum = listedChecksum(text, checksumAt, typeAt - 1)
  const key = text.slice(keyAt)
  const rest = keyAt === restAt + 1 ? "" : text.slice(restAt, keyAt - 1)
  if (rest === "" || !TOLD.test(rest)) return { key, modifiedMs, sizeBytes, etag, checksum }
  const { marker, storageClass, owner, restore } = JSON.parse(rest) as Rest
  return { key, modifiedMs, sizeBytes, etag, checksum, marker, storageClass, owner, restore }
}

/** Once they were stored without quotes. */
const unquoted = (etag: string): string => (etag.charCodeAt(0) === QUOTE ? etag.slice(1, -1) : etag)

/** What of the rest a list tells; most have tags or the like there, if anything. */
const TOLD = /"(?:marker|storageClass|owner|restore)":/

/** Read digit by digit, without a text of its own. */
function wholeNumber(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0) return Number(text.slice(from, to))
    number = number * 10 + digit
  }
  return number
}

const ZERO = 48
const LINE_END = 10
const QUOTE = 34

/** Reads the lines of a stored version one after another. */
class Lines {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  text(): string {
    const end = this.#text.indexOf("\n", this.#at)
    const line = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return line
  }

  number(): number {
    const end = this.#text.indexOf("\n", this.#at)
    const number = wholeNumber(this.#text, this.#at, end)
    this.#at = end + 1
    return number
  }

  rest(): string {
    return this.#text.slice(this.#at)
  }
}

/** A content type that is the only header. */
function lineType(headers: ObjectHeaders | undefined): string {
  const type = headers?.ContentType
  if (type === undefined || type.includes("\n")) return ""
  return Object.keys(headers!).length === 1 ? type : ""
}

const LINED: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["bucket", "key", "serial", "versionId", "modifiedMs", "sizeBytes", "etag"],
    ...["content", "checksum"],
  ]),
)

/** "" where there is nothing more. */
function restText(version: Version, typed: boolean): string {
  let rest: Record<string, unknown> | undefined
  for (const name in version) {
    const value = version[name as keyof Version]
    if (value === undefined || LINED.has(name) || (typed && name === "headers")) continue
    rest ??= {}
    rest[name] = value
  }
  return rest ? JSON.stringify(rest) : ""
}

/** `r`, `b<id>`, `p<count>`; "" for none. */
function contentText(content: Content | undefined): string {
  if (!content) return ""
  if (content.at === "row") return "r"
  return content.at === "blob" ? `b${content.blob}` : `p${content.parts}`
}

export const IN_ROW: Content = Object.freeze({ at: "row" })

function contentOf(text: string): Content | undefined {
  if (text === "") return undefined
  if (text === "r") return IN_ROW
  const rest = text.slice(1)
  return text.startsWith("b") ? { at: "blob", blob: rest } : { at: "parts", parts: Number(rest) }
}

/** `CRC32:NhCmhg==`, and a `*` in front of a composite one. */
const checksumText = (checksum: StoredChecksum | undefined): string =>
  checksum ? `${checksum.composite ? "*" : ""}${checksum.algorithm}:${checksum.value}` : ""

/** The constant and no text of its own: what lists tell it by is found by the constant. */
function algorithmOf(name: string): Algorithm {
  // By their places: a step over a frozen array makes an object.
  for (let at = 0; at < ALGORITHMS.length; at += 1)
    if (ALGORITHMS[at] === name) return ALGORITHMS[at]!
  return name as Algorithm
}

const WHOLE = ALGORITHMS.map((algorithm) => Object.freeze({ algorithm }))
const COMPOSITE = ALGORITHMS.map((algorithm) =>
  Object.freeze({ algorithm, composite: true as const }),
)

/** Its value has no place in lists. */
function listedChecksum(text: string, from: number, to: number): ListedVersion["checksum"] {
  if (from === to) return undefined
  const composite = text.startsWith("*", from)
  const start = composite ? from + 1 : from
  for (const known of composite ? COMPOSITE : WHOLE) {
    const { algorithm } = known
    if (text.startsWith(algorithm, start) && text[start + algorithm.length] === ":") return known
  }
  return undefined
}

function checksumOf(text: string): StoredChecksum | undefined {
  if (text === "") return undefined
  const composite = text.startsWith("*")
  const colon = text.indexOf(":")
  const algorithm = algorithmOf(text.slice(composite ? 1 : 0, colon))
  const value = text.slice(colon + 1)
  return composite ? { algorithm, value, composite } : { algorithm, value }
}
