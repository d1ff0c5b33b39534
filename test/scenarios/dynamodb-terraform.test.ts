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
import { removeFolder, startCloud } from "./server.ts"
import { openTerraform } from "./terraform-run.ts"
import { hasProgram, providerMirror } from "./tools.ts"

const mirror = hasProgram("terraform", ["version"]) ? providerMirror() : undefined

describe.skipIf(!mirror)("Terraform", { timeout: 900_000 }, () => {
  test("CLOUD-1 makes tables with indexes, time to live, keys, items and policies, changes them in place, and destroys them", async () => {
    const account = "555555555555"
    const cloud = await startCloud(["--ephemeral"])
    onTestFinished(async () => {
      await cloud.stop()
      removeFolder(cloud.data)
    })
    const options = { url: cloud.url, account, mirror: mirror ?? "" }
    const { apply, output, plan, destroy, remove } = await openTerraform("dynamodb", options)
    onTestFinished(remove)
    const credentials = { accessKeyId: account, secretAccessKey: "test" }
    const client = new DynamoDBClient({ endpoint: cloud.url, region: "us-east-1", credentials })
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
    const cloud = await startCloud(["--ephemeral"])
    onTestFinished(async () => {
      await cloud.stop()
      removeFolder(cloud.data)
    })
    const options = { url: cloud.url, account, mirror: mirror ?? "" }
    const terraform = await openTerraform("dynamodb-operations", options)
    const { apply, output, plan, destroy, remove } = terraform
    onTestFinished(remove)
    const credentials = { accessKeyId: account, secretAccessKey: "test" }
    const tablesOf = async (region: string) => {
      const client = new DynamoDBClient({ endpoint: cloud.url, region, credentials })
      return (await client.send(new ListTablesCommand({}))).TableNames
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
    const cloud = await startCloud(["--ephemeral"])
    onTestFinished(async () => {
      await cloud.stop()
      removeFolder(cloud.data)
    })
    const options = { url: cloud.url, account, mirror: mirror ?? "" }
    const { apply, output, plan, destroy, remove } = await openTerraform("autoscaling", options)
    onTestFinished(remove)
    const credentials = { accessKeyId: account, secretAccessKey: "test" }
    const config = { endpoint: cloud.url, region: "us-east-1", credentials }
    const client = new ApplicationAutoScalingClient(config)
    const bounds = async () => {
      const list = new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" })
      const { ScalableTargets = [] } = await client.send(list)
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
    const tables = new DynamoDBClient(config)
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: "orders" }))
    expect(Table?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 7 })
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await bounds()).toEqual([])
  })
})
