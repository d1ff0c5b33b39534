/** A connection that somebody has opened to a port of ours. */
export interface TcpConnection {
  /** Encrypted by TLS. */
  readonly secure: boolean
  /** The address by which the other side reached us. */
  readonly localAddress: string
  readonly remoteAddress: string
  /** What arrives, until the other side ends. To be read once. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Resolves when there is room for more; rejects when the connection is gone. */
  write(bytes: Uint8Array): Promise<void>
  /** Ends it at once. What it is told again is nothing. */
  close(): void
}

export interface TcpListenOptions {
  /** The port that it should be: where that one is taken, it is any other. 0: any. */
  readonly port: number
  readonly secure: boolean
  /** Serves one connection; when it ends, so does the connection. */
  serve(connection: TcpConnection): Promise<void>
}

export interface TcpListening {
  readonly port: number
  /** No more connections; those that are open end. */
  close(): Promise<void>
}

/** Sockets, where a protocol is not HTTP: real ones, or a world's own. */
export interface Tcp {
  listen(options: TcpListenOptions): Promise<TcpListening>
}
