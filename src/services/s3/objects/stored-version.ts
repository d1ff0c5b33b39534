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
  const texts = `${versionId}\n${etag}\n${contentText(content)}\n${checksumText(checksum)}\n`
  return `${numbers}${texts}${type}\n${rest}\n${key}`
}

export function decodeVersion(value: Value): Version {
  const lines = new Lines(value as string)
  const bucket = lines.number()
  const serial = lines.number()
  const modifiedMs = lines.number()
  const sizeBytes = lines.number()
  const versionId = lines.text()
  const etag = lines.text()
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

const NEWLINE = 10
const ZERO = 48

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

  /** Whole numbers are read digit by digit, without a text of their own. */
  number(): number {
    let number = 0
    let at = this.#at
    for (; this.#text.charCodeAt(at) >= ZERO; at += 1)
      number = number * 10 + this.#text.charCodeAt(at) - ZERO
    if (this.#text.charCodeAt(at) !== NEWLINE) return Number(this.text())
    this.#at = at + 1
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

const IN_ROW: Content = Object.freeze({ at: "row" })

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
  for (const algorithm of ALGORITHMS) if (algorithm === name) return algorithm
  return name as Algorithm
}

function checksumOf(text: string): StoredChecksum | undefined {
  if (text === "") return undefined
  const composite = text.startsWith("*")
  const colon = text.indexOf(":")
  const algorithm = algorithmOf(text.slice(composite ? 1 : 0, colon))
  const value = text.slice(colon + 1)
  return composite ? { algorithm, value, composite } : { algorithm, value }
}
