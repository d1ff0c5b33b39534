import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { createHostStorage } from "../kernel/host/data-folder.ts"
import { hostClock } from "../kernel/host/host-clock.ts"
import { createMemoryBlobs } from "../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../kernel/sim/memory-storage.ts"
import { zonesOf } from "../kernel/places.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { Cloud } from "./cloud.ts"
import { handleControl, isControlPath } from "./control.ts"
import { answerOf, NOW, openCloud, request, signed, sqs, sqsRequest } from "./testing/open-cloud.ts"

const TOKEN = "a-token"
const SETTINGS = { version: "1.2.3", token: TOKEN }
const QUEUE_URL = "http://localhost:4566/000000000000/jobs"

interface Told {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** One call of the control API, as curl on this machine makes it unless `parts` differ. */
async function control(
  cloud: Cloud,
  path: string,
  { body, ...parts }: Partial<Omit<WireRequest, "body">> & { body?: unknown } = {},
): Promise<Told> {
  const wire = request({
    method: body === undefined ? "GET" : "POST",
    path,
    text: body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body),
    ...parts,
  })
  const { status, text } = await answerOf(handleControl(cloud, wire, SETTINGS))
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const createQueue = (cloud: Cloud): Promise<unknown> =>
  sqs(cloud, ["CreateQueue", { QueueName: "jobs" }])

const queues = async (cloud: Cloud): Promise<unknown> =>
  (await sqs(cloud, ["ListQueues", {}])).body["QueueUrls"] ?? []

/** A cloud whose state lies in a folder that goes with the test. */
function openStoredCloud(): Promise<Cloud> {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const report = (what: string, error: unknown): void => {
    throw new Error(what, { cause: error })
  }
  const options = { durability: "process", clock: hostClock, report } as const
  return openCloud({ storage: createHostStorage(folder, options) })
}

test("its paths are its own", () => {
  expect(isControlPath("/_cloudarium/health")).toBe(true)
  expect(isControlPath("/_localstack/health")).toBe(true)
  expect(isControlPath("/_cloudarium")).toBe(false)
  expect(isControlPath("/bucket/_cloudarium/health")).toBe(false)
})

test("health says what runs, when it is there, and what is down", async () => {
  const cloud = await openCloud()
  expect(await control(cloud, "/_cloudarium/health")).toEqual({
    status: 200,
    body: {
      status: "running",
      version: "1.2.3",
      services: expect.arrayContaining(["sqs", "sts"]) as string[],
      clock: { now: "2026-01-15T12:00:00.000Z", mode: "frozen" },
      faults: [],
      commit: cloud.world.commitNumber,
    },
  })
})

test("LocalStack's tools find what they ask for", async () => {
  const cloud = await openCloud()
  const health = await control(cloud, "/_localstack/health")
  expect(health.body).toMatchObject({
    services: { sqs: "running", sts: "running" },
    edition: "cloudarium",
    version: "1.2.3",
  })
  const info = await control(cloud, "/_localstack/info")
  expect(info.body).toMatchObject({ version: "cloudarium:1.2.3" })
  for (const path of ["/_localstack/init", "/_localstack/init/ready"])
    expect((await control(cloud, path)).body).toMatchObject({ completed: { READY: true } })
  const head = await control(cloud, "/_localstack/health", { method: "HEAD" })
  expect(head.status).toBe(200)
  await createQueue(cloud)
  await control(cloud, "/_localstack/state/reset", { method: "POST" })
  expect(await queues(cloud)).toEqual([])
})

test("a quota is listed and changed", async () => {
  const cloud = await openCloud()
  const body = { service: "iam", quota: "L-FE177D64", value: 7, account: "210987654321" }
  const changed = await control(cloud, "/_cloudarium/quotas", { method: "PUT", body })
  expect(changed.body).toMatchObject({ name: "Roles per account", value: 7, default: 1_000 })
  expect((await control(cloud, "/_cloudarium/quotas")).body["quotas"]).toContainEqual(
    expect.objectContaining({ code: "L-FE177D64", value: 1_000 }),
  )
})

test("the operations are listed, real and not", async () => {
  const cloud = await openCloud()
  const { body } = await control(cloud, "/_cloudarium/operations")
  const services = body["services"] as Record<string, Record<string, string[]>>
  expect(services["sqs"]?.["implemented"]).toContain("SendMessage")
  expect(services["sqs"]?.["notImplemented"]).toEqual([])
  expect(services["sts"]?.["implemented"]).toContain("GetCallerIdentity")
})

test.each<[string, string, { method?: string; body?: unknown }, number, RegExp]>([
  ["an unknown path", "/_cloudarium/nonsense", {}, 404, /there is no \/_cloudarium\/nonsense/],
  ["a path of Object's", "/_cloudarium/../toString", {}, 404, /there is no/],
  ["a wrong method", "/_cloudarium/reset", {}, 405, /takes POST/],
  ["another wrong method", "/_cloudarium/clock", { method: "DELETE" }, 405, /takes GET, POST/],
  ["a method of Object's", "/_cloudarium/clock", { method: "constructor" }, 405, /takes GET/],
  ["no JSON", "/_cloudarium/clock", { body: "{" }, 400, /not JSON/],
  ["a list", "/_cloudarium/clock", { body: [] }, 400, /not a JSON object/],
  ["null", "/_cloudarium/clock", { body: "null" }, 400, /not a JSON object/],
  ["an unknown field", "/_cloudarium/clock", { body: { back: 1 } }, 400, /exactly one of advance/],
  ["two fields", "/_cloudarium/clock", { body: { advance: 1, freeze: true } }, 400, /exactly one/],
  ["no value", "/_cloudarium/quotas", { method: "PUT", body: { service: "iam" } }, 400, /a number/],
  ["no field", "/_cloudarium/clock", { body: {} }, 400, /exactly one/],
  ["a field of reset", "/_cloudarium/reset", { body: { all: true } }, 400, /no setting all/],
  ["a span that is none", "/_cloudarium/clock", { body: { advance: "soon" } }, 400, /"soon"/],
  ["time going back", "/_cloudarium/clock", { body: { advance: -1 } }, 400, /not a span/],
  ["a span of no kind", "/_cloudarium/clock", { body: { advance: null } }, 400, /must be text/],
  ["freeze: false", "/_cloudarium/clock", { body: { freeze: false } }, 400, /must be true/],
  ["no such place", "/_cloudarium/faults", { body: { fail: "mars-1" } }, 400, /no place mars-1/],
  ["a place of no kind", "/_cloudarium/faults", { body: { fail: 1 } }, 400, /must be text/],
  ["all places", "/_cloudarium/faults", { body: { fail: "all" } }, 400, /no place all/],
  ["a bad name", "/_cloudarium/snapshots", { body: { save: "../x" } }, 400, /snapshot's name/],
  ["no such snapshot", "/_cloudarium/snapshots", { body: { load: "x" } }, 404, /no snapshot x/],
  ["nothing to delete", "/_cloudarium/snapshots", { body: { delete: "x" } }, 404, /no snapshot x/],
])("%s is refused", async (_what, path, parts, status, words) => {
  const cloud = await openCloud()
  const told = await control(cloud, path, parts)
  expect([told.status, told.body["error"]]).toEqual([status, expect.stringMatching(words)])
})

test("a body too large to be buffered is refused", async () => {
  const cloud = await openCloud()
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1)
  }
  const told = await control(cloud, "/_cloudarium/clock", { method: "POST", stream: stream() })
  expect(told.status).toBe(413)
})

test.each<[string, Partial<WireRequest>, number]>([
  ["this machine", {}, 200],
  ["this machine by IPv6", { remoteAddress: "::1", headers: { host: "[::1]:4566" } }, 200],
  ["this machine, mapped", { remoteAddress: "::ffff:127.0.0.1" }, 200],
  ["LocalStack's name", { headers: { host: "localhost.localstack.cloud:4566" } }, 200],
  ["another machine", { remoteAddress: "10.0.0.5" }, 403],
  ["an address that looks like it", { remoteAddress: "127.0.0.1.evil.example" }, 403],
  [
    "another machine with the token",
    {
      remoteAddress: "10.0.0.5",
      headers: { host: "cloud.example", authorization: `Bearer ${TOKEN}` },
    },
    200,
  ],
  [
    "another machine with a wrong token",
    { remoteAddress: "10.0.0.5", headers: { authorization: "Bearer nonsense" } },
    403,
  ],
  ["this machine with a wrong token", { headers: { authorization: "Bearer nonsense" } }, 403],
  // DNS rebinding: a page's own name suddenly means this machine.
  ["a rebound name", { headers: { host: "evil.example" } }, 403],
  [
    "a rebound name's page",
    { headers: { host: "evil.example", origin: "http://evil.example" } },
    403,
  ],
  ["a name that begins alike", { headers: { host: "localhost.evil.example" } }, 403],
  ["no name", { headers: { host: "" } }, 403],
  ["another site's page", { headers: { origin: "https://evil.example" } }, 403],
  ["another port's page", { headers: { origin: "http://localhost:3000" } }, 403],
  ["a page without origin", { headers: { origin: "null" } }, 403],
  ["its own page", { headers: { origin: "http://localhost:4566" } }, 200],
  ["a link on another site", { headers: { "sec-fetch-site": "cross-site" } }, 403],
  ["a sibling site", { headers: { "sec-fetch-site": "same-site" } }, 403],
  ["its own script", { headers: { "sec-fetch-site": "same-origin" } }, 200],
  ["the address bar", { headers: { "sec-fetch-site": "none" } }, 200],
  [
    "another site's page with the token",
    { headers: { origin: "https://evil.example", authorization: `Bearer ${TOKEN}` } },
    403,
  ],
])("%s asks for the state's reset", async (_who, parts, status) => {
  const cloud = await openCloud()
  await createQueue(cloud)
  const told = await control(cloud, "/_cloudarium/reset", { ...parts, method: "POST" })
  expect(told.status).toBe(status)
  expect(await queues(cloud)).toEqual(status === 200 ? [] : [QUEUE_URL])
})

test("a cloud without a token has none that opens it", async () => {
  const cloud = await openCloud()
  for (const bearer of ["undefined", "null", "x"]) {
    const headers = { authorization: `Bearer ${bearer}` }
    const wire = request({
      method: "GET",
      path: "/_cloudarium/health",
      remoteAddress: "10.0.0.5",
      headers,
    })
    expect((await handleControl(cloud, wire, { version: "" })).status).toBe(403)
  }
})

test("the clock advances, stands and runs", async () => {
  const cloud = await openCloud()
  const at = (body?: object): Promise<Told> => control(cloud, "/_cloudarium/clock", { body })
  const told = (now: string, mode: string): Told => ({ status: 200, body: { now, mode } })
  expect(await at()).toEqual(told("2026-01-15T12:00:00.000Z", "frozen"))
  expect(await at({ advance: "1h30m" })).toEqual(told("2026-01-15T13:30:00.000Z", "frozen"))
  expect(await at({ advance: 1000 })).toEqual(told("2026-01-15T13:30:01.000Z", "frozen"))
  // The host's clock stands in this test, so that running does not move it either.
  expect(await at({ resume: true })).toEqual(told("2026-01-15T13:30:01.000Z", "running"))
  expect(await at({ advance: "1d" })).toEqual(told("2026-01-16T13:30:01.000Z", "running"))
  expect(await at({ freeze: true })).toEqual(told("2026-01-16T13:30:01.000Z", "frozen"))
})

test("places fail by Region, AZ name and AZ id, and heal alone or together", async () => {
  const cloud = await openCloud()
  const change = async (body?: object): Promise<unknown> =>
    (await control(cloud, "/_cloudarium/faults", { body })).body["faults"]
  const zone = zonesOf("000000000000", "us-east-1")[0]!
  expect(zone.name).toBe("us-east-1a")
  expect(await change()).toEqual([])
  expect(await change({ fail: "eu-west-1" })).toEqual(["eu-west-1"])
  expect(await change({ fail: "us-east-1a" })).toEqual(["eu-west-1", zone.id])
  expect(await change({ fail: "usw2-az1" })).toEqual(["eu-west-1", zone.id, "usw2-az1"])
  expect(await change({ heal: zone.id })).toEqual(["eu-west-1", "usw2-az1"])
  expect(await change({ heal: "eu-central-1" })).toEqual(["eu-west-1", "usw2-az1"])
  expect(await change({ heal: "all" })).toEqual([])
})

test.each([
  ["memory", (): Promise<Cloud> => openCloud()],
  ["a folder", openStoredCloud],
])("snapshots of %s are saved, listed, loaded and deleted", async (_where, open) => {
  const cloud = await open()
  const change = (body: object): Promise<Told> => control(cloud, "/_cloudarium/snapshots", { body })
  await createQueue(cloud)
  expect(await change({ save: "one" })).toEqual({ status: 200, body: { save: "one" } })
  await control(cloud, "/_cloudarium/reset", { body: {} })
  expect(await queues(cloud)).toEqual([])
  const list = await control(cloud, "/_cloudarium/snapshots")
  expect(list.body["snapshots"]).toMatchObject([{ name: "one" }])
  expect((await change({ load: "one" })).status).toBe(200)
  expect(await queues(cloud)).toEqual([QUEUE_URL])
  expect((await change({ delete: "one" })).status).toBe(200)
  expect((await change({ load: "one" })).status).toBe(404)
  // A load that finds nothing leaves the state as it is.
  expect(await queues(cloud)).toEqual([QUEUE_URL])
})

const poll = (cloud: Cloud): ReturnType<typeof sqs> =>
  sqs(cloud, ["ReceiveMessage", { QueueUrl: QUEUE_URL, WaitTimeSeconds: 20 }])

test.each([
  ["memory", (): Promise<Cloud> => openCloud()],
  ["a folder", openStoredCloud],
])("a snapshot of %s loads while a long poll waits, which ends empty", async (_where, open) => {
  const cloud = await open()
  await createQueue(cloud)
  await cloud.saveSnapshot("one")
  const waiting = poll(cloud)
  await cloud.settle()
  expect((await control(cloud, "/_cloudarium/snapshots", { body: { load: "one" } })).status).toBe(
    200,
  )
  expect(await waiting).toEqual({ status: 200, body: {} })
  expect(await queues(cloud)).toEqual([QUEUE_URL])
})

test.each([
  ["memory", (): Promise<Cloud> => openCloud()],
  ["a folder", openStoredCloud],
])(
  "requests on their way over a reset of %s are answered: done, or to be retried",
  async (_where, open) => {
    const cloud = await open()
    await createQueue(cloud)
    const send = ["SendMessage", { QueueUrl: QUEUE_URL, MessageBody: "x" }] as const
    const before = Array.from({ length: 20 }, () => sqs(cloud, send))
    const wait = poll(cloud)
    const reset = control(cloud, "/_cloudarium/reset", { body: {} })
    const during = Array.from({ length: 20 }, () => sqs(cloud, ["ListQueues", {}]))
    const late = slowSend(cloud)
    expect((await reset).status).toBe(200)
    for (const { status } of await Promise.all(before)) expect([200, 503]).toContain(status)
    expect([200, 503]).toContain((await wait).status)
    // What comes while the state is replaced waits for the new one.
    for (const answer of await Promise.all(during))
      expect(answer).toEqual({ status: 200, body: {} })
    expect([400, 503]).toContain(await late)
  },
)

test.each([
  ["memory", (): Promise<Cloud> => openCloud()],
  ["a folder", openStoredCloud],
])("control requests that come together to %s are done one after another", async (_where, open) => {
  const cloud = await open()
  await createQueue(cloud)
  await cloud.saveSnapshot("one")
  const at = (path: string, body: object): Promise<Told> =>
    control(cloud, `/_cloudarium/${path}`, { body })
  const told = await Promise.all([
    at("snapshots", { save: "two" }),
    at("reset", {}),
    at("snapshots", { save: "three" }),
    at("clock", { advance: "1h" }),
    at("faults", { fail: "eu-west-1" }),
    at("snapshots", { load: "one" }),
    at("faults", { heal: "eu-west-1" }),
    at("clock", { freeze: true }),
  ])
  // What the state was taken from under may be tried again.
  for (const [at, { status }] of told.entries())
    expect(at === 3 || at === 7 ? [200, 503] : [200], `request ${at}`).toContain(status)
  expect(await queues(cloud)).toEqual([QUEUE_URL])
  await at("snapshots", { load: "two" })
  expect(await queues(cloud)).toEqual([QUEUE_URL])
  // Asked for after the reset, it shows what the reset left.
  await at("snapshots", { load: "three" })
  expect(await queues(cloud)).toEqual([])
  const during = [
    at("reset", {}),
    at("clock", { advance: "1h" }),
    at("faults", { fail: "eu-west-1" }),
  ]
  for (const { status } of await Promise.all(during)) expect(status).toBe(200)
  expect(cloud.world.clock.now()).toBe(NOW + 3_600_000)
  expect(cloud.world.faults).toEqual([{ region: "eu-west-1" }])
})

/** A request whose body takes longer than the reset. */
async function slowSend(cloud: Cloud): Promise<number> {
  const input = { QueueUrl: QUEUE_URL, MessageBody: "x" }
  const wire = signed(sqsRequest("SendMessage", input), { service: "sqs", accessKeyId: "AKIAOLD" })
  async function* stream(): AsyncGenerator<Uint8Array> {
    await new Promise((resolve) => setTimeout(resolve, 1))
    yield wire.body
  }
  const slow = { ...wire, body: new Uint8Array(0), stream: stream() }
  return (await cloud.handle(slow)).status
}

test("a request that was being read when the store closed is to be retried", async () => {
  const cloud = await openStoredCloud()
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  const wire = signed(sqsRequest("ListQueues", {}), { service: "sqs", accessKeyId: "AKIAOLD" })
  async function* stream(): AsyncGenerator<Uint8Array> {
    await closed
    yield wire.body
  }
  const answer = cloud.handle({ ...wire, body: new Uint8Array(0), stream: stream() })
  await cloud.world.close()
  close()
  expect((await answer).status).toBe(503)
})

test("a closed cloud takes no control request", async () => {
  const cloud = await openCloud()
  await cloud.close()
  const told = await control(cloud, "/_cloudarium/clock", { body: { advance: "1h" } })
  expect(told.status).toBe(503)
})

test("a failure inside says nothing of the inside, and is reported", async () => {
  const reports: string[] = []
  const storage = createMemoryStorage(hostClock, () => createMemoryBlobs())
  storage.listSnapshots = () => Promise.reject(new Error("hidden"))
  const cloud = await openCloud({ reports, storage })
  const told = await control(cloud, "/_cloudarium/snapshots")
  expect(told.status).toBe(500)
  expect(JSON.stringify(told.body)).not.toContain("hidden")
  expect(reports).toEqual([
    expect.stringMatching(/^control GET \/_cloudarium\/snapshots: .*hidden/),
  ])
})

test("cloud time starts where it is told", async () => {
  const cloud = await openCloud()
  expect(cloud.world.clock.now()).toBe(NOW)
})
