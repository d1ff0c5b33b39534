import { existsSync, readFileSync, statSync } from "node:fs"
import { connect } from "node:http2"
import { request } from "node:https"
import { join } from "node:path"
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, onTestFinished, test } from "vitest"
import { quoted } from "../../src/cli/arguments.ts"
import { cli, newFolder, refusal, start, tell } from "./command-line.ts"
import type { RunningServer } from "./server.ts"
import type { Ran } from "./tools.ts"

const client = (
  url: string,
  keys = { accessKeyId: "test", secretAccessKey: "test" },
): SQSClient => {
  const made = new SQSClient({ endpoint: url, region: "us-east-1", credentials: keys })
  onTestFinished(() => made.destroy())
  return made
}

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
    "Everything is up.\nReads that need not see the latest, and events of buckets, lag 2 s behind in eu-west-1.",
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
    let least = Infinity
    // Requests in flight would get five seconds, each time; a busy machine takes as long now and then.
    for (let tries = 0; tries < 5 && least > 4_500; tries += 1)
      least = Math.min(least, await endDuringPoll(where === "memory" ? undefined : newFolder()))
    expect(least).toBeLessThan(4_500)
  },
)

/** How long the end of a cloud takes while somebody polls, in milliseconds. */
async function endDuringPoll(data: string | undefined): Promise<number> {
  const server = await start([], data)
  const call = speakHttp2(server)
  const { QueueUrl } = (await call("CreateQueue", { QueueName: "jobs" })) as { QueueUrl: string }
  const poll = call("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 })
  // Calls of one connection begin in their order: now the poll waits.
  await call("ListQueues", {})
  const began = performance.now()
  expect(await server.stop()).toBe(0)
  const took = performance.now() - began
  expect(await poll).toEqual({})
  return took
}

test("TLS works on the same port, for who trusts the cloud's own CA", async () => {
  const data = newFolder()
  const server = await start([], data)
  const path = join(data, "tls", "ca.pem")
  expect(server.output()).toContain(`AWS_CA_BUNDLE=${quoted(path)}`)
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

  const second = await start(
    ["--auth", "strict", "--account", "111122223333", "--host", "0.0.0.0"],
    data,
  )
  expect(second.output()).toMatch(
    /ready at http:\/\/localhost:(\d+) and every address of this machine [^]*AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\1 /,
  )
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
