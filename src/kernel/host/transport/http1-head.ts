import {
  addHeader,
  HEADER,
  HeaderBag,
  type HeaderKind,
  type HeaderName,
  type HeaderNames,
} from "./header-names.ts"
import type { TransportLimits } from "./options.ts"

/** Methods that node:http's parser knows and that carry an ordinary request. */
const METHODS: ReadonlySet<string> = Object.freeze(
  new Set(
    [
      "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY",
      "MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND",
      "REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE",
    ]
      .join(" ")
      .split(" "),
  ),
)
const LONGEST_METHOD = 11

const CR = 0x0d
const LF = 0x0a
const COLON = 0x3a
const FORBIDDEN = 1 << 20

/**
 * Weighs bytes so that one sum over a head tells whether it is clean: control characters weigh
 * more than any head has lines, a carriage return weighs one. With every line feed known to end
 * a line after a carriage return, the sum equals the lines exactly when nothing stray is inside.
 */
const WEIGHTS = Int32Array.from({ length: 256 }, (_, byte) => {
  if (byte === CR) return 1
  if (byte === LF || byte === 0x09) return 0
  return byte < 0x20 || byte === 0x7f ? FORBIDDEN : 0
})

/** Request lines are mostly `POST / HTTP/1.1`; long ones are not worth their memory. */
const MAX_KEPT_LINE = 256
const USUAL_HEADERS = 32

const DIGITS = /^[0-9]{1,15}$/
const CONTINUE = /^\s*100-continue\s*$/i
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i
const KEEP_ALIVE = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i

/**
 * Reads request heads, strictly: what two readers could understand differently is refused. One
 * instance serves all connections of a listener; its fields hold the head read last.
 */
export class HeadReader {
  method = ""
  target = ""
  headers: Record<string, string> = new HeaderBag()
  /** -1 when there is no Content-Length. */
  contentLength = -1
  chunked = false
  keepAlive = true
  http10 = false
  expectsContinue = false
  /** The request line read last, which these fields hold; "" for none. */
  #lastLine = ""
  /** The last request's headers by line: the next one's mostly stand in the same order. */
  readonly #usual: HeaderName[] = []
  #hasHost = false
  #hasTransferEncoding = false
  readonly #names: HeaderNames
  readonly #limits: TransportLimits

  constructor(names: HeaderNames, limits: TransportLimits) {
    this.#names = names
    this.#limits = limits
  }

  /**
   * Reads the head in `bytes` from `from` up to `end`, where its empty line begins.
   * Returns 0, or the HTTP status that refuses the request.
   */
  read(bytes: Buffer, from: number, end: number): number {
    const stop = end + 2
    let weight = 0
    for (let i = from; i < stop; i++) {
      const byte = bytes[i] as number
      // Control characters alone weigh something: one comparison finds them, 0x7f as the last.
      if (((byte + 1) & 0x7f) <= 0x20) weight += WEIGHTS[byte] as number
    }
    const text = bytes.toString("latin1", from, stop)
    const lineEnd = text.indexOf("\n")
    if (text.charCodeAt(lineEnd - 1) !== CR) return 400
    const refusal = this.#readRequestLine(text.slice(0, lineEnd - 1))
    if (refusal !== 0) return refusal
    this.headers = new HeaderBag()
    this.contentLength = -1
    this.chunked = false
    this.expectsContinue = false
    this.#hasHost = false
    this.#hasTransferEncoding = false
    const lines = this.#readLines(text, lineEnd + 1)
    if (lines < 0) return -lines
    if (weight !== lines + 1) return 400
    return this.#judge()
  }

  /**
   * Looks at a head whose end has not arrived, so that rubbish is refused at once instead of
   * after a time-out. Returns 0 or the status.
   */
  judgePartial(bytes: Buffer, checkedTo: number): number {
    for (let i = checkedTo; i < bytes.length; i++) {
      const byte = bytes[i] as number
      if (byte === LF ? bytes[i - 1] !== CR : (WEIGHTS[byte] as number) >= FORBIDDEN) return 400
      if (i > 0 && bytes[i - 1] === CR && byte !== LF) return 400
    }
    const lineEnd = bytes.indexOf("\r\n", 0, "latin1")
    if (lineEnd >= 0) return this.#readRequestLine(bytes.toString("latin1", 0, lineEnd))
    const space = bytes.indexOf(0x20)
    if (space < 0 && bytes.length <= LONGEST_METHOD) return 0
    if (space < 0 || !METHODS.has(bytes.toString("latin1", 0, space))) return 400
    return bytes.length - space > this.#limits.uriBytes ? 414 : 0
  }

  /** Reads header lines from `at` to the end of `text`; returns their number, or minus a status. */
  #readLines(text: string, start: number): number {
    const stop = text.length
    let lines = 0
    for (let at = start; at < stop; lines++) {
      const lineFeed = text.indexOf("\n", at)
      if (text.charCodeAt(lineFeed - 1) !== CR) return -400
      const header = this.#headerAt(text, at, lines)
      if (header === undefined) return -400
      let from = at + header.spelling.length + 1
      let to = lineFeed - 1
      while (from < to && isBlank(text.charCodeAt(from))) from++
      while (to > from && isBlank(text.charCodeAt(to - 1))) to--
      const value = text.slice(from, to)
      addHeader(this.headers, header, value)
      if (header.kind !== HEADER.other) {
        const refusal = this.#note(header.kind, value)
        if (refusal !== 0) return -refusal
      }
      at = lineFeed + 1
    }
    return lines > this.#limits.headerCount ? -431 : lines
  }

  /** The header of the line that begins at `at`: mostly the one that the last request had there. */
  #headerAt(text: string, at: number, line: number): HeaderName | undefined {
    const usual = this.#usual[line]
    if (
      usual !== undefined &&
      text.charCodeAt(at + usual.spelling.length) === COLON &&
      text.startsWith(usual.spelling, at)
    )
      return usual
    // A line without a colon runs into the next one, and its name then is none.
    const header = this.#names.lookup(text.slice(at, text.indexOf(":", at)))
    if (header !== undefined && line < USUAL_HEADERS) this.#usual[line] = header
    return header
  }

  #readRequestLine(line: string): number {
    if (line === this.#lastLine) {
      this.keepAlive = !this.http10
      return 0
    }
    this.#lastLine = ""
    const first = line.indexOf(" ")
    const second = line.indexOf(" ", first + 1)
    const method = line.slice(0, first)
    if (first < 1 || !METHODS.has(method)) return 400
    const target = line.slice(first + 1, second < 0 ? undefined : second)
    if (target.length > this.#limits.uriBytes) return 414
    if (second < 0 || target === "" || target.includes("\t")) return 400
    const version = line.slice(second + 1)
    if (version === "HTTP/1.1") this.http10 = false
    else if (version === "HTTP/1.0") this.http10 = true
    else return /^HTTP\/[0-9]\.[0-9]$/.test(version) ? 505 : 400
    this.method = method
    this.target = target
    this.keepAlive = !this.http10
    if (line.length <= MAX_KEPT_LINE) this.#lastLine = line
    return 0
  }

  #note(kind: HeaderKind, value: string): number {
    switch (kind) {
      case HEADER.contentLength:
        // A second length, even the same, is the classic way to smuggle a request.
        if (this.contentLength >= 0 || !DIGITS.test(value)) return 400
        this.contentLength = Number(value)
        return 0
      case HEADER.transferEncoding:
        if (this.#hasTransferEncoding) return 400
        this.#hasTransferEncoding = true
        this.chunked = value.toLowerCase() === "chunked"
        return this.chunked ? 0 : 400
      case HEADER.connection:
        if (CLOSE.test(value)) this.keepAlive = false
        else if (this.http10 && KEEP_ALIVE.test(value)) this.keepAlive = true
        return 0
      case HEADER.host:
        if (this.#hasHost) return 400
        this.#hasHost = true
        return 0
      case HEADER.expect:
        // RFC 9110 section 10.1.1: nothing that HTTP/1.0 knows.
        if (this.http10) return 0
        // What else is expected may be ignored; S3 does so.
        this.expectsContinue = CONTINUE.test(value)
        return 0
      default:
        return 0
    }
  }

  /** RFC 9112 sections 3.2 and 6.1: a Host is due, and a body has one length. */
  #judge(): number {
    if (this.#hasTransferEncoding && (this.contentLength >= 0 || this.http10)) return 400
    if (!this.#hasHost && !this.http10) return 400
    return this.method === "CONNECT" ? 501 : 0
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
