// oxlint-disable-next-line import/no-unassigned-import -- an old Node cannot load what follows
import "./kernel/host/needed-node.ts"
import type { LocalCa } from "./engines/tls/local-ca.ts"
import { version } from "./cli/version.ts"
import { accessAudit } from "./gateway/audit/access-audit.ts"
import type { DnsChange } from "./gateway/control/certificates.ts"
import { Cloud } from "./gateway/cloud.ts"
import type { RequestExplanation, RequestSummary } from "./gateway/explain-request.ts"
import { setQuota, type QuotaChange, type QuotaValue } from "./gateway/control/quotas.ts"
import { mintToken, openIssuer } from "./gateway/oidc.ts"
import { createSdkHandler } from "./gateway/sdk-handler.ts"
import { durationMs } from "./kernel/duration.ts"
import { hostClock } from "./kernel/host/host-clock.ts"
import { createHostTcp } from "./kernel/host/tcp.ts"
import { createModelFiles } from "./kernel/host/model-files.ts"
import { createNearOutside } from "./kernel/host/outside.ts"
import type { Listener } from "./kernel/host/transport/options.ts"
import { createVmPatterns } from "./kernel/host/vm-patterns.ts"
import { isRegion, parsePlace, type Place } from "./kernel/places.ts"
import { createMemoryBlobs } from "./kernel/sim/memory-blobs.ts"
import { createMemoryTcp } from "./kernel/sim/memory-tcp.ts"
import { createMemoryStorage } from "./kernel/sim/memory-storage.ts"
import { createSeededRandom } from "./kernel/sim/seeded-random.ts"
import type { TcpConnection } from "./kernel/doors/tcp.ts"
import { checkSnapshotName, type SnapshotInfo } from "./kernel/storage.ts"
import type { HsmCommand, HsmContents } from "./services/cloudhsmv2/port.ts"
import type { PartnerRegistration, RegisteredPartner } from "./services/iam/port.ts"
import { createModels } from "./models/load.ts"
import { createCodecs } from "./protocols/codecs.ts"

export type { DnsChange } from "./gateway/control/certificates.ts"
export type { HsmCommand, HsmContents } from "./services/cloudhsmv2/port.ts"
export type { PartnerRegistration, RegisteredPartner } from "./services/iam/port.ts"
export type { QuotaChange, QuotaValue } from "./gateway/control/quotas.ts"
export type {
  AccessExplanation,
  RequestExplanation,
  RequestSummary,
} from "./gateway/explain-request.ts"
export type { SnapshotInfo } from "./kernel/storage.ts"

/** Settings of an in-process cloud. */
export interface CloudOptions {
  /** Ids and secrets are drawn from it: the same seed draws the same. Default 1. */
  readonly seed?: number | string
  /** The account of the clients (12 digits). Default 000000000000. */
  readonly account?: string
  /** The Region of the clients. Default us-east-1. */
  readonly region?: string
  /** Cloud time at the start; default: the machine's time. */
  readonly now?: Date | number | string
  /** Whether cloud time stands still between calls of `advance` (default) or runs. */
  readonly clock?: "frozen" | "running"
  /**
   * Whether what is not HTTP (DAX) is served on ports of this machine, for clients that open sockets
   * of their own. Default: only through `connect`.
   */
  readonly sockets?: boolean
}

/** A place to fail: a Region, or an AZ by name (of the account) or id. */
export type PlaceName = { readonly region: string } | { readonly az: string }

interface ClientConstructor<Client> {
  new (config: never): Client
}

/** An issuer of OpenID Connect that the cloud hosts for tests. */
export interface OidcIssuer {
  /** What tokens name as their issuer, and CreateOpenIDConnectProvider takes. */
  readonly url: string
  /**
   * A token for AssumeRoleWithWebIdentity, signed by the issuer: of one hour of cloud time, for
   * `sts.amazonaws.com`, unless its claims say else.
   */
  token(claims?: Readonly<Record<string, unknown>>, algorithm?: "RS256" | "ES384"): Promise<string>
}

/** A cloud inside this process: no socket, its own state, its own clock. */
export interface InProcessCloud {
  /** An official AWS SDK v3 client, wired to this cloud: `cloud.client(SQSClient)`. */
  client<Client>(client: ClientConstructor<Client>, config?: Record<string, unknown>): Client
  /** The configuration that `client` gives to clients, for those that are built elsewhere. */
  clientConfig(overrides?: Record<string, unknown>): Record<string, unknown>
  /** Cloud time. */
  now(): Date
  /** Moves cloud time forward by `30s`, `12h`, `30d` … or milliseconds; what comes due runs. */
  advance(span: string | number): Promise<void>
  /** Resolves when all work that is due has been done. */
  settle(): Promise<void>
  /**
   * Makes or finds an issuer of OpenID Connect. With a URL it stands in the place of the one
   * outside: `{ url: "https://token.actions.githubusercontent.com" }`.
   */
  oidcIssuer(name: string, options?: { readonly url?: string }): Promise<OidcIssuer>
  /**
   * Tells what the public DNS has (no value: the record goes): ACM's requests are validated by it.
   */
  setDns(record: DnsChange): Promise<void>
  /** Follows the link in the mail by which ACM asks for approval; `domain`: of one name. */
  approveCertificate(arn: string, domain?: string): Promise<void>
  /**
   * Gives a cluster of CloudHSM a command of its users: `{ cluster, activate: { password } }` …; tells
   * its users and keys.
   */
  commandHsm(command: HsmCommand & { readonly region?: string }): Promise<HsmContents>
  /**
   * Takes an account on as a partner that may ask other accounts for temporary delegation: AWS does
   * so by no API. Tells the ARNs of its templates and permissions boundaries.
   */
  registerPartner(partner: PartnerRegistration): Promise<RegisteredPartner>
  /**
   * Serves the cloud at a port of this machine as well (a free one, unless it is named), for code that
   * makes clients of its own and for other programs. The port is open until the cloud is closed.
   */
  listen(port?: number): Promise<{ readonly url: string }>
  /** Connects to a port that a service tells of. Throws RangeError where nobody listens. */
  connect(port: number): TcpConnection
  fail(place: PlaceName): Promise<void>
  heal(place: PlaceName): Promise<void>
  /**
   * Lets reads that need not see the latest, and events of buckets, lag behind by `2s` … or milliseconds
   * of cloud time, in the cloud's own Region or another; 0 ends it.
   */
  lag(span: string | number, region?: string): Promise<void>
  /**
   * Lets a share (0.1: every tenth) of what is promised at least once, such as messages of standard
   * queues, come again and out of order, in the cloud's own Region or another; 0 ends it.
   */
  redeliver(share: number, region?: string): Promise<void>
  /**
   * Lets services take no more requests than AWS promises to, in the cloud's own Region or another:
   * of S3, 3,500 writes and 5,500 reads of a prefix in a second of cloud time; `503 SlowDown` above.
   */
  slowDown(on: boolean, region?: string): Promise<void>
  /** Gives an account another value of a quota: as high as AWS would, as low as a test wants. */
  setQuota(change: QuotaChange): Promise<QuotaValue>
  /**
   * Why a recent request was allowed or denied: `cloud.explain(error.$metadata.requestId).text`.
   * Throws RangeError for an id that is not among the last few thousand.
   */
  explain(requestId: string): RequestExplanation
  /** Recent requests, the newest first. */
  requests(wanted?: { readonly denied?: boolean; readonly limit?: number }): RequestSummary[]
  /** Back to an empty cloud. */
  reset(): Promise<void>
  saveSnapshot(name: string): Promise<SnapshotInfo>
  /** False when there is no such snapshot. */
  loadSnapshot(name: string): Promise<boolean>
  close(): Promise<void>
  /** What went wrong in the background with nobody waiting for it. */
  readonly reports: readonly string[]
}

const REPORTS = 1_000
/** How long requests over HTTP that are on their way get when the cloud is closed. */
const GRACE_MS = 5_000
/** By what name clients in the process call the cloud. */
const HOST = "localhost:4566"

/**
 * Opens a whole cloud in this process. Each call makes a cloud of its own. Throws RangeError for a
 * setting that there is not, or a value that it does not take.
 */
export async function createCloud(options: CloudOptions = {}): Promise<InProcessCloud> {
  const { seed, account, region } = settingsOf(options)
  const reports: string[] = []
  const report = (what: string, error: unknown): void => {
    if (reports.length < REPORTS)
      reports.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
  }
  const authority = localAuthority(seed)
  const memory = createMemoryTcp()
  const cloud = await Cloud.open({
    storage: createMemoryStorage(hostClock, () => createMemoryBlobs()),
    clock: hostClock,
    outside: createNearOutside(hostClock, async (order) => (await authority()).certify(order)),
    tcp: options.sockets
      ? createHostTcp({ host: "127.0.0.1", tls: authority, fixedPorts: false })
      : memory,
    patterns: createVmPatterns(),
    random: () => createSeededRandom(seed),
    models: createModels(createModelFiles()),
    codecs: createCodecs({ strict: true }),
    auditAccess: accessAudit,
    startClock: startClock(options),
    settings: { account, region, strict: false },
    report,
  })
  const listeners: Listener[] = []
  let closed = false
  const requestHandler = createSdkHandler(async (request) => {
    // Not an answer of AWS's: a client would try again.
    if (closed) throw new Error("this cloud is closed")
    return cloud.handle(request)
  })
  const clientConfig = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
    region,
    credentials: { accessKeyId: account, secretAccessKey: "test" },
    endpoint: `http://${HOST}`,
    requestHandler,
    ...overrides,
  })
  return {
    client: (client, config) => new client(clientConfig(config) as never),
    clientConfig,
    now: () => new Date(cloud.world.clock.now()),
    advance: async (span) => cloud.advance(durationMs(span)),
    settle: () => cloud.settle(),
    async oidcIssuer(name, options) {
      const { url } = await openIssuer(cloud, { name, host: HOST, ...options })
      return {
        url,
        token: (claims, algorithm) => mintToken(cloud, name, { claims, algorithm }),
      }
    },
    setDns: async (record) => (await certificates()).setDns(cloud, record),
    approveCertificate: async (arn, domain) =>
      (await certificates()).approveCertificate(cloud, { arn, domain }),
    commandHsm: async (command) =>
      (await import("./gateway/control/hsm.ts")).commandHsm(cloud, command),
    registerPartner: async (partner) =>
      (await import("./gateway/control/partners.ts")).registerIn(cloud, partner),
    async listen(port = 0) {
      const { serveBeside } = await import("./main.ts")
      const listener = await serveBeside(cloud, { port, report, version: version() })
      listeners.push(listener)
      return { url: `http://127.0.0.1:${listener.port}` }
    },
    connect: (port) => memory.connect(port),
    fail: async (place) => cloud.fail(placeOf(place, account)),
    heal: async (place) => cloud.heal(placeOf(place, account)),
    lag: async (span, region) =>
      cloud.disturb({ lag: { region: region ?? cloud.settings.region, ms: durationMs(span) } }),
    redeliver: async (share, region) =>
      cloud.disturb({ redelivery: { region: region ?? cloud.settings.region, share } }),
    slowDown: async (on, region) =>
      cloud.disturb({ slowDown: { region: region ?? cloud.settings.region, on } }),
    setQuota: (change) => setQuota(cloud, change),
    explain: (requestId) => cloud.explain(requestId),
    requests: ({ denied = false, limit = 50 } = {}) => cloud.requests({ denied, limit }),
    reset: () => cloud.reset(),
    async saveSnapshot(name) {
      checkSnapshotName(name)
      return cloud.saveSnapshot(name)
    },
    loadSnapshot: (name) => cloud.loadSnapshot(name),
    async close() {
      closed = true
      cloud.world.quiesce()
      await Promise.all(listeners.map((one) => one.close({ graceMs: GRACE_MS })))
      await cloud.close()
    },
    reports,
  }
}

/** Loaded when it is asked for, with the service behind it. */
const certificates = () => import("./gateway/control/certificates.ts")

/** An authority of this cloud's own, made when the first certificate is asked for. */
function localAuthority(seed: number | string): () => Promise<LocalCa> {
  let opened: Promise<LocalCa> | undefined
  const open = async (): Promise<LocalCa> => {
    const { openLocalCa } = await import("./engines/tls/local-ca.ts")
    return openLocalCa({ now: () => hostClock.now(), random: createSeededRandom(seed) })
  }
  return () => (opened ??= open())
}

/** Every setting that there is: another one is a mistake of its writer, which types may not see. */
const SETTINGS: Readonly<Record<keyof CloudOptions, true>> = Object.freeze({
  seed: true,
  account: true,
  region: true,
  now: true,
  clock: true,
  sockets: true,
})

function settingsOf(options: CloudOptions) {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(SETTINGS, name))
      throw new RangeError(`there is no setting ${name}: ${Object.keys(SETTINGS).join(", ")} are`)
  }
  const { seed = 1, account = "000000000000", region = "us-east-1", clock = "frozen" } = options
  if (!/^\d{12}$/.test(account)) throw new RangeError(`an account id has 12 digits: ${account}`)
  if (!isRegion(region)) throw new RangeError(`there is no Region ${region}`)
  if (clock !== "frozen" && clock !== "running")
    throw new RangeError(`clock is frozen or running, not ${String(clock)}`)
  return { seed, account, region }
}

function startClock({ clock = "frozen", now }: CloudOptions) {
  const hostNow = hostClock.now()
  const at = now === undefined ? hostNow : new Date(now).getTime()
  if (!Number.isFinite(at)) throw new RangeError(`not a time: ${String(now)}`)
  return clock === "frozen"
    ? ({ mode: "frozen", at } as const)
    : ({ mode: "running", offsetMs: at - hostNow } as const)
}

function placeOf(name: PlaceName, account: string): Place {
  const text = typeof name !== "object" ? undefined : "az" in name ? name.az : name.region
  if (typeof text !== "string")
    throw new RangeError('name a place: { az: "us-east-1a" } or { region: "us-east-1" }')
  const place = parsePlace(text, account)
  if (!place) throw new RangeError(`there is no place ${text}`)
  return place
}
