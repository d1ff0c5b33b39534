import type { HostClock } from "../../clock.ts"
import type { WireRequest, WireResponse } from "../../wire.ts"

/** A private key and the certificate chain that goes with it, both PEM. */
export interface TlsIdentity {
  readonly key: string
  readonly certificate: string
}

/** Who this server is on TLS. Asked once per handshake, so implementations cache. */
export interface TlsMaterial {
  /** The identity for a server name; "" when the client names none (an IP address). */
  identity(serverName: string): TlsIdentity | Promise<TlsIdentity>
}

/** Bounds on what a client may make the transport hold or wait for. Sizes in bytes. */
export interface TransportLimits {
  /** A larger body is handed over as a stream. */
  readonly bufferedBodyBytes: number
  /** A larger body is refused with 413. */
  readonly maxBodyBytes: number
  /** Request line and headers together; 431 beyond. */
  readonly headerBytes: number
  /** The request target; 414 beyond. */
  readonly uriBytes: number
  /** Header lines; 431 beyond. */
  readonly headerCount: number
  /** Chunk extensions of one body; 413 beyond. */
  readonly chunkExtensionBytes: number
  /** Open connections; further ones are closed at once. */
  readonly connections: number
  /** From the first byte of a request to the end of its headers; 408 beyond. */
  readonly headMs: number
  /** How long a connection may wait between requests. */
  readonly keepAliveMs: number
  /** While a body arrives, each window must bring at least `bodyWindowBytes`; 408 otherwise. */
  readonly bodyWindowMs: number
  readonly bodyWindowBytes: number
  /** How long a client may take none of the bytes waiting for it. */
  readonly writeStallMs: number
  /** How long a refused client is listened to, so that it can read why before the reset. */
  readonly lingerMs: number
  readonly handshakeMs: number
  /** How often the shared timer looks at all connections: the resolution of the times above. */
  readonly tickMs: number
  /** Concurrent streams of one HTTP/2 session, and the handlers it may keep busy. */
  readonly http2Streams: number
  /** Resets that an HTTP/2 client may send at once, and per second after that. */
  readonly http2ResetBurst: number
  readonly http2ResetRate: number
}

const MIB = 1024 * 1024
const GIB = 1024 * MIB

export const DEFAULT_LIMITS: TransportLimits = {
  bufferedBodyBytes: MIB,
  // "Amazon S3 multipart upload limits": one upload carries 5 GiB; the rest is aws-chunked framing.
  maxBodyBytes: 5 * GIB + 64 * MIB,
  headerBytes: 64 * 1024,
  uriBytes: 16 * 1024,
  headerCount: 256,
  chunkExtensionBytes: 16 * 1024,
  connections: 10_000,
  headMs: 30_000,
  keepAliveMs: 75_000,
  bodyWindowMs: 30_000,
  bodyWindowBytes: 1024,
  writeStallMs: 60_000,
  lingerMs: 5_000,
  handshakeMs: 10_000,
  tickMs: 1_000,
  http2Streams: 256,
  http2ResetBurst: 1_000,
  http2ResetRate: 100,
}

/** May throw or reject: the client then gets a bare 500, and `report` the reason. */
export type WireHandler = (request: WireRequest) => WireResponse | Promise<WireResponse>

export interface ListenOptions {
  /** An address or host name; loopback when absent. */
  readonly host?: string
  /** 0 takes a free port. */
  readonly port: number
  readonly handle: WireHandler
  readonly clock: HostClock
  /** Called at the first TLS connection, and never when none comes. Absent: TLS is refused. */
  readonly tls?: () => Promise<TlsMaterial>
  readonly limits?: Partial<TransportLimits>
  /** Which HTTP/1.1 serves: this folder's own, or node:http. */
  readonly http1?: "own" | "node"
  /** Told what went wrong behind a 500, and what a server should not lose silently. */
  readonly report?: (error: unknown) => void
}

export interface Listener {
  readonly port: number
  readonly host: string
  /** Connections open now. */
  connections(): number
  /**
   * Stops accepting, ends idle connections, lets requests in flight finish (their answers say
   * `Connection: close`), and destroys what is left after `graceMs`. Resolves when all are closed.
   */
  close(options: { graceMs: number }): Promise<void>
}
