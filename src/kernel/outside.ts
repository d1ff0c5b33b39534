import type { HostClock } from "./clock.ts"

/** A document that somebody outside has published. */
export interface OutsideDocument {
  /** HTTP status. */
  readonly status: number
  readonly body: Uint8Array
}

export interface OutsideRequest {
  /** SHA-1 of certificates, hexadecimal: they vouch for servers that no known authority vouches for. */
  readonly thumbprints: readonly string[]
  readonly limitBytes: number
  readonly limitMs: number
}

/** What is sent by POST: to servers only that a known authority vouches for. */
export interface OutsidePost extends Omit<OutsideRequest, "thumbprints"> {
  readonly body: Uint8Array
  /** By lower case name; Host and Content-Length follow from the rest. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a public certificate is to say. */
export interface CertificateOrder {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** DNS names, the first first. */
  readonly names: readonly string[]
  /** Epoch milliseconds of cloud time. */
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** PEM: the certificate, and those of its issuers. */
export interface Certified {
  readonly certificate: string
  readonly chain: string
}

/** The world outside the cloud: what others publish, and the time by which they date it. */
export interface Outside {
  /** Host time, epoch milliseconds. */
  now(): number
  /** Gets a document by HTTP. Rejects with OutsideError when there is none to be had. */
  get(url: string, request: OutsideRequest): Promise<OutsideDocument>
  /** Sends a document by HTTP and gets another. Rejects with OutsideError. */
  post(url: string, request: OutsidePost): Promise<OutsideDocument>
  /**
   * Has a certificate issued by the authority that clients of this cloud trust. Rejects with
   * OutsideError where there is none.
   */
  certify(order: CertificateOrder): Promise<Certified>
}

/** Nobody is there; it is too far away; nobody vouches for its certificate; no answer in time. */
export type OutsideReason = "unreachable" | "far" | "certificate" | "late"

/** Why a document cannot be had. */
export class OutsideError extends Error {
  readonly reason: OutsideReason

  constructor(message: string, reason: OutsideReason = "unreachable") {
    super(message)
    this.name = "OutsideError"
    this.reason = reason
  }
}

/** A world with nothing around it but the time. */
export const nothingOutside = (clock: Pick<HostClock, "now">): Outside => ({
  now: () => clock.now(),
  get: (url) => Promise.reject(new OutsideError(`${url} cannot be reached from this world`)),
  post: (url) => Promise.reject(new OutsideError(`${url} cannot be reached from this world`)),
  certify: () => Promise.reject(new OutsideError("this world has no certificate authority")),
})
