import type { Socket } from "node:net"
import type { TLSSocket } from "node:tls"
import { RequestCutOff, type ByteStream, type TlsFacts, type WireRequest } from "../../wire.ts"

export const NO_BYTES: Uint8Array = new Uint8Array(0)

/** The other end of a connection. */
export interface Peer {
  readonly secure: boolean
  readonly remoteAddress: string
  readonly tls: TlsFacts | undefined
}

/** What a connection agreed on; undefined of one that is not encrypted, or gone. */
export function tlsFacts(socket: Socket): TlsFacts | undefined {
  const { getProtocol, getCipher } = socket as Partial<TLSSocket>
  const version = getProtocol?.call(socket)
  const cipher = getCipher?.call(socket)
  return version && cipher ? { version, cipher: cipher.standardName || cipher.name } : undefined
}

/** A request with an abort signal that is made only for those who look at it. */
export class HostRequest implements WireRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Record<string, string>
  readonly secure: boolean
  readonly remoteAddress: string
  body: Uint8Array = NO_BYTES
  declare stream?: ByteStream
  readonly #peer: Peer
  #gone = false
  #controller: AbortController | undefined

  constructor(
    head: { readonly method: string; readonly headers: Record<string, string> },
    target: Target,
    peer: Peer,
  ) {
    this.method = head.method
    this.path = target.path
    this.query = target.query
    this.headers = head.headers
    this.secure = peer.secure
    this.remoteAddress = peer.remoteAddress
    this.#peer = peer
  }

  /** Asked of the socket by those who look at it. */
  get tls(): TlsFacts | undefined {
    return this.#peer.tls
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#gone) this.#controller.abort(clientGone())
    }
    return this.#controller.signal
  }

  /** The client went away. */
  abort(): void {
    this.#gone = true
    this.#controller?.abort(clientGone())
  }
}

export const clientGone = (): RequestCutOff =>
  new RequestCutOff("The client closed the connection.")

export const bodyRefused = (status: number): RequestCutOff =>
  new RequestCutOff(`The request body was refused with status ${status}.`)

export interface Target {
  readonly path: string
  readonly query: string
  /** Only from a target in absolute form; it replaces the Host header. */
  readonly authority: string | undefined
}

// RFC 9112 section 3.2.2. User information has no place in a request target (RFC 9110, 4.2.4).
const ABSOLUTE = /^https?:\/\/([\w.:[\]-]+)(\/[^?]*)?(?:\?(.*))?$/i

/** What most APIs are called with. */
const ROOT: Target = Object.freeze({ path: "/", query: "", authority: undefined })

const BEYOND_ASCII = /[\x80-\xff]/
const ALL_BEYOND_ASCII = /[\x80-\xff]/g

/**
 * Splits a request target: origin form, absolute form, or "*" for OPTIONS (RFC 9112 section 3.2).
 * `undefined` for anything else. Bytes beyond ASCII, which people type into curl, are given as the
 * percent-encoding they should have had.
 */
export function splitTarget(method: string, sent: string): Target | undefined {
  if (sent === "/") return ROOT
  const target = BEYOND_ASCII.test(sent) ? sent.replace(ALL_BEYOND_ASCII, percentEncoded) : sent
  if (target.charCodeAt(0) === 0x2f) {
    const mark = target.indexOf("?")
    if (mark < 0) return { path: target, query: "", authority: undefined }
    return { path: target.slice(0, mark), query: target.slice(mark + 1), authority: undefined }
  }
  if (target === "*") {
    return method === "OPTIONS" ? { path: "*", query: "", authority: undefined } : undefined
  }
  const absolute = ABSOLUTE.exec(target)
  if (absolute === null) return undefined
  return { path: absolute[2] || "/", query: absolute[3] ?? "", authority: absolute[1] }
}

function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase()}`
}
