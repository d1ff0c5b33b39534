import type { X509Certificate } from "node:crypto"
import type { lookup } from "node:dns"
import type { IncomingMessage, RequestOptions } from "node:http"
import * as net from "node:net"
import type { TLSSocket } from "node:tls"
import type { HostClock } from "../clock.ts"
import {
  nothingOutside,
  OutsideError,
  type Outside,
  type OutsideDocument,
  type OutsidePost,
  type OutsideRequest,
} from "../outside.ts"

/** Certificates between a server's own and the one that a thumbprint names. */
const LONGEST_CHAIN = 10

/**
 * The world around this machine, as far as it is near: addresses of the machine itself and of
 * private networks (RFC 1918, 4193, 3927, 4291). A cloud in a jar calls nobody on the internet.
 */
export const createNearOutside = (
  clock: HostClock,
  certify: Outside["certify"] = nothingOutside(clock).certify,
): Outside => ({
  now: () => clock.now(),
  get: (url, request) => getDocument(url, request, clock),
  post: (url, request) => getDocument(url, request, clock),
  certify,
})

function nearNetworks(): net.BlockList {
  // By its name, of which Node loads a module.
  const near = new net.BlockList()
  for (const [network, bits] of [
    ["127.0.0.0", 8],
    ["10.0.0.0", 8],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
    ["169.254.0.0", 16],
  ] as const)
    near.addSubnet(network, bits, "ipv4")
  near.addAddress("::1", "ipv6")
  near.addSubnet("fc00::", 7, "ipv6")
  near.addSubnet("fe80::", 10, "ipv6")
  return near
}

/** Where a machine in a real cloud finds its credentials: no neighbour. */
const METADATA_ADDRESSES: readonly string[] = ["169.254.169.254", "fd00:ec2::254"]

/** Whether an address is near. Asked of the very address that is connected to. */
export function isNear(address: string): boolean {
  if (METADATA_ADDRESSES.includes(address)) return false
  const family = net.isIP(address)
  return family !== 0 && nearNetworks().check(address, family === 6 ? "ipv6" : "ipv4")
}

async function getDocument(
  url: string,
  request: OutsideRequest | OutsidePost,
  clock: HostClock,
): Promise<OutsideDocument> {
  // Loaded when first needed: they take longer to load than all of ours.
  const [plain, tls, dns] = await Promise.all([
    import("node:http"),
    import("node:https"),
    import("node:dns"),
  ])
  const { promise, resolve, reject } = Promise.withResolvers<OutsideDocument>()
  const fail = (error: unknown): void => {
    if (error instanceof OutsideError) return reject(error)
    const { message = String(error), code = "" } = error as { message?: string; code?: string }
    // Node's codes of what is wrong with a certificate or with TLS.
    const reason = /CERT|SIGNATURE|SSL|TLS|EPROTO/.test(code) ? "certificate" : "unreachable"
    reject(new OutsideError(`${url}: ${message}`, reason))
  }
  try {
    const target = new URL(url)
    const secure = target.protocol === "https:"
    if (!secure && target.protocol !== "http:") throw new OutsideError(`${url} is no HTTP URL`)
    const host = target.hostname.replace(/^\[|\]$/g, "")
    if (net.isIP(host) && !isNear(host)) throw farAway(host)
    const sending = "body" in request ? request : undefined
    const thumbprints = "thumbprints" in request ? request.thumbprints : []
    const options: RequestOptions & { rejectUnauthorized: boolean } = {
      agent: false,
      lookup: lookupNear(dns.lookup),
      method: sending ? "POST" : "GET",
      headers: { accept: "application/json", "user-agent": "cloudarium", ...sending?.headers },
      // What is got is judged below, with the thumbprints: Node would hang up before that. What is
      // sent must not reach a server that is judged later.
      rejectUnauthorized: sending !== undefined,
    }
    const sent = (secure ? tls : plain).request(target, options, (answer) => {
      const { socket } = answer
      if (secure && !isVouchedFor(socket as TLSSocket, host, thumbprints)) {
        sent.destroy()
        return fail(
          new OutsideError(`${url}: nobody vouches for the server's certificate`, "certificate"),
        )
      }
      readBody(answer, request.limitBytes).then(resolve, fail)
    })
    const late = (): void =>
      void sent.destroy(new OutsideError(`${url}: no answer in time`, "late"))
    const cancel = afterListening(clock, request.limitMs, late)
    sent.on("error", fail)
    sent.on("close", () => {
      cancel()
      fail(new OutsideError(`${url}: the connection ended`))
    })
    sent.end(sending?.body)
  } catch (error) {
    fail(error)
  }
  return promise
}

const SLICES = 10

/**
 * Calls after a time in which this process could listen: where the machine is too busy to hear an
 * answer, that is nobody's delay. In slices, each of which may last longer than its time.
 */
function afterListening(clock: HostClock, ms: number, late: () => void): () => void {
  let left = SLICES
  let cancel = (): void => {}
  const next = (): void => {
    left -= 1
    if (left < 0) late()
    else cancel = clock.after(ms / SLICES, next)
  }
  next()
  return () => cancel()
}

const farAway = (host: string): OutsideError =>
  new OutsideError(
    `${host} is not near this machine, and this cloud does not call the internet`,
    "far",
  )

const LOOPBACK = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
]

/** Gives away near addresses only. */
const lookupNear =
  (find: typeof lookup): net.LookupFunction =>
  (name, options, done) => {
    // It is this machine (RFC 6761 section 6.3): no need to wait for a thread that asks the resolver.
    if (name === "localhost" && options.all) return done(null, LOOPBACK)
    find(name, { ...options, all: true }, (error, found) => {
      const near = error ? [] : found.filter(({ address }) => isNear(address))
      const [first] = near
      if (error) done(error, "", 0)
      else if (!first) done(farAway(name), "", 0)
      else if (options.all) done(null, near)
      else done(null, first.address, first.family)
    })
  }

/**
 * Whether a known authority vouches for the server, or one of the certificates that the caller
 * trusts. The chain is followed from the server's own certificate: what hangs on it loosely, anybody
 * could have put there.
 */
function isVouchedFor(socket: TLSSocket, host: string, thumbprints: readonly string[]): boolean {
  if (socket.authorized) return true
  const own = socket.getPeerX509Certificate()
  if (!own || !(net.isIP(host) ? own.checkIP(host) : own.checkHost(host))) return false
  let certificate: X509Certificate = own
  for (let links = 0; links < LONGEST_CHAIN; links += 1) {
    const { fingerprint } = certificate
    if (thumbprints.includes(fingerprint.replaceAll(":", "").toLowerCase())) return true
    const issuer = certificate.issuerCertificate
    if (!issuer || issuer.raw.equals(certificate.raw)) return false
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false
    certificate = issuer
  }
  return false
}

async function readBody(answer: IncomingMessage, limitBytes: number): Promise<OutsideDocument> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limitBytes) throw new OutsideError("the document is too large")
    chunks.push(chunk)
  }
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }
}
