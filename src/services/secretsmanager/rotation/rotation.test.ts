import {
  CancelRotateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager"
import { expect, test } from "vitest"
import { NOW } from "../../../gateway/testing/open-cloud.ts"
import { until } from "../../../kernel/host/transport/testing/server.ts"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { LAMBDA, openRotation, template } from "../testing/open-rotation.ts"
import { openSecret, refusalOf } from "../testing/open-secrets.ts"

const DAY_MS = 86_400_000
const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
const rules = { AutomaticallyAfterDays: 10 }

test("SEC-4 a rotation calls the function for its four steps, and the new value is current", async () => {
  const { cloud, rotate, steps, value, describe } = await openRotation(template)
  const token = await rotate({ RotationRules: rules })
  await cloud.settle()
  expect(steps).toEqual(STEPS)
  expect(await value()).toBe(`new ${token}`)
  expect(await value("AWSPREVIOUS")).toBe("s1")
  const seen = await describe()
  expect(seen).toMatchObject({
    ...{ RotationEnabled: true, RotationLambdaARN: LAMBDA, RotationRules: rules },
    ...{ LastRotatedDate: new Date(NOW) },
    NextRotationDate: new Date(NOW - (NOW % DAY_MS) + 11 * DAY_MS - 1_000),
  })
})

test("SEC-4 secrets rotate by themselves when their time has come", async () => {
  const { cloud, rotate, steps, value, describe } = await openRotation(template)
  await rotate({ RotationRules: rules })
  await cloud.advance(9 * DAY_MS)
  expect(steps).toHaveLength(4)
  const first = await value()
  await cloud.advance(DAY_MS)
  expect(steps).toHaveLength(8)
  expect(await value()).not.toBe(first)
  expect(await value("AWSPREVIOUS")).toBe(first)
  expect((await describe()).LastRotatedDate?.getTime()).toBe(NOW - (NOW % DAY_MS) + 10 * DAY_MS)
})

test("a schedule may be an expression", async () => {
  const { cloud, rotate, steps, describe } = await openRotation(template)
  const ScheduleExpression = "cron(0 8 1 * ? *)"
  await rotate({ RotationRules: { ScheduleExpression, Duration: "3h" } })
  await cloud.settle()
  expect((await describe()).NextRotationDate).toEqual(new Date(Date.UTC(2026, 1, 1, 11)))
  await cloud.advance(Date.UTC(2026, 1, 1, 8) - NOW)
  expect(steps).toHaveLength(8)
  const wrong = rotate({ RotationRules: { ScheduleExpression: "rate(2 hours)" } })
  expect(await refusalOf(wrong)).toMatch(/^InvalidParameterException/)
})

test("a function that fails is tried again from the first step, then at the next window", async () => {
  let isBroken = true
  const { cloud, rotate, steps, value, client } = await openRotation(async (event, own) => {
    if (isBroken && event.Step === "setSecret") throw new Error("no")
    await template(event, own)
  })
  const token = await rotate({ RotationRules: rules })
  await cloud.settle()
  expect(steps).toEqual(["createSecret", "setSecret"])
  await cloud.advance(60_000)
  expect(steps).toHaveLength(4)
  await cloud.advance(DAY_MS)
  expect(steps).toHaveLength(10)
  expect(await value()).toBe("s1")
  expect(await refusalOf(rotate({ ClientRequestToken: "d".repeat(32) }))).toBe(
    "InvalidRequestException: A previous rotation isn't complete. That rotation will be reattempted.",
  )
  isBroken = false
  await cloud.advance(9 * DAY_MS)
  expect(await value()).toBe(`new ${token}`)
  await client.send(new CancelRotateSecretCommand({ SecretId: "db" }))
})

test("a rotation that is to begin later only tries the function", async () => {
  const { cloud, rotate, steps, describe } = await openRotation(template)
  await rotate({ RotationRules: rules, RotateImmediately: false })
  await cloud.settle()
  expect(steps).toEqual(["testSecret"])
  const { VersionIdsToStages, RotationEnabled } = await describe()
  expect(Object.values(VersionIdsToStages ?? {})).toEqual([["AWSCURRENT"]])
  expect(RotationEnabled).toBe(true)
  await cloud.advance(10 * DAY_MS)
  expect(steps).toHaveLength(5)
})

test("a cancelled rotation stays off; a deleted secret does not rotate, a restored one does", async () => {
  const { cloud, client, rotate, steps, describe } = await openRotation(template)
  await rotate({ RotationRules: rules })
  await cloud.settle()
  await client.send(new CancelRotateSecretCommand({ SecretId: "db" }))
  await cloud.advance(20 * DAY_MS)
  expect(steps).toHaveLength(4)
  expect(await describe()).toMatchObject({ RotationEnabled: false, RotationLambdaARN: LAMBDA })
  await rotate()
  await cloud.settle()
  await client.send(new DeleteSecretCommand({ SecretId: "db" }))
  await cloud.advance(12 * DAY_MS)
  expect(steps).toHaveLength(8)
  await client.send(new RestoreSecretCommand({ SecretId: "db" }))
  await cloud.advance(12 * DAY_MS)
  expect(steps.length).toBeGreaterThan(8)
})

test("a function that is not there, or none at all, is refused in AWS's words", async () => {
  const { client } = await openSecret()
  const rotate = (RotationLambdaARN?: string) =>
    client.send(new RotateSecretCommand({ SecretId: "db", RotationLambdaARN }))
  expect(await refusalOf(rotate())).toBe(
    "InvalidRequestException: No Lambda rotation function ARN is associated with this secret.",
  )
  expect(await refusalOf(rotate(LAMBDA))).toBe(
    "AccessDeniedException: Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
  )
})

const CRASHES = STEPS.flatMap((step) => ["before", "after"].map((when) => [when, step] as const))

test.each(CRASHES)(
  "a crash %s the work of %s loses no version, and the rotation goes on after it",
  async (when, step) => {
    const machine = createFaultyMachine({ random: createSeededRandom(1) })
    const { storage } = machine
    const first = await openRotation(
      async (event, client) => {
        if (when === "after") await template(event, client)
        if (event.Step === step) machine.crash("process")
        if (when === "before") await template(event, client)
      },
      { storage, reports: [] },
    )
    const put = { SecretId: "db", SecretString: "s2" }
    await first.client.send(new PutSecretValueCommand(put))
    const token = await first.rotate()
    // The crashed cloud never settles: what it began is never told of.
    await until(() => !machine.running)
    const second = await openRotation(template, { storage, isAgain: true })
    await second.describe()
    await second.cloud.settle()
    expect(await second.value()).toBe(`new ${token}`)
    expect(await second.value("AWSPREVIOUS")).toBe("s2")
    expect(second.steps[0]).toBe(step)
    const { VersionIdsToStages = {} } = await second.describe()
    expect(Object.keys(VersionIdsToStages)).toHaveLength(2)
  },
)
