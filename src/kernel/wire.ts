/** Bytes as they arrive or leave: whole when small, a stream when an operation streams. */
export type ByteStream = AsyncIterable<Uint8Array>

/** A stream whose memory is used again where its reader lets it. */
export interface LendingStream extends ByteStream {
  /** In place of its iterator: a piece is only there until the next one is asked for. */
  lend(): AsyncIterator<Uint8Array>
}

/** For a reader that keeps no piece: one after another, each there until the next is asked for. */
export const borrowed = (stream: ByteStream): AsyncIterator<Uint8Array> =>
  "lend" in stream ? (stream as LendingStream).lend() : stream[Symbol.asyncIterator]()

/**
 * A request as the transport hands it over: nothing decoded, nothing guessed.
 * Header names are lower case; repeated headers are joined by "," as HTTP defines.
 */
export interface WireRequest {
  readonly method: string
  /** Path exactly as sent, still percent-encoded, without the query. */
  readonly path: string
  /** Query exactly as sent, without "?"; "" when there is none. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** The whole body. Empty while `stream` carries it. */
  readonly body: Uint8Array
  /** Present when the body was not buffered because it is large. */
  readonly stream?: ByteStream
  readonly secure: boolean
  readonly remoteAddress: string
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal
  /** How the connection is encrypted, where the transport knows. */
  readonly tls?: TlsFacts | undefined
  /** The request for a page of a web site for which this one is made. */
  readonly page?: WireRequest
}

/** The client went away, or became too slow, before its request was all there: nobody's fault here. */
export class RequestCutOff extends Error {}

/** What a TLS connection agreed on: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
export interface TlsFacts {
  readonly version: string
  readonly cipher: string
}

export interface WireResponse {
  readonly status: number
  readonly headers: Record<string, string | readonly string[]>
  readonly body: string | Uint8Array | ByteStream
}
