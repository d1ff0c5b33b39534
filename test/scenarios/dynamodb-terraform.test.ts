import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling"
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
} from "@aws-sdk/client-dynamodb"
import { describe, expect, onTestFinished, test } from "vitest"
import { hasTerraform, openScenario } from "./terraform-run.ts"

describe.skipIf(!hasTerraform)("Terraform", { timeout: 900_000 }, () => {
  test("CLOUD-1 makes tables with indexes, time to live, keys, items and policies, changes them in place, and destroys them", async () => {
    const account = "555555555555"
    const scenario = await openScenario(account, onTestFinished)
    const { apply, output, plan, destroy } = await scenario.terraform("dynamodb")
    const client = scenario.client(DynamoDBClient)
    const state = async () => {
      const Key = { customer: { S: "ada" }, number: { N: "1" } }
      const { Item } = await client.send(new GetItemCommand({ TableName: "orders", Key }))
      return Item?.["state"]?.S
    }
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    expect(await output()).toEqual({
      stream: expect.stringContaining(`:${account}:table/orders/stream/`) as string,
    })
    expect(await state()).toBe("open")
    expect(await plan({ stage: 1 })).toMatchObject({ code: 0 })
    const { code, stdout } = await apply({ stage: 2 })
    expect([code, /(\d+ added, \d+ changed, \d+ destroyed)/.exec(stdout)?.[1]]).toEqual([
      0,
      "0 added, 3 changed, 0 destroyed",
    ])
    expect(await state()).toBe("done")
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([])
  })

  test("makes replicas, recovery, insights, exports, imports and restores, changes them, and destroys them", async () => {
    const account = "777777777777"
    const { client, terraform } = await openScenario(account, onTestFinished)
    const { apply, output, plan, destroy } = await terraform("dynamodb-operations")
    const tablesOf = async (region: string) => {
      const { TableNames } = await client(DynamoDBClient, { region }).send(
        new ListTablesCommand({}),
      )
      return TableNames
    }
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    const found = { ada: "Ada", class: "PAY_PER_REQUEST", items: 1, status: "COMPLETED" }
    expect(await output()).toEqual({ found: { ...found, where: ["eu-west-1"] } })
    expect(await tablesOf("eu-west-1")).toEqual(["everywhere", "main"])
    expect(await plan({ stage: 1 })).toMatchObject({ code: 0 })
    const { code, stdout } = await apply({ stage: 2 })
    expect([code, /(\d+ added, \d+ changed, \d+ destroyed)/.exec(stdout)?.[1]]).toEqual([
      0,
      "0 added, 4 changed, 0 destroyed",
    ])
    expect(await tablesOf("ap-southeast-2")).toEqual(["growing"])
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    for (const region of ["us-east-1", "eu-west-1", "ap-southeast-2"])
      expect(await tablesOf(region)).toEqual([])
  })

  test("makes targets, policies and scheduled actions of a table, changes them, and destroys them", async () => {
    const account = "666666666666"
    const { client, terraform } = await openScenario(account, onTestFinished)
    const { apply, output, plan, destroy } = await terraform("autoscaling")
    const targets = client(ApplicationAutoScalingClient)
    const bounds = async () => {
      const list = new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" })
      const { ScalableTargets = [] } = await targets.send(list)
      return ScalableTargets.map((one) => [one.ResourceId, one.MinCapacity, one.MaxCapacity])
    }
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    expect(await output()).toEqual({ alarms: 4 })
    expect(await bounds()).toEqual([
      ["table/orders", 5, 100],
      ["table/orders/index/by-state", 5, 20],
    ])
    expect(await plan({ stage: 1 })).toMatchObject({ code: 0 })
    const { code, stdout } = await apply({ stage: 2 })
    expect([code, /(\d+ added, \d+ changed, \d+ destroyed)/.exec(stdout)?.[1]]).toEqual([
      0,
      "0 added, 3 changed, 0 destroyed",
    ])
    const tables = client(DynamoDBClient)
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: "orders" }))
    expect(Table?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 7 })
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await bounds()).toEqual([])
  })
})
