import type { HostClock } from "../../clock.ts"
import type { WireResponse } from "../../wire.ts"
import type { Connections } from "./connections.ts"
import { HEADER, type HeaderName, type HeaderNames } from "./header-names.ts"

const REASONS: Readonly<Record<number, string>> = Object.freeze({
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
})

/** The reason phrase; clients ignore it, people reading a trace do not. */
function reasonPhrase(status: number): string {
  return REASONS[status] ?? "Unknown"
}

const NOT_ASCII_TEXT = /[^\t\x20-\x7e]/
const NOT_LATIN1_TEXT = /[^\t\x20-\x7e\x80-\xff]/

/**
 * Checks a response header: a line break in a value would let whoever chose the value write
 * headers of their own. Values are Latin-1, as node:http has it.
 */
export function checkedHeader(names: HeaderNames, raw: string, value: string): HeaderName {
  const header = names.lookup(raw)
  if (header === undefined) throw new TypeError(`"${raw}" is no header name.`)
  if (NOT_ASCII_TEXT.test(value) && NOT_LATIN1_TEXT.test(value)) {
    throw new TypeError(`The value of response header ${raw} has a forbidden character.`)
  }
  return header
}

/** A longer value is hardly said twice, and none is kept for each name. */
const MAX_SAID = 128

/** A text in one piece: V8 keeps sums of texts as trees, and walks them whenever they are written. */
const flat = (text: string): string => Buffer.from(text, "latin1").toString("latin1")

export function checkStatus(status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 999) {
    throw new RangeError(`${status} is no final HTTP status.`)
  }
}

/** Framing instead of a length in bytes. */
export const CHUNKED = -1
/** No body and no word about one, save what the handler says itself (HEAD, 204, 304). */
export const NO_BODY = -2
/** The handler's own Content-Length stands. */
export const DECLARED = -3
/** The body ends with the connection (HTTP/1.0). */
export const UNTIL_CLOSE = -4

export const KEEP_SILENT = 0
export const SAY_CLOSE = 1
/** HTTP/1.0 clients must be told. */
export const SAY_KEEP_ALIVE = 2

const CONNECTION_LINES = ["", "Connection: close\r\n", "Connection: keep-alive\r\n"] as const
export type ConnectionLine = 0 | 1 | 2

/** Writes HTTP/1.1 response heads, for all connections of a listener. */
export class ResponseHeads {
  readonly #names: HeaderNames
  readonly #clock: HostClock
  readonly #connections: Connections
  readonly #statusLines: Record<number, string> = {}
  #date = ""
  #dateTick = -1

  constructor(names: HeaderNames, clock: HostClock, connections: Connections) {
    this.#names = names
    this.#clock = clock
    this.#connections = connections
  }

  /** Whether the head written last says that the connection ends. */
  closes = false

  /**
   * The head as Latin-1 text, with the empty line. `length` is the body's length or one of the
   * framing constants. What frames the message is the transport's: the handler's own such headers
   * are dropped, except that its `Connection: close` is obeyed.
   */
  text(response: WireResponse, length: number, connection: ConnectionLine): string {
    const { status, headers } = response
    let text = this.#statusLine(status)
    let dated = false
    this.closes = connection === SAY_CLOSE
    for (const name of Object.keys(headers)) {
      const value = headers[name] as string | readonly string[]
      if (typeof value !== "string") {
        text += this.#repeated(name, value)
        continue
      }
      const header = this.#names.lookup(name)
      // Most values are always the same: they are checked once, and so is their line written.
      if (header?.said === value) {
        text += header.line ??= flat(`${name}: ${value}\r\n`)
        continue
      }
      const { kind } = checkedHeader(this.#names, name, value)
      if (kind === HEADER.other && header !== undefined && value.length <= MAX_SAID) {
        header.said = value
        header.line = undefined
      } else if (kind !== HEADER.other) {
        if (kind === HEADER.date) dated = true
        else if (isFraming(kind) && !(kind === HEADER.contentLength && keepsLength(length))) {
          if (kind === HEADER.connection && value.toLowerCase() === "close") this.closes = true
          continue
        }
      }
      text += `${name}: ${value}\r\n`
    }
    if (!dated) text += this.#dateLine()
    if (length >= 0) text += `Content-Length: ${length}\r\n`
    else if (length === CHUNKED) text += "Transfer-Encoding: chunked\r\n"
    return text + CONNECTION_LINES[this.closes ? SAY_CLOSE : connection] + "\r\n"
  }

  /** Throws RangeError for what is no final status: so there are only so many lines. */
  #statusLine(status: number): string {
    const known = this.#statusLines[status]
    if (known !== undefined) return known
    checkStatus(status)
    const line = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`
    this.#statusLines[status] = line
    return line
  }

  #repeated(name: string, values: readonly string[]): string {
    let text = ""
    for (const value of values) {
      if (!isFraming(checkedHeader(this.#names, name, value).kind)) text += `${name}: ${value}\r\n`
    }
    return text
  }

  /** An answer of the transport itself; says no more than its status. */
  refusal(status: number): string {
    const body = `${reasonPhrase(status)}\n`
    return (
      `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nContent-Type: text/plain\r\n` +
      `${this.#dateLine()}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
    )
  }

  #dateLine(): string {
    if (this.#dateTick !== this.#connections.ticks) {
      this.#dateTick = this.#connections.ticks
      this.#date = `Date: ${new Date(this.#clock.now()).toUTCString()}\r\n`
    }
    return this.#date
  }
}

function keepsLength(length: number): boolean {
  return length === DECLARED || length === NO_BODY
}

/** Headers that belong to the connection, not to the answer (RFC 9110 section 7.6.1). */
export function isFraming(kind: number): boolean {
  return (
    kind === HEADER.contentLength ||
    kind === HEADER.transferEncoding ||
    kind === HEADER.connection ||
    kind === HEADER.keepAlive
  )
}

/** The handler's Content-Length, or -1. */
export function declaredLength(headers: WireResponse["headers"]): number {
  for (const name of Object.keys(headers)) {
    if (name.length === 14 && name.toLowerCase() === "content-length") {
      const value = headers[name]
      return typeof value === "string" && /^[0-9]{1,15}$/.test(value) ? Number(value) : -1
    }
  }
  return -1
}
