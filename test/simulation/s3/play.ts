import { blobLinks } from "../../../src/kernel/blobs/blob-links.ts"
import { deadWork } from "../../../src/kernel/later/later-rows.ts"
import { createMemoryEngine } from "../../../src/kernel/sim/memory-engine.ts"
import type { Table } from "../../../src/kernel/table.ts"
import { parts, uploads } from "../../../src/services/s3/multipart/upload.ts"
import { replicationTasks } from "../../../src/services/s3/replication/task.ts"
import { checkReferences } from "../../reliability/s3/check-references.ts"
import { Violation } from "../moments.ts"
import type { Simulation } from "../simulation.ts"
import { Keeper } from "./keeper.ts"
import { LOGS, PLAIN, REPLICA, setUp, VERSIONED } from "./set-up.ts"
import type { S3System } from "./system.ts"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Users at work on buckets that are versioned, replicated, expired and logged, with all that may go
 * wrong; then rest. What was acknowledged is there and whole, here and as a replica, and no bytes
 * are left that nobody has.
 */
export async function playS3(sim: Simulation<S3System>): Promise<void> {
  await sim.runCalmly(async () => {
    await setUp(await sim.system())
    // By then a power cut does not take it any more.
    await sim.pause(2_000)
  })
  const count = sim.diceFor("plan").between(2, 4)
  const keepers = Array.from({ length: count }, (_, index) => new Keeper(sim, `user${index}`))
  await sim.run([...keepers.map((keeper) => () => keeper.work()), () => moveTime(sim)])
  await sim.runCalmly(() => rest(sim))
  await sim.runCalmly(async () => {
    const system = await sim.system()
    for (const keeper of keepers) {
      for (const path of keeper.paths) {
        const told = await keeper.verify(system, path)
        if (path.startsWith(`/${VERSIONED}/`) && told.status === 200)
          await checkReplica(system, path)
      }
    }
    await checkLogs(system)
    checkNothingLeft(system)
  })
  await sim.runCalmly(() => checkBlobs(sim))
}

/** Hours and days go by while people work: what is due for lifecycle and logs comes due. */
async function moveTime(sim: Simulation<S3System>): Promise<void> {
  const dice = sim.diceFor("time")
  for (let turns = dice.integer(6); turns > 0; turns -= 1) {
    await sim.pause(dice.between(1, 60_000))
    const ms = dice.pick([1_000, 60_000, HOUR_MS, DAY_MS])
    sim.note(`advance ${ms}`)
    await sim.attempt(({ cloud }) => cloud.advance(ms).catch(() => undefined))
  }
}

/** All that is under way ends: replication, logs, uploads that nobody goes on with. */
async function rest(sim: Simulation<S3System>): Promise<void> {
  await sim.restart()
  const { cloud } = await sim.system()
  await cloud.advance(4 * DAY_MS)
  await cloud.settle()
  // What is unlinked goes in host time.
  await sim.pause(2 * HOUR_MS)
}

async function checkReplica(system: S3System, path: string): Promise<void> {
  const head = await system.ask({ method: "HEAD", path })
  const at = path.replace(`/${VERSIONED}/`, `/${REPLICA}/`)
  const copy = await system.ask({ method: "HEAD", path: at })
  const status = head.headers["x-amz-replication-status"]
  const told = [status, copy.headers["x-amz-replication-status"], copy.headers["etag"]]
  const wanted = ["COMPLETED", "REPLICA", head.headers["etag"]]
  if (told.join() !== wanted.join()) throw new Violation(`${path} and its replica: ${told.join()}`)
}

async function checkLogs(system: S3System): Promise<void> {
  const { body } = await system.ask({ method: "GET", path: `/${LOGS}`, query: "list-type=2" })
  const keys = [...body.toString().matchAll(/<Key>(.*?)<\/Key>/g)]
  for (const [, key] of keys) {
    const { body: log } = await system.ask({ method: "GET", path: `/${LOGS}/${key}` })
    const lines = log.toString().trimEnd().split("\n")
    const foreign = lines.find((line) => !line.includes(` ${PLAIN} [`))
    if (foreign !== undefined) throw new Violation(`a line of another bucket: ${foreign}`)
  }
}

function checkNothingLeft({ cloud }: S3System): void {
  cloud.world.peek((tx) => {
    const tables = [uploads, parts, replicationTasks, deadWork] as readonly Table<object>[]
    for (const table of tables) {
      const row = tx.first(table, {})
      if (row) throw new Violation(`${table.name} is left: ${JSON.stringify(row)}`)
    }
  })
}

/** Each row has its bytes, and all bytes have a row. */
async function checkBlobs(sim: Simulation<S3System>): Promise<void> {
  const { blobs, cloud } = await sim.system()
  const engine = createMemoryEngine()
  engine.load(sim.disk.dump())
  const there = new Set<string>()
  for await (const { id } of blobs.list()) there.add(id)
  const linked = new Set<string>()
  cloud.world.peek((tx) => {
    for (const { id } of tx.scan(blobLinks, { limit: 10_000 }).rows) linked.add(id)
  })
  const wrong = checkReferences(engine, linked)
  for (const id of linked) if (!there.has(id)) wrong.push(`blob ${id} is linked and not there`)
  for (const id of there) if (!linked.has(id)) wrong.push(`blob ${id} is nobody's`)
  if (wrong.length > 0) throw new Violation(wrong.join("\n"))
}
