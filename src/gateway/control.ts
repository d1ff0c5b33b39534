import { durationMs } from "../kernel/duration.ts"
import type { Disturbance, Lag, Redelivery } from "../kernel/faults.ts"
import { azName, formatPlace, parsePlace, type Place } from "../kernel/places.ts"
import { checkSnapshotName } from "../kernel/storage.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import { StoreUnavailable } from "../kernel/store-errors.ts"
import { bufferBody } from "../protocols/request-body.ts"
import type { Cloud } from "./cloud.ts"
import { guardControl } from "./control/guard.ts"
import { answerOnRequests } from "./control/requests.ts"
import { mintToken, openIssuer } from "./oidc.ts"
import { listQuotas, setQuota } from "./control/quotas.ts"

export interface ControlSettings {
  readonly version: string
  /** Lets callers in that are not on this machine. */
  readonly token?: string
}

/** A refusal, in words for a person: the control API is ours, not AWS's. */
class ControlError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** More than any control request has to say. */
const AWAITED_BYTES = 64 * 1024

type Fields = Readonly<Record<string, unknown>>
/** `host`: by what name and port the request came. */
type Settings = ControlSettings & { readonly host: string }
type Handler = (cloud: Cloud, fields: Fields, settings: Settings) => unknown

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = Object.freeze({
  "/_cloudarium/certificates": { POST: approve },
  "/_cloudarium/dns": { GET: dns, POST: changeDns },
  "/_cloudarium/health": { GET: health },
  "/_cloudarium/hsm": { POST: hsm },
  "/_cloudarium/reset": { POST: reset },
  "/_cloudarium/scrub": { POST: scrubFiles },
  "/_cloudarium/clock": { GET: clock, POST: moveClock },
  "/_cloudarium/faults": { GET: faults, POST: changeFaults },
  "/_cloudarium/snapshots": { GET: snapshots, POST: changeSnapshots },
  "/_cloudarium/oidc": { POST: makeIssuer },
  "/_cloudarium/oidc/token": { POST: makeToken },
  "/_cloudarium/operations": { GET: operations },
  "/_cloudarium/partners": { POST: partners },
  "/_cloudarium/quotas": { GET: quotas, PUT: changeQuota },
  "/_localstack/health": { GET: localStackHealth, HEAD: localStackHealth },
  "/_localstack/info": { GET: localStackInfo },
  "/_localstack/init": { GET: localStackInit },
  "/_localstack/init/ready": { GET: localStackInit },
  "/_localstack/state/reset": { POST: reset },
})

/** Whether a path is the control API's (or the names that LocalStack's tools ask for). */
export const isControlPath = (path: string): boolean =>
  path.startsWith("/_cloudarium/") || path.startsWith("/_localstack/")

/**
 * Answers one control request. JSON in, JSON out; unknown paths and fields are refused. All answers
 * bear the cloud's version: by it the command line knows whom it talks to.
 */
export async function handleControl(
  cloud: Cloud,
  request: WireRequest,
  settings: ControlSettings,
): Promise<WireResponse> {
  const answer = await answerTo(cloud, request, settings)
  const headers = { ...answer.headers, "x-cloudarium-version": settings.version }
  return { ...answer, headers }
}

async function answerTo(
  cloud: Cloud,
  request: WireRequest,
  settings: ControlSettings,
): Promise<WireResponse> {
  try {
    const refusal = guardControl(request, settings.token)
    if (refusal !== undefined) throw new ControlError(403, refusal)
    const answer = answerOnRequests(cloud, request)
    if (answer) return json(answer.status, answer.body)
    const methods = Object.hasOwn(ROUTES, request.path) ? ROUTES[request.path] : undefined
    if (!methods) throw new ControlError(404, `there is no ${request.path}`)
    const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
    if (!handler)
      throw new ControlError(405, `${request.path} takes ${Object.keys(methods).join(", ")}`)
    const whole = isAwaited(request) ? await bufferBody(request, AWAITED_BYTES) : request
    const host = request.headers["host"] ?? "localhost"
    return json(200, await handler(cloud, fieldsOf(whole), { ...settings, host }))
  } catch (error) {
    if (error instanceof ControlError) return json(error.status, { error: error.message })
    if (error instanceof RangeError) return json(400, { error: error.message })
    if (error instanceof StoreUnavailable)
      return json(503, { error: "the cloud was reset, loaded or closed meanwhile: try again" })
    cloud.report(`control ${request.method} ${request.path}`, error)
    return json(500, { error: "this failed inside; the cloud's log says why" })
  }
}

function json(status: number, body: unknown): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
}

/** A small body that comes as a stream, since its sender waits for leave to send it. */
const isAwaited = ({ stream, headers }: WireRequest): boolean =>
  stream !== undefined && Number(headers["content-length"]) <= AWAITED_BYTES

function fieldsOf({ body, stream }: WireRequest): Fields {
  if (stream) throw new ControlError(413, "the body is too large")
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString())
  } catch {
    throw new ControlError(400, "the body is not JSON")
  }
  return object(value, "the body")
}

/** Exactly one of the named fields, with its value. */
function oneOf(fields: Fields, names: readonly string[]): [string, unknown] {
  const given = Object.entries(fields)
  const [first] = given
  if (given.length !== 1 || !first || !names.includes(first[0]))
    throw new ControlError(400, `give exactly one of ${names.join(", ")}`)
  return first
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw new ControlError(400, `${name} must be text`)
  return value
}

function object(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError(400, `${name} is not a JSON object`)
  return value as Fields
}

/** Members of the fields, those among `names` and no others. */
function only(fields: Fields, names: readonly string[]): Fields {
  for (const name of Object.keys(fields))
    if (!names.includes(name)) throw new ControlError(400, `there is no setting ${name} here`)
  return fields
}

function health(cloud: Cloud, _fields: Fields, { version }: ControlSettings): unknown {
  return {
    status: "running",
    version,
    services: cloud.catalog.ids,
    clock: clock(cloud),
    ...faults(cloud),
    commit: cloud.world.commitNumber,
  }
}

async function reset(cloud: Cloud, fields: Fields): Promise<unknown> {
  only(fields, [])
  await cloud.reset()
  return { reset: true }
}

function clock(cloud: Cloud): { now: string; mode: string } {
  const { clock: cloudClock } = cloud.world
  return { now: new Date(cloudClock.now()).toISOString(), mode: cloudClock.state.mode }
}

async function moveClock(cloud: Cloud, fields: Fields): Promise<unknown> {
  const [verb, value] = oneOf(fields, ["advance", "freeze", "resume"])
  if (verb === "advance") {
    const span = typeof value === "number" ? value : text(value, "advance")
    await cloud.advance(durationMs(span))
  } else {
    if (value !== true) throw new ControlError(400, `${verb} must be true`)
    await (verb === "freeze" ? cloud.freeze() : cloud.resume())
  }
  return clock(cloud)
}

interface Faults {
  readonly faults: readonly string[]
  /** By the ids of AZs that are down, what the cloud's own account calls them. */
  readonly zones?: Readonly<Record<string, string>>
  readonly lags?: readonly Lag[]
  readonly redeliveries?: readonly Redelivery[]
  readonly slowDowns?: readonly string[]
}

function faults(cloud: Cloud): Faults {
  const { faults: places, lags, redeliveries, slowDowns } = cloud.world
  const zones = places.flatMap(({ region, az }) =>
    az === undefined ? [] : [[az, azName(cloud.settings.account, region, az)]],
  )
  return {
    faults: places.map(formatPlace),
    ...(zones.length > 0 && { zones: Object.fromEntries(zones) as Record<string, string> }),
    ...(lags.length > 0 && { lags }),
    ...(redeliveries.length > 0 && { redeliveries }),
    ...(slowDowns.length > 0 && { slowDowns }),
  }
}

/** `{ "lag": { "region": "us-east-1", "span": "2s" } }` */
function lagOf(cloud: Cloud, value: unknown): Disturbance {
  const { region = cloud.settings.region, span } = only(object(value, "lag"), ["region", "span"])
  const ms = durationMs(typeof span === "number" ? span : text(span, "span"))
  return { lag: { region: text(region, "region"), ms } }
}

/** `{ "redeliver": { "region": "us-east-1", "share": 0.1 } }` */
function redeliveryOf(cloud: Cloud, value: unknown): Disturbance {
  const fields = only(object(value, "redeliver"), ["region", "share"])
  const { region = cloud.settings.region, share } = fields
  if (typeof share !== "number") throw new ControlError(400, "share must be a number")
  return { redelivery: { region: text(region, "region"), share } }
}

/** `{ "slowDown": { "region": "us-east-1", "on": true } }` */
function slowDownOf(cloud: Cloud, value: unknown): Disturbance {
  const { region = cloud.settings.region, on } = only(object(value, "slowDown"), ["region", "on"])
  if (typeof on !== "boolean") throw new ControlError(400, "on must be true or false")
  return { slowDown: { region: text(region, "region"), on } }
}

const DISTURBANCES: Readonly<Record<string, (cloud: Cloud, value: unknown) => Disturbance>> =
  Object.freeze({ lag: lagOf, redeliver: redeliveryOf, slowDown: slowDownOf })

async function changeFaults(cloud: Cloud, fields: Fields): Promise<unknown> {
  const [verb, value] = oneOf(fields, ["fail", "heal", "lag", "redeliver", "slowDown"])
  const disturbance = DISTURBANCES[verb]?.(cloud, value)
  if (disturbance) {
    await cloud.disturb(disturbance)
    return faults(cloud)
  }
  const name = text(value, verb)
  if (verb === "heal" && name === "all") await healAll(cloud)
  else if (verb === "heal") await cloud.heal(placeOf(cloud, name))
  else await cloud.fail(placeOf(cloud, name))
  return faults(cloud)
}

async function healAll(cloud: Cloud): Promise<void> {
  const { faults: places, lags, redeliveries, slowDowns } = cloud.world
  for (const place of places) await cloud.heal(place)
  for (const { region } of lags) await cloud.disturb({ lag: { region, ms: 0 } })
  for (const { region } of redeliveries) await cloud.disturb({ redelivery: { region, share: 0 } })
  for (const region of slowDowns) await cloud.disturb({ slowDown: { region, on: false } })
}

function placeOf(cloud: Cloud, name: string): Place {
  const place = parsePlace(name, cloud.settings.account)
  if (!place)
    throw new ControlError(400, `there is no place ${name}: give a Region, an AZ name or an AZ id`)
  return place
}

async function snapshots(cloud: Cloud): Promise<unknown> {
  const list = await cloud.listSnapshots()
  return {
    snapshots: list.map(({ name, savedAt, sizeBytes }) => ({
      name,
      savedAt: new Date(savedAt).toISOString(),
      sizeBytes,
    })),
  }
}

async function changeSnapshots(cloud: Cloud, fields: Fields): Promise<unknown> {
  const [verb, value] = oneOf(fields, ["save", "load", "delete"])
  const name = text(value, verb)
  checkSnapshotName(name)
  if (verb === "save") {
    await cloud.saveSnapshot(name)
  } else {
    const found = await (verb === "load" ? cloud.loadSnapshot(name) : cloud.deleteSnapshot(name))
    if (!found) throw new ControlError(404, `there is no snapshot ${name}`)
  }
  return { [verb]: name }
}

/** An issuer of OpenID Connect for tests; `url`: the one in whose place it stands. */
function makeIssuer(cloud: Cloud, fields: Fields, { host }: Settings): Promise<unknown> {
  const { name, url } = only(fields, ["name", "url"])
  const place = url === undefined ? undefined : text(url, "url")
  return openIssuer(cloud, { name: text(name, "name"), host, url: place })
}

async function makeToken(cloud: Cloud, fields: Fields): Promise<unknown> {
  const { issuer, claims = {}, algorithm } = only(fields, ["issuer", "claims", "algorithm"])
  if (algorithm !== undefined && algorithm !== "RS256" && algorithm !== "ES384")
    throw new ControlError(400, "algorithm must be RS256 or ES384")
  const spec = { algorithm, claims: object(claims, "claims") } as const
  return { token: await mintToken(cloud, text(issuer, "issuer"), spec) }
}

/** Loaded when it is asked for, with the service behind it. */
const certificates = () => import("./control/certificates.ts")

/** What the public DNS has, as far as this cloud is told. */
async function dns(cloud: Cloud): Promise<unknown> {
  return { records: await (await certificates()).listDns(cloud) }
}

/** `{ name, type, value }`; with `value: null` the record goes. */
async function changeDns(cloud: Cloud, fields: Fields): Promise<unknown> {
  const { name, type = "CNAME", value } = only(fields, ["name", "type", "value"])
  const record = { name: text(name, "name"), type: text(type, "type") }
  const { setDns } = await certificates()
  await setDns(cloud, { ...record, value: value === null ? undefined : text(value, "value") })
  return dns(cloud)
}

/** `{ approve: <ARN>, domain }`: the link in the mail that asks for a certificate's approval. */
async function approve(cloud: Cloud, fields: Fields): Promise<unknown> {
  const { approve: arn, domain } = only(fields, ["approve", "domain"])
  const name = domain === undefined ? undefined : text(domain, "domain")
  const { approveCertificate } = await certificates()
  await approveCertificate(cloud, { arn: text(arn, "approve"), domain: name })
  return { approved: arn }
}

/** What CloudHSM's own command line does: see its NOTES.md. */
async function hsm(cloud: Cloud, fields: Fields): Promise<unknown> {
  return (await import("./control/hsm.ts")).hsmCommand(cloud, fields)
}

/** `{ account, name, templates, boundaries }`: what AWS does when it takes a partner on. */
async function partners(cloud: Cloud, fields: Fields): Promise<unknown> {
  return (await import("./control/partners.ts")).partnerRegistration(cloud, fields)
}

/** Looks for damage on the disk. */
async function scrubFiles(cloud: Cloud, fields: Fields): Promise<unknown> {
  const { after } = only(fields, ["after"])
  const { scrub } = await import("./control/scrub.ts")
  return scrub(cloud, after === undefined ? undefined : text(after, "after"))
}

/** Every operation that is real here; all others that AWS has answer 501 NotImplemented. */
async function operations(cloud: Cloud): Promise<unknown> {
  const services: Record<string, unknown> = {}
  for (const id of cloud.catalog.ids) {
    const service = await cloud.catalog.find(id)
    const modelled = Object.keys(cloud.models.loadModel(id).operations)
    services[id] = {
      implemented: modelled.filter((name) => service?.operations[name] !== undefined),
      notImplemented: modelled.filter((name) => service?.operations[name] === undefined),
    }
  }
  return { services }
}

/** The quotas of the cloud's own account and Region. */
async function quotas(cloud: Cloud): Promise<unknown> {
  return { quotas: await listQuotas(cloud) }
}

const QUOTA_FIELDS = ["service", "quota", "value", "account", "region"]

/** `{ service, quota, value }`, and `account` and `region` where they are not the cloud's own. */
async function changeQuota(cloud: Cloud, fields: Fields): Promise<unknown> {
  const { service, quota, value, account, region } = only(fields, QUOTA_FIELDS)
  if (value !== null && typeof value !== "number")
    throw new ControlError(400, "value must be a number, or null for the default")
  return setQuota(cloud, {
    service: text(service, "service"),
    quota: text(quota, "quota"),
    value,
    ...(account !== undefined && { account: text(account, "account") }),
    ...(region !== undefined && { region: text(region, "region") }),
  })
}

// The form that LocalStack's documentation shows and its client tools wait for.
function localStackHealth(cloud: Cloud, _fields: Fields, { version }: ControlSettings): unknown {
  const services = Object.fromEntries(cloud.catalog.ids.map((id) => [id, "running"]))
  return { services, edition: "cloudarium", version }
}

function localStackInfo(_cloud: Cloud, _fields: Fields, { version }: ControlSettings): unknown {
  return { version: `cloudarium:${version}`, edition: "cloudarium", is_license_activated: false }
}

function localStackInit(): unknown {
  const completed = { BOOT: true, START: true, READY: true, SHUTDOWN: false }
  return { completed, scripts: [] }
}
