import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import type { AddressInfo } from "node:net"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { cli, newFolder, refusal, SHORT_LIMIT_MS, start, tell } from "./command-line.ts"
import { startCloud } from "./server.ts"
import { run } from "./tools.ts"

test.each([["--help"], ["-h"], ["help"], []])(
  "cloudarium %s lists the commands",
  async (...args) => {
    const { code, stdout, stderr } = await cli(args)
    expect([code, stderr]).toEqual([0, ""])
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"))
  },
)

const COMMANDS =
  "start env status clock fault snapshot explain requests dns approve scrub reset".split(" ")

test.each(COMMANDS)("cloudarium %s --help shows how", async (command) => {
  const { code, stdout, stderr } = await cli([command, "--help"])
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toMatch(new RegExp(`^Usage: cloudarium ${command}`))
  for (const option of ["--port N", "-h, --help"]) expect(stdout).toContain(option)
  expect(stdout.endsWith("\n\n")).toBe(false)
})

test("cloudarium help COMMAND shows how, too", async () => {
  expect(await cli(["help", "start"])).toEqual(await cli(["start", "--help"]))
})

test("what answers as no cloud does is told apart from one", async () => {
  for (const body of ["hello", "{}", "null"]) {
    const url = serveOnce(200, body)
    const line = `what answers at ${url} is no Cloudarium (200)`
    expect(await cli(["status", "--url", url])).toEqual(refusal(line, 1))
    expect(await cli(["approve", "arn", "--url", url])).toEqual(refusal(line, 1))
  }
})

test("what a cloud of another version does not know is told with both versions", async () => {
  const url = serveOnce(400, '{"error":"no such thing"}', { "x-cloudarium-version": "9.8.7" })
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string }
  const line = `no such thing (the cloud is Cloudarium 9.8.7, this command is ${version})`
  expect(await cli(["fault", "--url", url])).toEqual(refusal(line, 1))
})

/** Answers everything alike, until the test is over. */
function serveOnce(status: number, body: string, headers: Record<string, string> = {}): string {
  const other = createHttpServer((_request, response) =>
    response.writeHead(status, headers).end(body),
  ).listen(0)
  onTestFinished(() => void other.close())
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}`
}

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
  [["start", "--host", ""], "--host takes an address"],
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

test("a start that fails when it listens already ends all the same", async () => {
  const data = newFolder()
  writeFileSync(join(data, "tls"), "")
  const { code, stderr } = await cli(["start", "--port", "0", "--data", data])
  expect(stderr).toMatch(/^cloudarium: no state can be kept in .*tls.*: give --data DIR/)
  expect(code).toBe(1)
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
  // Nobody gets this one by chance: a port that was free a moment ago is another test's by now.
  const port = 2
  for (const command of ["status", "reset"])
    expect(await cli([command, "--port", String(port)])).toEqual(
      refusal(
        `no cloud answers at http://localhost:${port} (start one with: cloudarium start; one on another port: --port N)`,
        1,
      ),
    )
})

test("a port in use is said so", async () => {
  const { port } = await start()
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string }
  const by = `by Cloudarium ${version}`
  expect(await startAt(port)).toEqual(inUse(port, by))
  const localStack = serveOnce(200, '{"edition":"community","version":"4.14.0"}')
  const taken = Number(new URL(localStack).port)
  expect(await startAt(taken)).toEqual(inUse(taken, "by LocalStack 4.14.0"))
  const silent = Number(new URL(serveOnce(200, "hello")).port)
  expect(await startAt(silent)).toEqual(inUse(silent, "(127.0.0.1)"))
})

const startAt = (port: number) => cli(["start", "--ephemeral", "--port", String(port)])
const inUse = (port: number, by: string) =>
  refusal(`port ${port} is in use ${by}: stop the other one or give --port`, 1)

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
)
if (!hasIpv6) console.warn("this machine has no IPv6: --host [::1] is not tried")

test.skipIf(!hasIpv6)("--host [::1] is this machine", async () => {
  const server = await start(["--host", "[::1]"])
  expect(server.url).toContain("http://localhost:")
})

test("--host 127.0.0.2 is this machine", async () => {
  const server = await start(["--host", "127.0.0.2"])
  expect(server.url).toContain("http://127.0.0.2:")
})

test.runIf(existsSync("/proc/self"))(
  "a folder that cannot be made is said so at once",
  async () => {
    const { code, stderr } = await cli(["start", "--port", "0", "--data", "/proc/none/below"])
    expect(stderr).toMatch(/^cloudarium: no state can be kept in .*ENOENT.*: give --data DIR/)
    expect(code).toBe(1)
  },
)

test("nobody need read what it prints", async () => {
  const script = '"$0" src/cli/main.ts "$@" | head -n 0'
  const bash = ["-o", "pipefail", "-c", script, process.execPath]
  // Bash itself complains of a language that the machine has not.
  const env = { ...process.env, LC_ALL: "C" }
  const sh = (args: string[]) => run("bash", [...bash, ...args], { env, limitMs: SHORT_LIMIT_MS })
  const { port } = await start()
  for (const args of [["requests", "--limit", "999"], ["status"]])
    expect(await sh([...args, "--port", String(port)])).toEqual({ code: 0, stdout: "", stderr: "" })
})

test("the end of a shell does not end a cloud that has no terminal; SIGTERM does", async () => {
  const server = await start()
  process.kill(server.pid, "SIGHUP")
  expect(await tell(server, ["fault"])).toBe("Everything is up.")
  expect(await server.stop()).toBe(0)
})

test("git passes over the folder that is made where one starts", async () => {
  const folder = newFolder()
  const main = join(process.cwd(), "src/cli/main.ts")
  const script =
    '"$0" "$1" start --port 0 > out & until grep -q Ctrl-C out || ! kill -0 $!; do sleep 0.1; done; kill $!; wait $!'
  const git = join(folder, ".cloudarium", ".gitignore")
  const env = { PATH: process.env["PATH"] }
  const options = { env, cwd: folder, limitMs: SHORT_LIMIT_MS }
  await run("bash", ["-c", script, process.execPath, main], options)
  expect(readFileSync(git, "utf8")).toBe("*\n")
  const named = newFolder()
  await (await startCloud([], named)).stop()
  expect(existsSync(join(named, ".gitignore"))).toBe(false)
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
