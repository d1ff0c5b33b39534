import { expect, test } from "vitest"
import type { WireRequest } from "../kernel/wire.ts"
import type { Cloud } from "./cloud.ts"
import {
  answerOf,
  formRequest,
  NOW,
  openCloud,
  request,
  signed,
  sqsRequest,
  type Signer,
} from "./testing/open-cloud.ts"

const ACCOUNT = "000000000000"
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
const QueueUrl = `http://localhost:4566/${ACCOUNT}/jobs`
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`

interface Told {
  readonly id: string
  readonly status: number
  readonly text: string
}

async function ask(cloud: Cloud, wire: WireRequest): Promise<Told> {
  const { status, headers, text } = await answerOf(cloud.handle(wire))
  return { id: String(headers["x-amzn-requestid"]), status, text }
}

const iam = (cloud: Cloud, parameters: Record<string, string>): Promise<Told> => {
  const form = formRequest({ Version: "2010-05-08", ...parameters })
  return ask(cloud, signed(form, { service: "iam" }))
}

const send = (cloud: Cloud, by: Partial<Signer> = {}, input: object = {}): Promise<Told> => {
  const wire = sqsRequest("SendMessage", { QueueUrl, MessageBody: "x", ...input })
  return ask(cloud, signed(wire, { service: "sqs", ...by }))
}

const member = (text: string, name: string): string =>
  new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? ""

const policyOf = (...Statement: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement })

const MAY_SEND = { Sid: "Send", Effect: "Allow", Action: "sqs:Send*", Resource: QUEUE }

/** A cloud with the queue `jobs` and the user `ann`, whose keys come with it. */
async function openWithAnn() {
  const cloud = await openCloud()
  await ask(cloud, signed(sqsRequest("CreateQueue", { QueueName: "jobs" }), { service: "sqs" }))
  await iam(cloud, { Action: "CreateUser", UserName: "ann" })
  const { text } = await iam(cloud, { Action: "CreateAccessKey", UserName: "ann" })
  const ann = {
    accessKeyId: member(text, "AccessKeyId"),
    secret: member(text, "SecretAccessKey"),
  }
  const put = (...statements: object[]) =>
    iam(cloud, {
      ...{ Action: "PutUserPolicy", UserName: "ann", PolicyName: "own" },
      PolicyDocument: policyOf(...statements),
    })
  return { cloud, ann, put }
}

test("a denied request: caller, action, resource, what was looked at, and what would allow it", async () => {
  const { cloud, ann, put } = await openWithAnn()
  await put(
    { ...MAY_SEND, Sid: "Home", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
    { ...MAY_SEND, Sid: "Read", Action: "sqs:Receive*" },
  )
  const { id, status, text } = await send(cloud, ann)
  expect(status).toBe(403)
  const { message } = cloud.explain(id).error ?? {}
  expect(text).toContain(message)
  const explained = cloud.explain(id)
  expect(explained).toMatchObject({
    ...{ requestId: id, service: "sqs", operation: "SendMessage", region: "us-east-1" },
    ...{ caller: ANN, outcome: "denied", time: new Date(NOW).toISOString(), inner: [] },
    decisions: [{ action: "sqs:SendMessage", resource: QUEUE, owner: ACCOUNT, allowed: false }],
  })
  expect(explained.text.replace(id, "ID")).toBe(`Request ID
sqs SendMessage in us-east-1 at 2026-01-15T12:00:00.000Z: DENIED
Caller: ${ANN}
Answer: ${explained.error?.code}: ${explained.error?.message}

DENIED sqs:SendMessage on ${QUEUE} to ${ANN} because no identity-based policy allows the sqs:sendmessage action
  resource-based policy: none
  identity-based policies: not allowed here
    own
      Home: Allow does not match: IpAddress aws:SourceIp ["10.0.0.0/8"], it is "127.0.0.1"
      Read: Allow does not match: Action is sqs:Receive*
To allow it, say in the identity-based policies: {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${QUEUE}"}`)
})

test("what the explanation says would allow a request does", async () => {
  const { cloud, ann, put } = await openWithAnn()
  const denied = await send(cloud, ann)
  const [remedy] = cloud.explain(denied.id).decisions[0]?.remedies ?? []
  if (remedy?.kind !== "add") throw new Error("nothing to add")
  await put(remedy.statement)
  const allowed = await send(cloud, ann)
  expect(allowed.status).toBe(200)
  const { outcome, error, text } = cloud.explain(allowed.id)
  expect([outcome, error]).toEqual(["allowed", undefined])
  expect(text).toContain(
    `ALLOWED sqs:SendMessage on ${QUEUE} to ${ANN}
  resource-based policy: none
  identity-based policies: allowed here
    own
      statement 1: Allow matches: Action sqs:SendMessage; Resource ${QUEUE}`,
  )
})

test("an explanation shows policies, keys and time as they were, whatever happened since", async () => {
  const { cloud, ann, put } = await openWithAnn()
  const until = "2026-01-15T12:30:00Z"
  await put({ ...MAY_SEND, Condition: { DateLessThan: { "aws:CurrentTime": until } } })
  const allowed = await send(cloud, ann)
  await cloud.advance(3_600_000)
  const late = await send(cloud, ann)
  await put({ ...MAY_SEND, Effect: "Deny" })
  await iam(cloud, { Action: "DeleteUserPolicy", UserName: "ann", PolicyName: "own" })
  expect(cloud.explain(allowed.id).text).toContain(
    `Send: Allow matches: Action sqs:Send*; Resource ${QUEUE}; DateLessThan aws:CurrentTime ["${until}"], it is "2026-01-15T12:00:00Z"`,
  )
  expect(cloud.explain(late.id).text).toContain(
    `Send: Allow does not match: DateLessThan aws:CurrentTime ["${until}"], it is "2026-01-15T13:00:00Z"`,
  )
})

test("of several things that one call asks for each is told, up to the one that is denied", async () => {
  const { cloud, ann } = await openWithAnn()
  const trust = { Effect: "Allow", Principal: { AWS: ANN }, Action: "sts:AssumeRole" }
  const AssumeRolePolicyDocument = policyOf(trust)
  await iam(cloud, { Action: "CreateRole", RoleName: "worker", AssumeRolePolicyDocument })
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/worker`
  const assume = formRequest({
    ...{ Version: "2011-06-15", Action: "AssumeRole", RoleArn, RoleSessionName: "run" },
    ...{ "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue" },
  })
  const { id } = await ask(cloud, signed(assume, { service: "sts", ...ann }))
  const { outcome, decisions, text } = cloud.explain(id)
  expect(outcome).toBe("denied")
  expect(decisions.map(({ action, allowed }) => [action, allowed])).toEqual([
    ["sts:AssumeRole", true],
    ["sts:TagSession", false],
  ])
  expect(decisions[1]?.remedies).toEqual([
    {
      ...{ kind: "add", type: "trust" },
      statement: { Effect: "Allow", Principal: { AWS: ANN }, Action: "sts:TagSession" },
    },
  ])
  expect(text).toContain("role trust policy: allowed here")
  expect(text).toContain("role trust policy: not allowed here")
})

test("root is limited by nothing, but by what a queue's policy denies", async () => {
  const { cloud } = await openWithAnn()
  const free = cloud.explain((await send(cloud)).id)
  expect(free).toMatchObject({ outcome: "allowed", caller: `arn:aws:iam::${ACCOUNT}:root` })
  expect(free.decisions).toMatchObject([{ allowed: true, unlimited: true, groups: [] }])
  expect(free.text).toContain("nothing limits the caller in its own account")
  const Policy = policyOf({ ...MAY_SEND, Effect: "Deny", Principal: "*" })
  const set = sqsRequest("SetQueueAttributes", { QueueUrl, Attributes: { Policy } })
  await ask(cloud, signed(set, { service: "sqs" }))
  const denied = cloud.explain((await send(cloud)).id)
  expect(denied.decisions).toMatchObject([
    {
      ...{ allowed: false, unlimited: true },
      reason: "with an explicit deny in a resource-based policy",
      remedies: [{ kind: "change", type: "resource", statement: "Send" }],
    },
  ])
  expect(denied.text).toContain("nothing on the caller's own side limits it")
})

test("requests that came to no decision say why", async () => {
  const { cloud, ann } = await openWithAnn()
  const told = async (answer: Promise<Told>) => {
    const { id } = await answer
    const { outcome, caller, decisions, text } = cloud.explain(id)
    expect([outcome, decisions]).toEqual(["undecided", []])
    return `${caller ?? "nobody"}: ${text.split("\n").at(-1)}`
  }
  const unknown = "the caller was not known, or what was asked is not there"
  const forged = send(cloud, { ...ann, secret: "wrong" })
  expect(await told(forged)).toContain(`nobody: It came to no decision: ${unknown} (`)
  const nameless = signed(sqsRequest("SendFlowers", {}), { service: "sqs" })
  expect(await told(ask(cloud, nameless))).toBe(
    `nobody: It came to no decision: ${unknown} (UnknownOperationException).`,
  )
  expect(await told(send(cloud, {}, { DelaySeconds: "soon" }))).toContain(
    `arn:aws:iam::${ACCOUNT}:root: It came to no decision: SerializationException was found before.`,
  )
  expect(await told(send(cloud, ann, { QueueUrl: `${QueueUrl}2` }))).toContain(
    `${ANN}: It came to no decision: QueueDoesNotExist was found before.`,
  )
  const whoAmI = formRequest({ Version: "2011-06-15", Action: "GetCallerIdentity" })
  expect(await told(ask(cloud, signed(whoAmI, { service: "sts" })))).toContain(
    "No decision was needed",
  )
})

test("an unknown id is told to be one, and a reset forgets all", async () => {
  const { cloud } = await openWithAnn()
  const { id } = await send(cloud)
  expect(cloud.explain(` ${id.toUpperCase()} `).requestId).toBe(id)
  expect(() => cloud.explain("nonsense")).toThrow(
    /^no recent request has the id nonsense: the last/,
  )
  await cloud.reset()
  expect(() => cloud.explain(id)).toThrow(RangeError)
})

test("recent requests, the newest first, all or those that were denied", async () => {
  const { cloud, ann } = await openWithAnn()
  const denied = await send(cloud, ann)
  const allowed = await send(cloud)
  const ids = (isDenied: boolean, limit = 10) =>
    cloud.requests({ denied: isDenied, limit }).map(({ requestId }) => requestId)
  expect(ids(false).slice(0, 2)).toEqual([allowed.id, denied.id])
  expect(ids(false, 1)).toEqual([allowed.id])
  expect(ids(true)).toEqual([denied.id])
})

test("the control API lists and explains, and refuses what it does not know", async () => {
  const { cloud, ann } = await openWithAnn()
  const { handleControl } = await import("./control.ts")
  const get = async (path: string, query = "", method = "GET") => {
    const wire = request({ method, path: `/_cloudarium/requests${path}`, query })
    const { status, text } = await answerOf(handleControl(cloud, wire, { version: "1" }))
    return { status, body: JSON.parse(text) as Record<string, unknown> }
  }
  const { id } = await send(cloud, ann)
  expect(await get(`/${id}/explain`)).toEqual({
    status: 200,
    body: JSON.parse(JSON.stringify(cloud.explain(id))) as unknown,
  })
  const list = async (query: string) => (await get("", query)).body["requests"] as unknown[]
  expect(await list("denied&limit=5")).toMatchObject([{ requestId: id, outcome: "denied" }])
  expect((await list("")).length).toBeGreaterThan(3)
  expect(await list("denied=false&limit=2")).toHaveLength(2)
  expect(await get("/nonsense/explain")).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining("no recent request has the id nonsense") as string },
  })
  expect((await get("", "limit=0")).status).toBe(400)
  expect((await get("", "max=2")).status).toBe(400)
  expect((await get(`/${id}`)).status).toBe(404)
  expect((await get(`/${id}/explain`, "", "POST")).status).toBe(405)
})

test("a queue's policy is told by the names of today, and by unique ids of who is gone", async () => {
  const { cloud, ann, put } = await openWithAnn()
  await put({ ...MAY_SEND, Resource: "*", Effect: "Deny" })
  for (const UserName of ["bob", "carol"]) await iam(cloud, { Action: "CreateUser", UserName })
  const Principal = { AWS: [ANN.replace("ann", "bob"), ANN.replace("ann", "carol")] }
  const Policy = policyOf({ ...MAY_SEND, Principal })
  const set = sqsRequest("SetQueueAttributes", { QueueUrl, Attributes: { Policy } })
  await ask(cloud, signed(set, { service: "sqs" }))
  await iam(cloud, { Action: "UpdateUser", UserName: "bob", NewUserName: "bert" })
  await iam(cloud, { Action: "DeleteUser", UserName: "carol" })
  await iam(cloud, { Action: "CreateUser", UserName: "carol" })
  const { id } = await send(cloud, ann)
  const { decisions, text } = cloud.explain(id)
  const policies = decisions[0]?.groups.find(({ type }) => type === "resource")?.policies
  const gone = expect.stringMatching(/^AIDA[A-Z2-7]{17}$/) as string
  expect(policies?.[0]?.statements[0]?.mismatch).toEqual({
    element: "Principal",
    values: [ANN.replace("ann", "bert"), gone],
  })
  expect(text).toContain(ANN.replace("ann", "bert"))
})
