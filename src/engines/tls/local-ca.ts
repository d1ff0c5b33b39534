import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from "node:crypto"
import type { KeyObject } from "node:crypto"
import type { TlsIdentity, TlsMaterial } from "../../kernel/host/transport/options.ts"
import type { CertificateOrder, Certified } from "../../kernel/outside.ts"
import type { RandomSource } from "../../kernel/random.ts"
import { readCertificate } from "../x509/certificate.ts"
import { addressBytes } from "../x509/ip-address.ts"
import { issueCertificate, keyIdentifier } from "./certificate.ts"
import { certify } from "./certify.ts"
import { madeOnce } from "./made-once.ts"

/** Where keys and certificates are kept. `write` must make files that only the owner can read. */
export interface TlsFiles {
  read(name: string): Promise<string | undefined>
  write(name: string, text: string): Promise<void>
}

export interface LocalCaOptions {
  /** Absent: nothing is kept, and every start has a new authority. */
  readonly files?: TlsFiles | undefined
  /** Host time, epoch milliseconds. */
  readonly now: () => number
  readonly random: RandomSource
  /** Further names and addresses that this machine is reached by. */
  readonly names?: readonly string[]
}

/** The authority whose certificate people trust, and what the server presents. */
export interface LocalCa extends TlsMaterial {
  /** The authority's certificate, PEM: `ca.pem` for AWS_CA_BUNDLE and trust stores. */
  readonly certificate: string
  /** Issues a certificate for a key and names of somebody else's. */
  certify(order: CertificateOrder): Certified
}

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3_650
/** Browsers refuse server certificates that live longer. */
const SERVER_DAYS = 397
const RENEW_SERVER_DAYS = 30
/** An authority is renewed before it could expire under a certificate that it issued. */
const RENEW_AUTHORITY_DAYS = SERVER_DAYS + RENEW_SERVER_DAYS
/** For clients whose clock is a little behind. */
const BACKDATED_MS = DAY_MS
const KNOWN_NAMES = 1_000

const ORGANIZATION = "Cloudarium"
/** What a client that names no server gets. Wildcards help those that never name one. */
const SERVER_NAMES = [
  "localhost",
  "*.localhost",
  "*.s3.localhost",
  "localhost.localstack.cloud",
  "*.localhost.localstack.cloud",
  "*.s3.localhost.localstack.cloud",
  "127.0.0.1",
  "::1",
]
const DNS_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

/**
 * Opens the local authority, and makes what is missing or near its end. Rejects when the files
 * hold something else than a key and the certificate that goes with it.
 */
export async function openLocalCa(options: LocalCaOptions): Promise<LocalCa> {
  const authority = await openAuthority(options)
  // What the server presents is opened, or made, for the first client that speaks TLS.
  const issuer = madeOnce(() => openIssuer(options, authority))
  return {
    certificate: authority.pem,
    identity: async (name) => (await issuer()).identity(name),
    certify: (order) => certifyBy(authority, options, order),
  }
}

async function openIssuer(options: LocalCaOptions, authority: Authority): Promise<Issuer> {
  const issuer = new Issuer(options, authority, await keptKey(options, "server-key.pem"))
  await issuer.openServer()
  return issuer
}

function certifyBy(
  { key, publicKey, certificate, pem }: Authority,
  { random }: LocalCaOptions,
  order: CertificateOrder,
): Certified {
  const { subject: name } = readCertificate(certificate.raw)
  const certifier = { key, name, keyId: keyIdentifier(publicKey) }
  return { certificate: certify(order, certifier, random.bytes("tls/serial", 16)), chain: pem }
}

interface Authority {
  readonly key: KeyObject
  readonly publicKey: KeyObject
  readonly certificate: X509Certificate
  readonly pem: string
  readonly commonName: string
}

async function openAuthority(options: LocalCaOptions): Promise<Authority> {
  const { files, now } = options
  const key = await keptKey(options, "ca-key.pem")
  const publicKey = createPublicKey(key)
  const commonName = authorityName(publicKey)
  const known = await files?.read("ca.pem")
  if (known !== undefined) {
    const certificate = new X509Certificate(known)
    if (!certificate.checkPrivateKey(key)) {
      throw new Error("ca.pem and ca-key.pem do not belong together. Remove both to begin anew.")
    }
    if (leftDays(certificate, now()) > RENEW_AUTHORITY_DAYS) {
      return { key, publicKey, certificate, pem: known, commonName }
    }
  }
  const subject = { organization: ORGANIZATION, commonName }
  const pem = issueCertificate(
    {
      serial: serial(options),
      subject,
      issuer: subject,
      notBefore: now() - BACKDATED_MS,
      notAfter: now() + AUTHORITY_DAYS * DAY_MS,
      publicKey,
      issuerKey: publicKey,
      authority: true,
      names: [],
    },
    key,
  )
  await files?.write("ca.pem", pem)
  return { key, publicKey, certificate: new X509Certificate(pem), pem, commonName }
}

/** Trust stores list authorities by name; with its key in it, two of ours can be told apart. */
function authorityName(publicKey: KeyObject): string {
  const id = Buffer.from(keyIdentifier(publicKey)).toString("hex", 0, 4)
  return `Cloudarium local CA ${id}`
}

class Issuer implements TlsMaterial {
  readonly #options: LocalCaOptions
  readonly #authority: Authority
  readonly #key: KeyObject
  readonly #keyPem: string
  readonly #serverNames: readonly string[]
  readonly #known = new Map<string, Issued>()
  #server: Issued | undefined

  constructor(options: LocalCaOptions, authority: Authority, key: KeyObject) {
    this.#options = options
    this.#authority = authority
    this.#key = key
    this.#keyPem = keyPem(key)
    const more = (options.names ?? []).map((name) => name.toLowerCase())
    this.#serverNames = [...new Set([...SERVER_NAMES, ...more])]
  }

  /** Takes the certificate of the last run, if it is still good. */
  async openServer(): Promise<void> {
    const kept = await this.#options.files?.read("server.pem")
    if (kept === undefined) return void (await this.#renewServer())
    const certificate = new X509Certificate(kept)
    const { publicKey } = this.#authority
    const good =
      certificate.verify(publicKey) &&
      certificate.checkPrivateKey(this.#key) &&
      leftDays(certificate, this.#options.now()) > RENEW_SERVER_DAYS &&
      this.#serverNames.every((name) => isNamed(certificate, name))
    if (good) this.#server = this.#issued(kept, certificate)
    else await this.#renewServer()
  }

  async identity(serverName: string): Promise<TlsIdentity> {
    const name = serverName.toLowerCase()
    if (!DNS_NAME.test(name) || this.#serverNames.includes(name)) {
      const server = this.#server
      return server !== undefined && this.#isFresh(server) ? server : await this.#renewServer()
    }
    const known = this.#known.get(name)
    if (known !== undefined && this.#isFresh(known)) return known
    const issued = this.#issue(name, [name])
    if (this.#known.size >= KNOWN_NAMES) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest)
        break
      }
    }
    this.#known.delete(name)
    this.#known.set(name, issued)
    return issued
  }

  async #renewServer(): Promise<Issued> {
    const issued = this.#issue("localhost", this.#serverNames)
    this.#server = issued
    await this.#options.files?.write("server.pem", issued.certificate)
    return issued
  }

  #issue(commonName: string, names: readonly string[]): Issued {
    const now = this.#options.now()
    const { key, publicKey, commonName: issuerName } = this.#authority
    const pem = issueCertificate(
      {
        serial: serial(this.#options),
        // RFC 5280 appendix A bounds common names to 64 characters; the names that count are below.
        subject: { organization: ORGANIZATION, commonName: commonName.slice(0, 64) },
        issuer: { organization: ORGANIZATION, commonName: issuerName },
        notBefore: now - BACKDATED_MS,
        notAfter: now + SERVER_DAYS * DAY_MS,
        publicKey: createPublicKey(this.#key),
        issuerKey: publicKey,
        authority: false,
        names,
      },
      key,
    )
    return this.#issued(pem, new X509Certificate(pem))
  }

  #issued(certificate: string, parsed: X509Certificate): Issued {
    return { key: this.#keyPem, certificate, notAfter: Date.parse(parsed.validTo) }
  }

  #isFresh({ notAfter }: Issued): boolean {
    return notAfter - this.#options.now() > RENEW_SERVER_DAYS * DAY_MS
  }
}

interface Issued extends TlsIdentity {
  readonly notAfter: number
}

function leftDays(certificate: X509Certificate, now: number): number {
  return (Date.parse(certificate.validTo) - now) / DAY_MS
}

function isNamed(certificate: X509Certificate, name: string): boolean {
  if (addressBytes(name) !== undefined) return certificate.checkIP(name) !== undefined
  return certificate.subjectAltName?.split(", ").includes(`DNS:${name}`) ?? false
}

async function keptKey({ files }: LocalCaOptions, name: string): Promise<KeyObject> {
  const known = await files?.read(name)
  if (known !== undefined) return createPrivateKey(known)
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  await files?.write(name, keyPem(privateKey))
  return privateKey
}

function keyPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" })
}

/** 16 random bytes; the first is neither 0 nor above 127, so that all of them count. */
function serial({ random }: LocalCaOptions): Uint8Array {
  const bytes = Uint8Array.from(random.bytes("tls/serial", 16))
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return bytes
}
