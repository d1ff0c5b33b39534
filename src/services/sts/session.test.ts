import { expect, test } from "vitest"
import { createTestWorld } from "../../kernel/testing/test-world.ts"
import type { World } from "../../kernel/world.ts"
import { AssumeRole } from "./ops/AssumeRole.ts"
import { GetFederationToken } from "./ops/GetFederationToken.ts"
import { findSession, type Session } from "./port.ts"
import { sessions } from "./session.ts"
import { sweep } from "./sweep.ts"
import { callBy, ROOT } from "./testing/call.ts"
import { ALLOW_ALL, ROLE } from "./testing/open-sts.ts"
import type { Operation } from "../../registry/operation.ts"

function openWorld() {
  const { world, reports } = createTestWorld({ jobs: [sweep] })
  world.register([sessions])
  world.start()
  return { world, reports }
}

/** Runs an operation that makes a session, and gives back the row. */
async function sessionOf<Input>(
  world: World,
  operation: Operation<Input>,
  input: Input,
  by = ROOT,
): Promise<Session> {
  if (operation.kind !== "write") throw new Error("this operation makes no session")
  const { run, name } = operation
  const answer = await world.write((tx) => run(tx, input, callBy(by, name)))
  const { Credentials } = answer as { Credentials?: { AccessKeyId: string } }
  const session = world.peek((tx) => findSession(tx, Credentials?.AccessKeyId ?? ""))
  if (!session) throw new Error("no session")
  return session
}

const rows = (world: World): number =>
  world.peek((tx) => tx.scan(sessions, { limit: 1_000 }).rows.length)

const input = { RoleArn: ROLE, RoleSessionName: "work" }

test("a session keeps what the policy engine will ask for", async () => {
  const { world } = openWorld()
  const first = await sessionOf(world, AssumeRole, {
    ...input,
    Policy: ALLOW_ALL,
    PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    Tags: [
      { Key: "Team", Value: "Blue" },
      { Key: "Cost", Value: "1" },
    ],
    TransitiveTagKeys: ["team"],
    SourceIdentity: "alice",
    ExternalId: "partner:1",
  })
  expect(first).toMatchObject({
    origin: "AssumeRole",
    policy: ALLOW_ALL,
    policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    tags: [
      { Key: "Team", Value: "Blue" },
      { Key: "Cost", Value: "1" },
    ],
    transitiveTagKeys: ["Team"],
    sourceIdentity: "alice",
    externalId: "partner:1",
    issuedAt: world.clock.now(),
    principal: { type: "assumed-role", roleArn: ROLE, sessionName: "work", chained: false },
  })
  expect(first.parent).toBeUndefined()

  const second = await sessionOf(world, AssumeRole, input, first.principal)
  expect(second).toMatchObject({
    parent: first.accessKeyId,
    policyArns: [],
    tags: [{ Key: "Team", Value: "Blue" }],
    transitiveTagKeys: ["Team"],
    sourceIdentity: "alice",
    principal: { chained: true },
  })
  expect(second).not.toHaveProperty("policy", ALLOW_ALL)
  expect(second.externalId).toBeUndefined()
})

test("sessions that are over are forgotten within the hour, and no others", async () => {
  const { world, reports } = openWorld()
  await sessionOf(world, AssumeRole, { ...input, DurationSeconds: 900 })
  await sessionOf(world, AssumeRole, { ...input, DurationSeconds: 7_200 })
  for (const expected of [2, 1, 1, 0]) {
    expect(rows(world)).toBe(expected)
    await world.advance(3_600_000)
  }
  expect(reports).toEqual([])
})

test("more sessions than one step takes are forgotten too", async () => {
  const { world, reports } = openWorld()
  for (let i = 0; i < 600; i += 1) await sessionOf(world, GetFederationToken, { Name: "bob" })
  expect(rows(world)).toBe(600)
  await world.advance(2 * 3_600_000)
  expect(rows(world)).toBe(0)
  expect(reports).toEqual([])
  // A session made afterwards is swept as well.
  await sessionOf(world, GetFederationToken, { Name: "bob" })
  await world.advance(2 * 3_600_000)
  expect(rows(world)).toBe(0)
})

test("one sweep serves all sessions of an hour", async () => {
  const { world } = openWorld()
  const timers = async (): Promise<number> => {
    let planned = 0
    const stop = world.onCommit(({ changes }) => {
      for (const key of changes.keys()) if (key.includes("kernel/timer")) planned += 1
    })
    await sessionOf(world, AssumeRole, input)
    stop()
    return planned
  }
  expect(await timers()).toBe(1)
  expect(await timers()).toBe(0)
})
