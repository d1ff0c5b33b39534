import {
  DeleteParameterCommand,
  GetParameterHistoryCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { NOW, openCloud } from "../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../gateway/testing/plug-in.ts"
import { gatewayConfig } from "../../gateway/testing/sdk-config.ts"
import { unchecked } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { openParameters } from "./testing/open-parameters.ts"

const DAY_MS = 86_400_000

interface Entry {
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  readonly Resources: readonly string[]
}

/** A cloud with a bus that keeps what it is told. */
async function openBus() {
  const cloud = await openCloud()
  const told: { readonly entry: Entry; readonly by: string; readonly region: string }[] = []
  plugIn(cloud, "events", {
    PutEvents: {
      ...{ kind: "action", name: "PutEvents", authorize: unchecked("a bus of a test") },
      run(_ctx: unknown, { Entries }: { readonly Entries: readonly Entry[] }, call: Call) {
        const by = call.principal.type === "service" ? call.principal.name : call.principal.type
        for (const entry of Entries) told.push({ entry, by, region: call.region })
        return Promise.resolve({ FailedEntryCount: 0 })
      },
    },
  })
  const client = new SSMClient({ ...gatewayConfig(cloud), region: "eu-west-1" })
  return {
    ...{ cloud, client, told },
    put: (Name: string, more?: Partial<PutParameterCommandInput>) =>
      client.send(new PutParameterCommand({ Name, Value: "v", Type: "String", ...more })),
    /** What was told since the last time, without what is the same in all. */
    async heard() {
      await cloud.settle()
      return told.splice(0).map(({ entry, by, region }) => {
        expect([entry.Source, by, region]).toEqual(["aws.ssm", "ssm.amazonaws.com", "eu-west-1"])
        return [entry.DetailType, entry.Resources, JSON.parse(entry.Detail) as object]
      })
    },
  }
}

test("SSM-7 each change of a parameter is told to EventBridge", async () => {
  const { client, put, heard } = await openBus()
  const Name = "/app/x"
  await put(Name, { Description: "of x" })
  await put(Name, { Value: "w", Overwrite: true })
  await client.send(new LabelParameterVersionCommand({ Name, Labels: ["good"] }))
  await client.send(new DeleteParameterCommand({ Name }))
  const told = (operation: string) => [
    "Parameter Store Change",
    ["arn:aws:ssm:eu-west-1:000000000000:parameter/app/x"],
    { operation, name: Name, type: "String", description: "of x" },
  ]
  expect(await heard()).toEqual([
    told("Create"),
    told("Update"),
    told("LabelParameterVersion"),
    told("Delete"),
  ])
  await client.send(new DeleteParameterCommand({ Name })).catch(() => undefined)
  expect(await heard()).toEqual([])
  const image = { DataType: "aws:ec2:image", Value: "ami-0123456789abcdef0" }
  await put("image", image)
  expect((await heard())[0]?.[2]).toEqual({
    ...{ operation: "Create", name: "image", type: "String", dataType: "aws:ec2:image" },
  })
})

test("what policies do is told to EventBridge", async () => {
  const { cloud, put, heard } = await openBus()
  const policies = [
    { Type: "Expiration", Attributes: { Timestamp: new Date(NOW + 4 * DAY_MS).toISOString() } },
    { Type: "ExpirationNotification", Attributes: { Before: "36", Unit: "Hours" } },
    { Type: "NoChangeNotification", Attributes: { After: "2", Unit: "Days" } },
  ].map((one) => ({ ...one, Version: "1.0" }))
  await put("x", { Tier: "Advanced", Policies: JSON.stringify(policies) })
  await heard()
  await cloud.advance(5 * DAY_MS)
  const told = (type: string, reason: string) => [
    "Parameter Store Policy Action",
    ["arn:aws:ssm:eu-west-1:000000000000:parameter/x"],
    {
      ...{ "parameter-name": "x", "parameter-type": "String", "policy-type": type },
      "policy-content": JSON.stringify(policies.find(({ Type }) => Type === type)),
      ...{ "action-status": "Success", "action-reason": reason },
    },
  ]
  const made = "based on the policy created at 2026-01-15T12:00:00.000Z"
  expect(await heard()).toEqual([
    told(
      "NoChangeNotification",
      `The parameter has not been changed for 2 days. This notification was generated ${made}`,
    ),
    told(
      "ExpirationNotification",
      `The parameter will expire at 2026-01-19T12:00:00.000Z. This notification was generated ${made}`,
    ),
    told("Expiration", `The parameter has been deleted ${made}`),
  ])
})

test("SSM-12 a secret that nobody changes stays as it is: Parameter Store rotates nothing", async () => {
  const { cloud, client, put, value } = await openParameters()
  const Name = "/db/password"
  await put(Name, "correct horse", { Type: "SecureString", Tier: "Advanced" })
  await cloud.advance("1095d")
  expect(await value(Name, true)).toBe("correct horse")
  const { Parameters } = await client.send(new GetParameterHistoryCommand({ Name }))
  expect(Parameters?.map(({ Version }) => Version)).toEqual([1])
})
