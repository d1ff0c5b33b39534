import {
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type PutScheduledActionCommandInput,
} from "@aws-sdk/client-application-auto-scaling"
import { expect, test } from "vitest"
import { openScaling, refusalOf, WRITES, type TestScaling } from "../testing/open-scaling.ts"

const put = (table: TestScaling, more: Partial<PutScheduledActionCommandInput> = {}) =>
  table.scaling.send(
    new PutScheduledActionCommand({
      ...{ ...WRITES, ScheduledActionName: "first", Schedule: "rate(1 hour)" },
      ScalableTargetAction: { MinCapacity: 15, MaxCapacity: 20 },
      ...more,
    }),
  )

const list = async ({ scaling }: TestScaling) =>
  (await scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace: "dynamodb" })))
    .ScheduledActions

/** `at(…)`, so many minutes from now. */
function inMinutes({ cloud }: TestScaling, minutes: number): string {
  const at = new Date(cloud.now().getTime() + minutes * 60_000)
  return `at(${at.toISOString().slice(0, 19)})`
}

test("an action sets the bounds at its time, and capacity follows", async () => {
  const table = await openScaling()
  await table.register()
  await put(table, { Schedule: inMinutes(table, 5) })
  const [action] = (await list(table)) ?? []
  expect(action).toEqual({
    ...{ ...WRITES, ScheduledActionName: "first", Schedule: inMinutes(table, 5) },
    ScheduledActionARN: expect.stringMatching(
      /^arn:aws:autoscaling:us-east-1:000000000000:scheduledAction:[0-9a-f-]{36}:resource\/dynamodb\/table\/things:scheduledActionName\/first$/,
    ) as string,
    ScalableTargetAction: { MinCapacity: 15, MaxCapacity: 20 },
    CreationTime: table.cloud.now(),
  })
  await table.cloud.advance("4m")
  expect(await table.units()).toEqual([5, 5])
  await table.cloud.advance("1m")
  expect(await table.units()).toEqual([5, 15])
  expect(await table.targets()).toMatchObject([{ MinCapacity: 15, MaxCapacity: 20 }])
  expect(await table.activities()).toMatchObject([
    {
      Description: "Setting write capacity units to 15.",
      Cause: "minimum capacity was set to 15",
      StatusCode: "Successful",
    },
    {
      Description: "Setting min capacity to 15 and max capacity to 20",
      Cause: "scheduled action name first was triggered",
      StatusMessage: "Successfully set min capacity to 15 and max capacity to 20",
      StatusCode: "Successful",
    },
  ])
})

test("a rate comes again and again, between its start and its end", async () => {
  const table = await openScaling()
  await table.register()
  const now = table.cloud.now().getTime()
  await put(table, {
    Schedule: "rate(10 minutes)",
    ...{ StartTime: new Date(now + 3_600_000), EndTime: new Date(now + 4_500_000) },
    ScalableTargetAction: { MinCapacity: 5 },
  })
  await table.cloud.advance("1h")
  expect(await table.activities()).toHaveLength(1)
  await table.cloud.advance("10m")
  expect(await table.activities()).toHaveLength(2)
  await table.cloud.advance("1h")
  expect(await table.activities()).toHaveLength(2)
})

test("a cron expression goes by the wall clock of its zone", async () => {
  const table = await openScaling()
  await table.register()
  const Timezone = "America/New_York"
  await put(table, { Schedule: "cron(30 9 ? * MON-FRI *)", Timezone })
  await table.cloud.advance("5d")
  const [first] = (await table.activities()).filter(({ Description }) =>
    Description?.startsWith("Setting min"),
  )
  const parts = {
    timeZone: Timezone,
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  } as const
  expect(first?.StartTime?.toLocaleTimeString("en-US", parts)).toBe("09:30")
  expect((await list(table))?.[0]?.Timezone).toBe(Timezone)
})

test("what is put again is changed: its former times do not come any more", async () => {
  const table = await openScaling()
  await table.register()
  await put(table, { Schedule: "rate(1 minute)" })
  const [before] = (await list(table)) ?? []
  await put(table, { Schedule: "rate(1 hour)", ScalableTargetAction: undefined })
  const [after] = (await list(table)) ?? []
  expect(after).toEqual({ ...before, Schedule: "rate(1 hour)" })
  await table.cloud.advance("59m")
  expect(await table.activities()).toEqual([])
  await table.scaling.send(
    new DeleteScheduledActionCommand({ ...WRITES, ScheduledActionName: "first" }),
  )
  await table.cloud.advance("2h")
  expect(await table.activities()).toEqual([])
  const again = new DeleteScheduledActionCommand({ ...WRITES, ScheduledActionName: "first" })
  expect(await refusalOf(table.scaling.send(again))).toBe(
    "ObjectNotFoundException: No scheduled action found for service namespace: dynamodb, resource ID: table/things, scalable dimension: dynamodb:table:WriteCapacityUnits, scheduled action name: first",
  )
})

test("suspended actions pass; one whose bound does not fit fails", async () => {
  const table = await openScaling()
  await table.register()
  await put(table, { Schedule: "rate(1 minute)", ScalableTargetAction: { MinCapacity: 12 } })
  const suspend = (ScheduledScalingSuspended: boolean) =>
    table.scaling.send(
      new RegisterScalableTargetCommand({
        ...WRITES,
        SuspendedState: { ScheduledScalingSuspended },
      }),
    )
  await suspend(true)
  await table.cloud.advance("3m")
  expect(await table.activities()).toEqual([])
  await suspend(false)
  await table.cloud.advance("1m")
  expect(await table.activities()).toMatchObject([
    {
      StatusCode: "Failed",
      StatusMessage:
        "Failed to set min capacity to 12. Reason: Maximum capacity cannot be less than minimum capacity",
    },
  ])
})

test.each<[string, Partial<PutScheduledActionCommandInput>, RegExp]>([
  ["daily", { Schedule: "daily" }, /Invalid schedule expression\. Details: Schedule expressions/],
  ["rate(0 days)", { Schedule: "rate(0 days)" }, /Invalid schedule expression/],
  ["a date that is none", { Schedule: "at(2030-13-01T00:00:00)" }, /Invalid schedule expression/],
  ["a time that is past", { Schedule: "at(2020-01-01T00:00:00)" }, /must be in the future/],
  ["a zone that is none", { Timezone: "Mars/Base" }, /Invalid time zone: Mars\/Base/],
  ["no bounds", { ScalableTargetAction: {} }, /MinCapacity or MaxCapacity must be specified/],
  ["no schedule", { Schedule: undefined }, /Schedule must be specified/],
])("%s is refused", async (_what, input, message) => {
  const table = await openScaling()
  await table.register()
  const refused = await refusalOf(put(table, input))
  expect(refused).toMatch(/^ValidationException: /)
  expect(refused).toMatch(message)
})

test("an action needs a target", async () => {
  const table = await openScaling()
  expect(await refusalOf(put(table))).toMatch(
    /^ObjectNotFoundException: No scalable target registered for service namespace: dynamodb/,
  )
})
