import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, onTestFinished, test } from "vitest"
import { cli, start } from "./command-line.ts"
import type { RunningServer } from "./server.ts"
import type { Ran } from "./tools.ts"

const ANN = "arn:aws:iam::000000000000:user/ann"

const ask = (server: RunningServer, ...args: string[]): Promise<Ran> =>
  cli([...args, "--port", String(server.port)])

/** Has a user call that may do nothing, and root one that may all: the ids of both requests. */
async function callTwice(server: RunningServer) {
  const config = (keys = { accessKeyId: "test", secretAccessKey: "test" }) => ({
    ...{ endpoint: server.url, region: "us-east-1", credentials: keys },
  })
  const iam = new IAMClient(config())
  const UserName = "ann"
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {}
  const ann = new SQSClient(config({ accessKeyId, secretAccessKey }))
  const root = new SQSClient(config())
  for (const client of [iam, ann, root]) onTestFinished(() => client.destroy())
  const denied: unknown = await ann
    .send(new CreateQueueCommand({ QueueName: "jobs" }))
    .catch((error: unknown) => error)
  const allowed = await root.send(new ListQueuesCommand({}))
  return { denied: idIn(denied), allowed: idIn(allowed) }
}

const idIn = (answer: unknown): string =>
  (answer as { $metadata: { requestId: string } }).$metadata.requestId

test("cloudarium explain tells why a request was denied, and allowed", async () => {
  const server = await start()
  const { denied, allowed } = await callTwice(server)
  const { code, stdout, stderr } = await ask(server, "explain", denied)
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toContain(`Request ${denied}\nsqs CreateQueue in us-east-1 at `)
  expect(stdout).toContain(`Caller: ${ANN}\n`)
  expect(stdout).toContain("identity-based policies: none")
  expect(stdout).toContain(
    'To allow it, say in the identity-based policies: {"Effect":"Allow","Action":"sqs:CreateQueue","Resource":"arn:aws:sqs:us-east-1:000000000000:jobs"}',
  )
  expect((await ask(server, "explain", allowed)).stdout).toContain(
    "nothing limits the caller in its own account",
  )
  const json = JSON.parse((await ask(server, "explain", denied, "--json")).stdout) as object
  expect(json).toMatchObject({ requestId: denied, outcome: "denied", caller: ANN })
})

test("cloudarium requests lists the latest requests, or those that were denied", async () => {
  const server = await start()
  expect((await ask(server, "requests")).stdout).toBe("There are no recent requests.\n")
  expect((await ask(server, "requests", "--denied")).stdout).toBe("No recent request was denied.\n")
  const { denied, allowed } = await callTwice(server)
  const ids = async (...args: string[]) =>
    (await ask(server, "requests", ...args)).stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.slice(0, denied.length))
  expect(await ids("--denied")).toEqual([denied])
  expect((await ids()).slice(0, 2)).toEqual([allowed, denied])
  expect(await ids("--limit", "1")).toEqual([allowed])
  const { stdout } = await ask(server, "requests", "--denied", "--json")
  expect(JSON.parse(stdout)).toMatchObject([{ requestId: denied, operation: "CreateQueue" }])
})

test("what explain and requests do not understand they say", async () => {
  const server = await start()
  const told = async (...args: string[]) => {
    const { code, stderr } = await ask(server, ...args)
    return `${code} ${stderr.trim()}`
  }
  const hint = (command: string) => ` (cloudarium ${command} --help shows what it takes)`
  expect(await told("explain")).toBe(
    `2 cloudarium: explain needs the id of a request${hint("explain")}`,
  )
  expect(await told("explain", "a/b")).toBe(
    `2 cloudarium: "a/b" is not the id of a request${hint("explain")}`,
  )
  expect(await told("explain", "nonsense")).toMatch(
    /^1 cloudarium: no recent request has the id nonsense: the last few thousand are kept/,
  )
  expect(await told("requests", "--limit", "many")).toBe(
    `2 cloudarium: --limit many is not a number${hint("requests")}`,
  )
})
