import {
  DescribeScalingActivitiesCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling"
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { createTable, openGateway } from "../testing/open-gateway.ts"
import { WRITES } from "../testing/open-scaling.ts"

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve))
}

test("a change of capacity is made and told once, whatever step the machine crashes in", async () => {
  const machine = createFaultyMachine({ random: createSeededRandom(1) })
  const { storage } = machine
  const first = await openGateway({ storage, reports: [] })
  await createTable(first)
  const bounds = { MinCapacity: 8, MaxCapacity: 10 }
  await first.scaling.send(new RegisterScalableTargetCommand({ ...WRITES, ...bounds }))
  await first.scaling.send(
    new PutScheduledActionCommand({
      ...{ ...WRITES, ScheduledActionName: "minutely", Schedule: "rate(1 minute)" },
      ScalableTargetAction: { MinCapacity: 9 },
    }),
  )
  machine.crash("process")
  for (let run = 0; run < 12; run += 1) {
    const one = await openGateway({ storage, reports: [] })
    // What loads the service: its jobs go on.
    await one.dynamodb.send(new DescribeTableCommand({ TableName: "things" }))
    await turns(run)
    machine.crash("process")
  }
  const last = await openGateway({ storage })
  await last.cloud.settle()
  const units = async () => {
    const { Table } = await last.dynamodb.send(new DescribeTableCommand({ TableName: "things" }))
    return Table?.ProvisionedThroughput?.WriteCapacityUnits
  }
  const activities = async () => {
    const list = new DescribeScalingActivitiesCommand({ ServiceNamespace: "dynamodb" })
    const { ScalingActivities = [] } = await last.scaling.send(list)
    return ScalingActivities.map((one) => `${one.Description} ${one.StatusCode}`)
  }
  expect(await units()).toBe(8)
  expect(await activities()).toEqual(["Setting write capacity units to 8. Successful"])
  await last.cloud.advance(60_000)
  expect(await units()).toBe(9)
  expect(await activities()).toHaveLength(3)
})
