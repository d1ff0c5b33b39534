import { blobLinks } from "../../../src/kernel/blobs/blob-links.ts"
import { clockRows } from "../../../src/kernel/cloud-clock.ts"
import { faultRows } from "../../../src/kernel/faults.ts"
import { deadWork, deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import { usages } from "../../../src/kernel/meter.ts"
import { checkStore } from "../../../src/kernel/testing/check-store.ts"
import { items } from "../../../src/services/dynamodb/items/rows.ts"
import { climate } from "../climates.ts"
import type { CloudSystem, JsonApi } from "../cloud-system.ts"
import type { Faults } from "../faults.ts"
import { watchCommits } from "../kernel/watch-commits.ts"
import { Violation } from "../moments.ts"
import type { Simulation } from "../simulation.ts"
import { anomaliesOf } from "./check-history.ts"
import { TABLES } from "./list-requests.ts"
import { Ledger, ListUser } from "./list-user.ts"

export const DYNAMODB: JsonApi = Object.freeze({
  service: "dynamodb",
  target: "DynamoDB_20120810",
})

/** Histories are short: processes die often, at commits above all. */
export function stormy(seed: number): Faults {
  const faults = climate(seed)
  return faults.crash ? { ...faults, crash: 0.01, commitCrash: 0.08 } : faults
}

const KEYS = Object.freeze(["k0", "k1", "k2", "k3"])
const DEEDS = 9

/** Users who read and append to lists, in transactions, while processes die and power goes. */
export async function playTransactions(sim: Simulation<CloudSystem>): Promise<void> {
  const commits = watchCommits(sim)
  sim.onStart(({ cloud }) => commits.follow(cloud.world))
  await sim.runCalmly(() => createTables(sim))
  const ledger = new Ledger()
  const count = sim.diceFor("plan").between(2, 4)
  const users = Array.from({ length: count }, (_, i) => new ListUser(sim, ledger, `user ${i}`))
  await sim.run(users.map((user) => () => use(sim, user)))
  await sim.runCalmly(() => readAll(sim, ledger))
  await sim.runCalmly(() => checkDisk(sim))
  const [anomaly] = anomaliesOf(ledger.historyOf(sim))
  if (anomaly) throw new Violation(anomaly)
}

async function createTables(sim: Simulation<CloudSystem>): Promise<void> {
  const system = await sim.system()
  for (const TableName of TABLES) {
    const answer = await system.call("CreateTable", {
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    })
    if (!answer.ok) throw new Violation(`${TableName} could not be made: ${answer.text}`)
  }
  await system.cloud.settle()
  // By then a power cut does not take them any more.
  await sim.pause(2_000)
}

async function use(sim: Simulation<CloudSystem>, user: ListUser): Promise<void> {
  const { dice } = user
  for (let deeds = 0; deeds < DEEDS; deeds += 1) {
    const keys = KEYS.filter(() => dice.chance(0.5))
    const [first = "k0"] = keys
    const some = keys.length > 0 ? keys : [first]
    const what = dice.weighted({ transact: 5, read: 3, append: 1 })
    if (what === "append") await user.append(first)
    else await user[what](some)
    if (dice.chance(0.2)) await sim.pause(dice.between(1, 5_000))
  }
}

/** After one more crash, everything is read once more. */
async function readAll(sim: Simulation<CloudSystem>, ledger: Ledger): Promise<void> {
  await sim.restart()
  await new ListUser(sim, ledger, "reader").read(KEYS)
}

const KERNEL_TABLES = Object.freeze([
  ...[timers, deliveries, deadWork, clockRows, faultRows, usages, blobLinks],
])

async function checkDisk(sim: Simulation<CloudSystem>): Promise<void> {
  const system = await sim.system()
  const wrong = checkStore(sim.disk.dump(), [...system.tables, ...KERNEL_TABLES])
  // Items do not know their keys.
  const left = wrong.filter((what) => !what.startsWith(`${items.name}: a row lies`))
  if (left.length > 0) throw new Violation(left.join("\n"))
  for (const TableName of TABLES) {
    const told = await system.call("DescribeTable", { TableName })
    const found = await system.call("Scan", { TableName })
    const { Table } = (told.ok ? told.output : {}) as { Table?: { ItemCount: number } }
    const { Count } = (found.ok ? found.output : {}) as { Count?: number }
    if (Count === undefined || Table?.ItemCount !== Count)
      throw new Violation(`${TableName} tells of ${Table?.ItemCount} items and has ${Count}`)
  }
}
