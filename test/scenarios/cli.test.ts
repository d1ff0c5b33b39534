import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import { connect } from "node:http2"
import { request } from "node:https"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, onTestFinished, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { run, type Ran } from "./tools.ts"

/** One run of the command line, from the source tree. */
const cli = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  run(process.execPath, ["src/cli/main.ts", ...args], {
    env: { PATH: process.env["PATH"], ...env },
  })

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-"))
  onTestFinished(() => removeFolder(folder))
  return folder
}

/** A server for one test, in memory unless a folder is given. */
async function start(flags: readonly string[] = [], data?: string): Promise<RunningServer> {
  const server = await startCloud(data === undefined ? ["--ephemeral", ...flags] : flags, data)
  onTestFinished(async () => void (await server.stop()))
  return server
}

const client = (
  url: string,
  keys = { accessKeyId: "test", secretAccessKey: "test" },
): SQSClient => {
  const made = new SQSClient({ endpoint: url, region: "us-east-1", credentials: keys })
  onTestFinished(() => made.destroy())
  return made
}

/** `cloudarium <args> --port N`, of which a success is expected: what it prints. */
async function tell(server: RunningServer, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli([...args, "--port", String(server.port)])
  expect([code, stderr]).toEqual([0, ""])
  return stdout.trim()
}

const refusal = (line: string, code = 2): Ran => ({
  code,
  stdout: "",
  stderr: `cloudarium: ${line}\n`,
})

test.each([["--help"], ["-h"], ["help"], []])(
  "cloudarium %s lists the commands",
  async (...args) => {
    const { code, stdout, stderr } = await cli(args)
    expect([code, stderr]).toEqual([0, ""])
    for (const name of ["start", "env", "status", "clock", "fault", "snapshot", "reset"])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"))
  },
)

test.each(["start", "env", "status", "clock", "fault", "snapshot", "reset"])(
  "cloudarium %s --help shows how",
  async (command) => {
    const { code, stdout, stderr } = await cli([command, "--help"])
    expect([code, stderr]).toEqual([0, ""])
    expect(stdout).toMatch(new RegExp(`^Usage: cloudarium ${command}`))
  },
)

test("cloudarium help COMMAND shows how, too", async () => {
  expect(await cli(["help", "start"])).toEqual(await cli(["start", "--help"]))
})

test("what answers as no cloud does is told apart from one", async () => {
  const other = createHttpServer((_request, response) => response.end("hello")).listen(0)
  onTestFinished(() => void other.close())
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  expect(await cli(["status", "--url", url])).toEqual(
    refusal(`what answers at ${url} is no Cloudarium (200)`, 1),
  )
})

test("cloudarium --version is the package's", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string }
  expect((await cli(["--version"])).stdout).toBe(`${version}\n`)
})

test.each<[string[], string]>([
  [["strat"], 'there is no command "strat" (cloudarium --help lists them)'],
  [["toString"], 'there is no command "toString" (cloudarium --help lists them)'],
  [["start", "--prot", "1"], "Unknown option '--prot'"],
  [["start", "--port"], "Option '-p, --port <value>' argument missing"],
  [["start", "--data", "--ephemeral"], "Option '--data' argument is ambiguous"],
  [["start", "now"], 'unexpected argument "now"'],
  [["start", "--port", "65536"], "--port 65536 is not a port"],
  [["start", "--auth", "none"], '--auth takes open or strict, not "none"'],
  [["start", "--durability", "x"], '--durability takes process or power, not "x"'],
  [["start", "--account", "1"], '--account takes 12 digits, not "1"'],
  [["start", "--region", "mars-1"], "--region mars-1: there is no such Region"],
  [["start", "--data", "x", "--ephemeral"], "give --data or --ephemeral, not both"],
  [["start", "--data", ""], "--data takes a folder"],
  ...[
    "*",
    "app.example.com",
    "https://app.example.com/",
    "https://app.example.com:443",
    "x://*",
  ].map((origin): [string[], string] => [
    ["start", "--cors-origin", origin],
    `--cors-origin ${origin} is not an origin such as https://app.example.com`,
  ]),
  [
    ["start", "--host", "0.0.0.0"],
    "--host 0.0.0.0 lets other machines in, and any dummy key would be root: add --auth strict",
  ],
  [["env", "--account", "me"], '--account takes 12 digits, not "me"'],
  [["status", "--url", "x", "--port", "1"], "give --url or --port, not both"],
  [
    ["status", "--url", "localhost:1"],
    "--url localhost:1 is not a URL such as http://localhost:4566",
  ],
  [["clock", "advance"], "clock advance needs a span, such as 30d"],
  [["clock", "stop"], 'clock takes advance, freeze or resume, not "stop"'],
  [["fault", "fail"], "fault fail needs a place, such as us-east-1a"],
  [["fault", "lag"], "fault lag needs a span, such as 2s, or 0s to end it"],
  [["fault", "redeliver", "0.1"], '"0.1" is no share, such as 10%'],
  [["snapshot", "save"], "snapshot save needs a name"],
])("cloudarium %j is refused in one line", async (args, line) => {
  const known = !line.startsWith("there is no command")
  const hint = known ? ` (cloudarium ${args[0]} --help shows what it takes)` : ""
  expect(await cli(args)).toEqual(refusal(`${line}${hint}`))
})

test("a folder that cannot be written to, or is of a newer version, is said so", async () => {
  const file = join(newFolder(), "file")
  writeFileSync(file, "")
  const none = await cli(["start", "--port", "0", "--data", file])
  expect(none.stderr).toMatch(
    /^cloudarium: no state can be kept in .*\(EEXIST.*\): give --data DIR/,
  )
  expect([none.code, none.stdout]).toEqual([1, ""])
  const data = newFolder()
  await (await startCloud([], data)).stop()
  const log = join(data, "store", "commits-0000000001.log")
  const bytes = readFileSync(log)
  bytes.writeUInt32LE(99, 8)
  writeFileSync(log, bytes)
  expect(await cli(["start", "--port", "0", "--data", data])).toEqual(
    refusal(
      `${data}: the log has format 99; this version reads 1: give another --data DIR, or --ephemeral`,
      1,
    ),
  )
})

test("without a cloud, the other commands say how to start one", async () => {
  const port = await freePort()
  for (const command of ["status", "reset"])
    expect(await cli([command, "--port", String(port)])).toEqual(
      refusal(
        `no cloud answers at http://localhost:${port} (start one with: cloudarium start; one on another port: --port N)`,
        1,
      ),
    )
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test("a port in use is said so", async () => {
  const { port } = await start()
  const line = `port ${port} is in use (127.0.0.1): stop the other one or give --port`
  expect(await cli(["start", "--ephemeral", "--port", String(port)])).toEqual(refusal(line, 1))
})

test("a host that is none is said so", async () => {
  const args = ["start", "--ephemeral", "--port", "0", "--auth", "strict", "--host", "192.0.2.1"]
  const line = "this machine has no address 192.0.2.1 to listen on (EADDRNOTAVAIL)"
  expect(await cli(args)).toEqual(refusal(line, 1))
})

test("a second cloud on the same folder is refused, and the first goes on", async () => {
  const data = newFolder()
  const server = await start([], data)
  const { code, stdout, stderr } = await cli(["start", "--port", "0", "--data", data])
  expect([code, stdout]).toEqual([1, ""])
  expect(stderr).toMatch(/^cloudarium: .* is in use by process \d+ on .*: stop that one, or give /)
  expect(stderr).toContain(`process ${server.pid} `)
  expect(stderr.trim().split("\n")).toHaveLength(1)
  expect(await tell(server, ["fault"])).toBe("Everything is up.")
})

test("env is understood by a shell and by AWS's clients", async () => {
  const server = await start()
  const { stdout } = await cli(["env", "--port", String(server.port), "--region", "eu-west-1"])
  const real = { AWS_PROFILE: "real", AWS_SESSION_TOKEN: "real" }
  const env = { PATH: process.env["PATH"], ...real, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }
  const shell = await run("sh", ["-ec", `eval "$1"; env`, "sh", stdout], { env })
  const lines = shell.stdout.split("\n").filter((line) => line.startsWith("AWS_"))
  expect(lines.sort()).toEqual([
    "AWS_ACCESS_KEY_ID=test",
    "AWS_DEFAULT_REGION=eu-west-1",
    `AWS_ENDPOINT_URL=http://127.0.0.1:${server.port}`,
    "AWS_REGION=eu-west-1",
    "AWS_SECRET_ACCESS_KEY=test",
  ])
})

test("env prints no more than words, whatever it is given", async () => {
  const url = "http://localhost:1/$(echo spent)'`echo spent`[x]"
  const { stdout } = await cli(["env", "--url", url, "--account", "111122223333"])
  const script = `eval "$1"; printf '%s\\n' "$AWS_ENDPOINT_URL" "$AWS_ACCESS_KEY_ID"`
  const shell = await run("sh", ["-ec", script, "sh", stdout], { env: {} })
  expect(shell).toEqual({ code: 0, stdout: `${url}\n111122223333\n`, stderr: "" })
})

test("the commands steer a running cloud", async () => {
  const server = await start([], newFolder())
  const sqs = client(server.url)
  expect(await tell(server, ["status"])).toMatch(
    /^Cloudarium \S+ at http:\/\/localhost:\d+\n {2}Services {2}.*sqs.*\n {2}Clock .*\(running\)\n {2}Down {6}nothing\n/,
  )

  const frozen = await tell(server, ["clock", "freeze"])
  expect(frozen).toMatch(/^\S+Z \(frozen\)$/)
  const advanced = await tell(server, ["clock", "advance", "30d"])
  expect(Date.parse(advanced.split(" ")[0]!) - Date.parse(frozen.split(" ")[0]!)).toBe(
    30 * 86_400_000,
  )
  expect(await tell(server, ["clock"])).toBe(advanced)
  expect(await tell(server, ["clock", "resume"])).toMatch(/\(running\)$/)

  expect(await tell(server, ["fault", "fail", "eu-west-1"])).toBe("Down: eu-west-1")
  expect(await tell(server, ["fault", "fail", "us-east-1a"])).toMatch(/1, use1-az2 \(us-east-1a\)$/)
  expect(await tell(server, ["fault", "heal", "use1-az2"])).toBe("Down: eu-west-1")
  expect(await tell(server, ["fault", "heal", "all"])).toBe("Everything is up.")
  expect(await tell(server, ["fault", "lag", "2s", "eu-west-1"])).toBe(
    "Everything is up.\nReads that need not see the latest lag 2 s behind in eu-west-1.",
  )
  await tell(server, ["fault", "lag", "0s", "eu-west-1"])
  expect(await tell(server, ["fault", "redeliver", "10%"])).toBe(
    "Everything is up.\n10 % of what is promised at least once comes again in us-east-1.",
  )
  const again = "10 % of what is promised at least once comes again in us-east-1."
  expect((await tell(server, ["status"])).split("\n").at(-1)?.trim()).toBe(again)
  expect(await tell(server, ["fault", "slow-down", "on"])).toMatch(/their rates in us-east-1\.$/)
  expect(await tell(server, ["fault", "heal", "all"])).toBe("Everything is up.")

  expect(await tell(server, ["snapshot"])).toBe("There are no snapshots.")
  await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }))
  expect(await tell(server, ["snapshot", "save", "one"])).toBe("Saved one.")
  expect(await tell(server, ["snapshot", "list"])).toMatch(/^\S+Z +\d+ B {2}one$/)
  expect(await tell(server, ["reset"])).toBe("The cloud is empty.")
  expect((await sqs.send(new ListQueuesCommand())).QueueUrls ?? []).toEqual([])
  expect(await tell(server, ["snapshot", "load", "one"])).toBe("Loaded one.")
  expect((await sqs.send(new ListQueuesCommand())).QueueUrls).toHaveLength(1)
  expect(await tell(server, ["snapshot", "delete", "one"])).toBe("Deleted one.")
})

test("what the cloud refuses, the command line says", async () => {
  const server = await start()
  const refused = (args: string[]): Promise<Ran> => cli([...args, "--port", String(server.port)])
  expect(await refused(["snapshot", "load", "x"])).toEqual(refusal("there is no snapshot x", 1))
  expect(await refused(["clock", "advance", "soon"])).toEqual(
    refusal('not a span of time: "soon" (write 30s, 15m, 1h30m, 7d)', 1),
  )
  expect((await refused(["fault", "fail", "mars-1"])).stderr).toContain("there is no place mars-1")
})

/** A header and a body of AWS JSON, as good as signed for a dummy key. */
function sqsCall(
  operation: string,
  input: object,
): { headers: Record<string, string>; body: string } {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
  const scope = `${date.slice(0, 8)}/us-east-1/sqs/aws4_request`
  return {
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
      "x-amz-date": date,
      authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body: JSON.stringify(input),
  }
}

/** HTTP/2 without TLS and without asking, many calls on one connection. */
function speakHttp2(server: RunningServer): (operation: string, input: object) => Promise<unknown> {
  const session = connect(server.url)
  onTestFinished(() => session.destroy())
  return async (operation, input) => {
    const { headers, body } = sqsCall(operation, input)
    const stream = session.request({ ":method": "POST", ":path": "/", ...headers })
    stream.end(body)
    let text = ""
    for await (const chunk of stream.setEncoding("utf8")) text += String(chunk)
    return JSON.parse(text)
  }
}

test("HTTP/2 with prior knowledge works on the same port", async () => {
  const call = speakHttp2(await start())
  expect(await call("CreateQueue", { QueueName: "jobs" })).toEqual({
    QueueUrl: expect.stringMatching(/\/000000000000\/jobs$/) as string,
  })
})

test.each(["memory", "a folder"])(
  "SIGTERM ends a cloud in %s at once, though somebody polls and nobody hangs up",
  async (where) => {
    const server = await start([], where === "memory" ? undefined : newFolder())
    const call = speakHttp2(server)
    const { QueueUrl } = (await call("CreateQueue", { QueueName: "jobs" })) as { QueueUrl: string }
    const poll = call("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 })
    // Calls of one connection begin in their order: now the poll waits.
    await call("ListQueues", {})
    const began = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(await poll).toEqual({})
  },
)

test("TLS works on the same port, for who trusts the cloud's own CA", async () => {
  const data = newFolder()
  const server = await start([], data)
  const path = join(data, "tls", "ca.pem")
  expect(server.output()).toContain(`AWS_CA_BUNDLE=${path}`)
  const ask = (ca: string | undefined): Promise<number> =>
    new Promise((resolve, reject) => {
      const { headers, body } = sqsCall("ListQueues", {})
      const url = `https://localhost:${server.port}/`
      request(url, { method: "POST", headers, agent: false, ...(ca && { ca }) }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
        .once("error", reject)
        .end(body)
    })
  expect(await ask(readFileSync(path, "utf8"))).toBe(200)
  await expect(ask(undefined)).rejects.toThrow(/certificate/)
})

const keysOf = (output: string): { accessKeyId: string; secretAccessKey: string } => ({
  accessKeyId: /AWS_ACCESS_KEY_ID=(\S+)/.exec(output)?.[1] ?? "",
  secretAccessKey: /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(output)?.[1] ?? "",
})

test("a strict cloud shows its root key once, and it stays good", async () => {
  const data = newFolder()
  const first = await start(["--auth", "strict", "--account", "111122223333"], data)
  const keys = keysOf(first.output())
  expect(keys.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
  expect(first.output()).toContain("root key of account 111122223333. It is shown only now.")
  const { QueueUrl } = await client(first.url, keys).send(
    new CreateQueueCommand({ QueueName: "a" }),
  )
  expect(QueueUrl).toContain("/111122223333/a")
  await expect(client(first.url).send(new ListQueuesCommand())).rejects.toThrow(/--auth strict/)
  await tell(first, ["reset"])
  expect(await first.stop()).toBe(0)

  const second = await start(["--auth", "strict", "--account", "111122223333"], data)
  expect(second.output()).not.toContain(keys.secretAccessKey)
  expect(second.output()).toContain("as printed at the first start")
  expect((await client(second.url, keys).send(new ListQueuesCommand())).QueueUrls ?? []).toEqual([])
})

test("what was answered with --durability power is there after a kill", async () => {
  const data = newFolder()
  const first = await start(["--durability", "power"], data)
  const { QueueUrl } = await client(first.url).send(new CreateQueueCommand({ QueueName: "kept" }))
  expect(QueueUrl).toContain("/kept")
  await first.kill()
  const second = await start(["--durability", "power"], data)
  expect((await client(second.url).send(new ListQueuesCommand())).QueueUrls).toHaveLength(1)
})

test("the folder's secrets are their owner's only", async () => {
  const data = newFolder()
  const server = await start([], data)
  const token = readFileSync(join(data, "control-token"), "utf8")
  expect(token).toMatch(/^[0-9a-f]{48}$/)
  for (const name of ["control-token", "tls/ca.pem"])
    expect(statSync(join(data, name)).mode & 0o077, name).toBe(0)
  // With the token the command line may come from anywhere; a wrong one is refused from here, too.
  expect(await tell(server, ["fault", "--token", token])).toBe("Everything is up.")
  const wrong = await cli(["fault", "--token", "x", "--port", String(server.port)])
  expect(wrong).toEqual(refusal("the token is wrong", 1))
  expect(existsSync(join(data, "store"))).toBe(true)
})
