/**
 * What identity costs: a user of ten policies of twenty statements, and a session of a role with
 * the same, against the account's root; and one decision against one SHA-256 of 1 KB.
 *
 *   node bench/identity.ts [--rounds 9] [--seconds 1]
 */
import { hash } from "node:crypto"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { actorOf } from "../src/iam/policy/actor.ts"
import { contextOf } from "../src/iam/policy/context.ts"
import { evaluate } from "../src/iam/policy/evaluate.ts"
import { createPolicyCache } from "../src/iam/policy/policy-cache.ts"
import type { Principal } from "../src/iam/principal.ts"
import { askOnce } from "./connection.ts"
import { cpuOfRequest, inRounds, median, times, type Laps, type Measure } from "./figures.ts"
import { type BenchKeys, form, signedSqs } from "./requests.ts"
import { CLOUDARIUM, startBench, type Bench } from "./servers.ts"

/** Share of its CPU that a call may cost more for its caller's policies. */
export const IDENTITY_LIMIT = 1.15
/** How many SHA-256 of 1 KB a decision may cost. */
export const DECISION_LIMIT = 20

const POLICIES = 10
const STATEMENTS = 20
const ACCOUNT = "000000000000"
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:send`

/**
 * One of the ten. The first `about` of its statements are about the action, some of them denying
 * on a condition; the others are about other services. Only the last policy allows it.
 */
function policyText(place: number, about: number): string {
  const Statement = Array.from({ length: STATEMENTS }, (_, i) => {
    const Condition = { StringLike: { "aws:userid": `AROA${i}*` } }
    if (i >= about)
      return { Effect: "Allow", Action: [`s3:Get${i}*`, `ec2:Run${i}`], Resource: "*" }
    if (i % 5 === 0) return { Effect: "Deny", Action: ["sqs:*", "s3:*"], Resource: "*", Condition }
    const Resource = place === POLICIES - 1 ? QUEUE : `arn:aws:sqs:*:${ACCOUNT}:other-${place}-*`
    return { Effect: "Allow", Action: "sqs:Send*", Resource }
  })
  return JSON.stringify({ Version: "2012-10-17", Statement })
}

/** In the calls, what real policies are like: most of them is about something else. */
const ABOUT_IN_CALLS = 2

/**
 * The cost of a decision, of which every statement is about the action, as a multiple of one
 * SHA-256 of 1 KB: the median of many short rounds.
 */
export function decisionCost(rounds = 21, times = 2_000): number {
  const cache = createPolicyCache()
  const texts = Array.from({ length: POLICIES }, (_, place) => policyText(place, STATEMENTS))
  const identity = texts.flatMap((text, at) => cache.compiled("identity", text, `p${at}`) ?? [])
  const principal: Principal = {
    ...{ type: "user" as const, account: ACCOUNT, accessKeyId: "AKIABENCH" },
    ...{ userName: "ann", userId: "AIDABENCH", path: "/" },
  }
  const context = contextOf({ "aws:userid": principal.userId })
  const decide = (): void => {
    const decision = evaluate({
      actor: actorOf(principal, "aws"),
      ...{ action: "sqs:SendMessage", resource: QUEUE, resourceAccount: ACCOUNT },
      ...{ context, policies: { identity, resource: [] } },
    })
    if (!decision.allowed) throw new Error("the benchmark's user may not send")
  }
  const kilobyte = Buffer.alloc(1_024, "x")
  const digest = (): void => void hash("sha256", kilobyte, "hex")
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++)
    ratios.push(elapsed(decide, times) / elapsed(digest, times))
  return median(ratios)
}

function elapsed(work: () => void, times: number): number {
  const began = process.hrtime.bigint()
  for (let i = 0; i < times; i++) work()
  return Number(process.hrtime.bigint() - began)
}

export interface CallCost {
  /** Server CPU per SendMessage, as a multiple of what the same call of root costs. */
  readonly user: number
  readonly session: number
}

/**
 * The cost of a signed SendMessage of a user and of a session, each against root with a key that
 * was made in the same cloud: all three are authenticated alike, so what differs is identity.
 */
export async function callCosts(server: Bench, laps: Laps): Promise<CallCost> {
  const callers = await createCallers(server.port)
  const body = await askOnce(
    server.port,
    signedSqs("CreateQueue", { QueueName: "send" }, callers.root),
  )
  const { QueueUrl } = JSON.parse(body) as { QueueUrl: string }
  const input = { QueueUrl, MessageBody: "x".repeat(200) }
  const cpuOf = (keys: BenchKeys): Measure =>
    cpuOfRequest(server, signedSqs("SendMessage", input, keys))
  const { root, user, session } = await inRounds(
    { root: cpuOf(callers.root), user: cpuOf(callers.user), session: cpuOf(callers.session) },
    laps,
  )
  return { user: times(user, root), session: times(session, root) }
}

async function createCallers(
  port: number,
): Promise<Readonly<Record<"root" | "user" | "session", BenchKeys>>> {
  const iam = (parameters: Record<string, string>): Promise<string> =>
    askOnce(port, form("iam", "2010-05-08", parameters))
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" },
  })
  await iam({ Action: "CreateUser", UserName: "ann" })
  await iam({ Action: "CreateRole", RoleName: "worker", AssumeRolePolicyDocument: trust })
  for (let place = 0; place < POLICIES; place++) {
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/p${place}`
    const PolicyDocument = policyText(place, ABOUT_IN_CALLS)
    await iam({ Action: "CreatePolicy", PolicyName: `p${place}`, PolicyDocument })
    await iam({ Action: "AttachUserPolicy", UserName: "ann", PolicyArn })
    await iam({ Action: "AttachRolePolicy", RoleName: "worker", PolicyArn })
  }
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/worker`
  const assume = { Action: "AssumeRole", RoleArn, RoleSessionName: "bench" }
  return {
    root: keysIn(await iam({ Action: "CreateAccessKey" })),
    user: keysIn(await iam({ Action: "CreateAccessKey", UserName: "ann" })),
    session: keysIn(await askOnce(port, form("sts", "2011-06-15", assume))),
  }
}

function keysIn(xml: string): BenchKeys {
  const member = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1]
  const sessionToken = member("SessionToken")
  return {
    accessKeyId: member("AccessKeyId") ?? "",
    secret: member("SecretAccessKey") ?? "",
    ...(sessionToken !== undefined && { sessionToken }),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "1" },
      rounds: { type: "string", default: "9" },
    },
  })
  console.log(`decision: ${decisionCost().toFixed(2)} × SHA-256 of 1 KB, at most ${DECISION_LIMIT}`)
  const probe = async (port: number): Promise<void> =>
    void (await askOnce(port, form("sts", "2011-06-15", { Action: "GetCallerIdentity" })))
  const server = (await startBench(CLOUDARIUM, probe)) as Bench
  const { user, session } = await callCosts(server, {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
  })
  await server.stop()
  console.log(
    `SendMessage: user ${user.toFixed(3)}, session ${session.toFixed(3)} × root, at most ${IDENTITY_LIMIT}`,
  )
}
