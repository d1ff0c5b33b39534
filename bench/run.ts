/**
 * The product against a bare node:http echo and against peers, in one run: server CPU per request
 * (the figure to trust on a shared machine), latency, start-up, memory, depth. Linux only.
 *
 *   npm run bench [-- --seconds 1 --rounds 9 --messages 1000000 --part dynamodb]
 *
 * moto is measured where Python has it, fauxqs and dynalite where BENCH_PEERS is a folder that has
 * them installed.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { askOnce, Connection } from "./connection.ts"
import { DYNAMODB_LIMITS, dynamodbCosts } from "./dynamodb.ts"
import { cpuOfPeer, inRounds, median, times, type Laps, type Measure } from "./figures.ts"
import { callCosts, DECISION_LIMIT, decisionCost, IDENTITY_LIMIT } from "./identity.ts"
import { KMS_LIMIT, kmsCosts, SECRET_LIMIT } from "./kms.ts"
import { latencies, LATENCY_LIMITS } from "./latency.ts"
import { load, processCpuUs } from "./load.ts"
import { sqs, sts } from "./requests.ts"
import { S3_LIMITS, s3Costs } from "./s3.ts"
import { CLOUDARIUM, ECHO, PEER_KINDS, START_PEERS, startBench, type Bench } from "./servers.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "1" },
    rounds: { type: "string", default: "9" },
    messages: { type: "string", default: "1000000" },
    part: { type: "string" },
  },
})
const LAPS: Laps = { rounds: Number(values.rounds), seconds: Number(values.seconds) }
/** Accounted in hundredths of a second, and the first fills V8's cache of compiled code. */
const STARTS = 9
const CONNECTIONS = 32
/** Of a row's first column. */
const WIDTH = 64
const BODY = "x".repeat(200)

interface Row {
  readonly what: string
  readonly value: string
  readonly gate: string
  readonly ok: boolean | undefined
}

const rows: Row[] = []
const gate = (what: string, value: number, limit: number, unit = "× echo"): void => {
  rows.push({
    what,
    value: `${value.toFixed(2)} ${unit}`,
    gate: `≤ ${Number(limit.toFixed(2))}`,
    ok: value <= limit,
  })
}
const atLeast = (what: string, value: number, limit: number): void => {
  rows.push({ what, value: `${value.toFixed(1)} ×`, gate: `≥ ${limit}`, ok: value >= limit })
}
const REQUEST_FIGURES = {
  sts: "STS GetCallerIdentity",
  send: "SQS SendMessage",
  loop: "SQS send + receive + delete",
} as const
type RequestFigure = keyof typeof REQUEST_FIGURES

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const probe = async (port: number): Promise<void> =>
  void (await askOnce(port, sqs("ListQueues", {})))

/** A peer may know nothing of queues. */
async function anyAnswer(port: number): Promise<void> {
  const connection = new Connection(port)
  await connection.ask(sqs("ListQueues", {})).finally(() => connection.close())
}

/** Queues per server; the loads of a server do not disturb each other. */
async function createQueue(server: Bench, name: string): Promise<string> {
  const body = await askOnce(server.port, sqs("CreateQueue", { QueueName: name }))
  return (JSON.parse(body) as { QueueUrl: string }).QueueUrl
}

async function cpuOf(
  server: Bench,
  request: Buffer,
  seconds: number,
): Promise<{ cpuUs: number; p99Us: number }> {
  return load({
    port: server.port,
    pid: server.pid,
    connections: CONNECTIONS,
    seconds,
    warmupSeconds: 0.5,
    request,
  })
}

/** Send, receive, delete: CPU of the three together. */
async function loopCpu(server: Bench, seconds: number): Promise<number> {
  const queues = await Promise.all(
    Array.from({ length: 8 }, (_, i) => createQueue(server, `loop-${i}`)),
  )
  let loops = 0
  let counting = false
  let stopped = false
  const drive = async (QueueUrl: string): Promise<void> => {
    const connection = new Connection(server.port)
    const send = sqs("SendMessage", { QueueUrl, MessageBody: BODY })
    const receive = sqs("ReceiveMessage", { QueueUrl })
    while (!stopped) {
      await connection.ask(send)
      const { body } = await connection.ask(receive)
      const message = (JSON.parse(body) as { Messages?: { ReceiptHandle: string }[] }).Messages?.[0]
      if (message)
        await connection.ask(
          sqs("DeleteMessage", { QueueUrl, ReceiptHandle: message.ReceiptHandle }),
        )
      if (counting) loops += 1
    }
    connection.close()
  }
  const driving = Promise.all(queues.flatMap((queue) => [drive(queue), drive(queue)]))
  await pause(0.7)
  const before = processCpuUs(server.pid)
  counting = true
  await pause(seconds)
  counting = false
  const cpuUs = (processCpuUs(server.pid) - before) / loops
  stopped = true
  await driving
  return cpuUs
}

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000))

async function measureStarts(): Promise<void> {
  const kinds = [ECHO, CLOUDARIUM, ...START_PEERS.map(({ kind }) => kind)]
  const cpu = new Map<string, number[]>()
  const memory = new Map<string, number[]>()
  for (let round = 0; round < STARTS; round += 1) {
    for (const kind of kinds) {
      const server = await startBench(kind, anyAnswer)
      if (!server) continue
      cpu.set(kind.name, [...(cpu.get(kind.name) ?? []), server.startCpuUs])
      memory.set(kind.name, [...(memory.get(kind.name) ?? []), server.residentMb()])
      await server.stop()
    }
  }
  const own = median(cpu.get("cloudarium") ?? [])
  gate("start to first answer, CPU", own / median(cpu.get("echo") ?? []), 2)
  for (const { kind, limit } of START_PEERS) {
    const theirs = cpu.get(kind.name)
    if (theirs) gate("start to first answer, CPU", own / median(theirs), limit, `× ${kind.name}`)
    else console.log(`${kind.name} is not installed: not compared`)
  }
  const idle = median(memory.get("cloudarium") ?? [])
  gate("memory, idle", idle, 120, "MB")
  gate("memory, idle", idle / median(memory.get("echo") ?? []), 1.75)
}

async function measureRequests(echo: Bench, own: Bench, peers: readonly Bench[]): Promise<void> {
  const send = new Map<Bench, Buffer>()
  for (const server of [own, ...peers]) {
    const QueueUrl = await createQueue(server, "send")
    send.set(server, sqs("SendMessage", { QueueUrl, MessageBody: BODY }))
  }
  const requestOf = (server: Bench): Buffer => send.get(server) as Buffer
  const p99 = { echo: [] as number[], own: [] as number[] }
  const sending = async (of: "echo" | "own", seconds: number): Promise<number> => {
    const { cpuUs, p99Us } = await cpuOf(of === "own" ? own : echo, requestOf(own), seconds)
    p99[of].push(p99Us)
    return cpuUs
  }
  const seen = await inRounds(
    {
      echo: (seconds) => sending("echo", seconds),
      sts: async (seconds) => (await cpuOf(own, sts("GetCallerIdentity"), seconds)).cpuUs,
      send: (seconds) => sending("own", seconds),
      loop: (seconds) => loopCpu(own, seconds),
      ...Object.fromEntries(
        peers.flatMap((peer): [string, Measure][] => [
          [`${peer.name} sts`, cpuOfPeer(peer, sts("GetCallerIdentity"))],
          [`${peer.name} send`, cpuOfPeer(peer, requestOf(peer))],
          [`${peer.name} loop`, (seconds) => loopCpu(peer, seconds)],
        ]),
      ),
    },
    LAPS,
  )
  gate("STS GetCallerIdentity, CPU", times(seen.sts, seen.echo), 1.8)
  gate("SQS SendMessage, CPU", times(seen.send, seen.echo), 2.2)
  gate("SQS send + receive + delete, CPU", times(seen.loop, seen.echo), 7.5)
  // The first lap of each was for warming up.
  const [ownP99, echoP99] = [p99.own.slice(1), p99.echo.slice(1)]
  gate("SQS SendMessage, p99 at 32 connections", times(ownP99, echoP99), 5)
  for (const peer of peers)
    for (const [figure, what] of Object.entries(REQUEST_FIGURES) as [RequestFigure, string][]) {
      const theirs = (seen as Record<string, number[]>)[`${peer.name} ${figure}`] as number[]
      const wanted = peer.name === "moto" ? 30 : 1.2
      atLeast(`${what}, CPU of ${peer.name} ÷ ours`, times(theirs, seen[figure]), wanted)
    }
}

/** CPU of a receive of ten from a queue, after `messages` have been put into it. */
async function receiveCpu(server: Bench, QueueUrl: string): Promise<number> {
  const connection = new Connection(server.port)
  const receive = sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 })
  for (let i = 0; i < 500; i += 1) await connection.ask(receive)
  const before = processCpuUs(server.pid)
  const times = 3_000
  for (let i = 0; i < times; i += 1) await connection.ask(receive)
  connection.close()
  return (processCpuUs(server.pid) - before) / times
}

async function fill(server: Bench, QueueUrl: string, messages: number): Promise<void> {
  const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: BODY }))
  const request = sqs("SendMessageBatch", { QueueUrl, Entries })
  let left = messages / 10
  const drive = async (): Promise<void> => {
    const connection = new Connection(server.port)
    while (left-- > 0) await connection.ask(request)
    connection.close()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, drive))
}

async function measureDepth(own: Bench): Promise<void> {
  const messages = Number(values.messages)
  const shallow = await createQueue(own, "shallow")
  await fill(own, shallow, 1_000)
  const few = await receiveCpu(own, shallow)
  const deep = await createQueue(own, "deep")
  await fill(own, deep, messages)
  const count = messages.toLocaleString("en")
  gate(`memory of its own with ${count} messages`, own.ownMb(), 300, "MB")
  rows.push({
    what: `memory with ${count} messages, mapped pages of the store included`,
    value: `${own.residentMb().toFixed(0)} MB`,
    gate: "",
    ok: undefined,
  })
  gate(
    `receive of 10 with ${count} messages, CPU`,
    (await receiveCpu(own, deep)) / few,
    1.25,
    "× with 1,000",
  )
}

async function measureIdentity(): Promise<void> {
  gate(
    "IAM decision, 10 policies of 20 statements",
    decisionCost(),
    DECISION_LIMIT,
    "× SHA-256 of 1 KB",
  )
  const server = (await startBench(CLOUDARIUM, probe)) as Bench
  const { user, session } = await callCosts(server, LAPS)
  await server.stop()
  gate("SQS SendMessage of an IAM user, CPU", user, IDENTITY_LIMIT, "× root's")
  gate("SQS SendMessage of a role's session, CPU", session, IDENTITY_LIMIT, "× root's")
}

async function measureDynamoDb(): Promise<void> {
  const items = await dynamodbCosts(LAPS)
  for (const name of ["PutItem", "GetItem", "Query"] as const)
    gate(`DynamoDB ${name}, CPU`, items[name], DYNAMODB_LIMITS[name])
  for (const { peer, limit, costs } of items.peers)
    for (const name of ["PutItem", "GetItem", "Query"] as const)
      atLeast(`DynamoDB ${name}, CPU of ${peer} ÷ ours`, costs[name], limit)
}

async function measureKms(): Promise<void> {
  const keys = await kmsCosts(LAPS)
  gate("KMS Encrypt, CPU", keys.encrypt, KMS_LIMIT)
  gate("KMS Decrypt, CPU", keys.decrypt, KMS_LIMIT)
  gate("Secrets Manager GetSecretValue, CPU", keys.getSecret, SECRET_LIMIT)
}

async function measureS3(): Promise<void> {
  const servers = {
    ours: (await startBench(CLOUDARIUM, probe)) as Bench,
    echo: (await startBench(ECHO, probe)) as Bench,
  }
  const objects = await s3Costs(servers, LAPS)
  await Promise.all(Object.values(servers).map((server) => server.stop()))
  gate("S3 PutObject of 1 KB, CPU", objects.put, S3_LIMITS.put)
  gate("S3 GetObject of 1 KB, CPU", objects.get, S3_LIMITS.get)
  gate("S3 ListObjectsV2 of 100 keys, CPU", objects.list, S3_LIMITS.list)
}

/** Also of what was measured before something went wrong. */
process.on("exit", (code) => {
  for (const { what, value, gate: limit, ok } of rows)
    console.log(
      `${what.padEnd(WIDTH)}  ${value.padStart(18)}  ${limit.padEnd(8)} ${ok === undefined ? "" : ok ? "ok" : "MISSED"}`,
    )
  if (code === 0 && rows.some((row) => row.ok === false)) process.exitCode = 1
})

async function measureAllRequests(): Promise<void> {
  const echo = (await startBench(ECHO, probe)) as Bench
  const own = (await startBench(CLOUDARIUM, probe)) as Bench
  const peers: Bench[] = []
  for (const kind of PEER_KINDS) {
    const peer = await startBench(kind, probe)
    if (peer) peers.push(peer)
    else console.log(`${kind.name} is not installed: not compared`)
  }
  await measureRequests(echo, own, peers)
  await Promise.all([echo, ...peers, own].map((server) => server.stop()))
}

async function measureLatency(): Promise<void> {
  const { read, write, durable } = await latencies(LAPS)
  gate("STS GetCallerIdentity, p50 at one connection", read, LATENCY_LIMITS.read)
  gate("SQS SendMessage, p50 at one connection", write, LATENCY_LIMITS.write)
  gate("SQS SendMessage, durable, the same", durable, LATENCY_LIMITS.durable, "× fdatasync")
}

async function measureFreshDepth(): Promise<void> {
  const fresh = (await startBench(CLOUDARIUM, probe)) as Bench
  await measureDepth(fresh)
  await fresh.stop()
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  starts: measureStarts,
  requests: measureAllRequests,
  latency: measureLatency,
  identity: measureIdentity,
  dynamodb: measureDynamoDb,
  kms: measureKms,
  s3: measureS3,
  depth: measureFreshDepth,
}

/**
 * Each part in a process of its own. What has made one kind of load for minutes makes the next one
 * slower, and a server that is asked slowly has fewer requests to share its turns with: the same
 * requests then cost half as much again (measured).
 */
if (values.part === undefined) {
  for (const part of Object.keys(PARTS)) {
    const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2), "--part", part]
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" })
    if (status !== 0) process.exitCode = 1
  }
} else {
  const measure = PARTS[values.part]
  if (!measure) throw new Error(`--part ${values.part}: there are ${Object.keys(PARTS).join(", ")}`)
  say(`${values.part} …`)
  await measure()
}
