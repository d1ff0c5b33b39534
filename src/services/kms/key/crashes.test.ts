import { expect, test } from "vitest"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { createTestWorld } from "../../../kernel/testing/test-world.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { World } from "../../../kernel/world.ts"
import { aliases } from "../alias/alias.ts"
import { grants } from "../grant/grant.ts"
import { DAY_MS } from "../limits.ts"
import { materials } from "../material/material.ts"
import { planRotation } from "../rotation/rotate.ts"
import { kms } from "../service.ts"
import { counts, count } from "./counts.ts"
import { createKey, drawSecret } from "./create.ts"
import { deleteKey } from "./deletion.ts"
import { keyArn, keys, refOf, type Key } from "./key.ts"
import { defaultPolicy } from "./policy.ts"

const PLACE = { account: "111122223333", region: "us-east-1" }
const GRANTS = 450

/** A program that is started again whenever it dies, until cloud time has come so far. */
async function liveThrough(seed: number, setUp: (tx: WriteTx) => void, days: number) {
  const random = createSeededRandom(seed)
  let chance = 0
  const machine = createFaultyMachine({
    random,
    get crashChance() {
      return chance
    },
  })
  let began: number | undefined
  for (let starts = 1; starts <= 500; starts++) {
    const { engine } = machine.boot()
    const { world } = createTestWorld({ engine, jobs: kms.jobs, seed: seed + starts })
    world.register(kms.tables)
    world.start()
    try {
      if (began === undefined) {
        began = world.clock.now()
        await world.write(setUp)
        await engine.flush()
        chance = 0.2
      }
      while (world.clock.now() < began + days * DAY_MS) await world.advance(DAY_MS)
      await world.settle()
      chance = 0
      return { world, crashes: machine.crashes.length }
    } catch (error) {
      // Whatever a program reports as it dies, that is what it was.
      if (machine.running) throw error
    }
  }
  throw new Error("it never came so far")
}

const rowsOf = (world: World) =>
  world.read((tx) => ({
    keys: tx.scan(keys, { limit: 10 }).rows,
    materials: tx.scan(materials, { limit: 100 }).rows,
    grants: tx.scan(grants, { limit: 1_000 }).rows.length,
    aliases: tx.scan(aliases, { limit: 10 }).rows.length,
    counts: tx.scan(counts, { limit: 10 }).rows.map((row) => [row.id, row.keys]),
  }))

function makeKey(tx: WriteTx, more: Partial<Key> = {}): Key {
  const key = createKey(
    tx,
    {
      ...{ ...PLACE, spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", origin: "AWS_KMS" },
      ...{ manager: "CUSTOMER", description: "", tags: {}, policy: defaultPolicy(PLACE) },
      ...more,
    },
    drawSecret(tx, "SYMMETRIC_DEFAULT"),
  )
  return key
}

test.each([1, 2, 3, 4])("a deletion goes on after crashes (seed %i)", async (seed) => {
  const setUp = (tx: WriteTx): void => {
    const key = makeKey(tx)
    for (let i = 0; i < GRANTS; i++)
      tx.insert(grants, {
        ...{ ...PLACE, keyId: key.id, id: String(i), grantee: "arn:aws:iam::1:root" },
        ...{ issuer: "", operations: ["Decrypt"], createdMs: 0 },
      })
    count(tx, key, { grants: GRANTS, aliases: 1 })
    const name = { name: "alias/a", keyId: key.id }
    tx.insert(aliases, { ...PLACE, ...name, createdMs: 0, updatedMs: 0 })
    const atMs = tx.now + 7 * DAY_MS
    const timer = tx.schedule(deleteKey, refOf(key), atMs)
    tx.replace(keys, key, { ...key, deletion: { days: 7, atMs, timer } })
  }
  const { world, crashes } = await liveThrough(seed, setUp, 8)
  expect(crashes).toBeGreaterThan(0)
  expect(await rowsOf(world)).toEqual({
    ...{ keys: [], materials: [], grants: 0, aliases: 0 },
    counts: [["", 0]],
  })
  await world.close()
})

test.each([1, 2, 3, 4])("a rotation is there whole or not at all (seed %i)", async (seed) => {
  const setUp = (tx: WriteTx): void => {
    const key = makeKey(tx, { primaryRegion: PLACE.region })
    tx.insert(keys, { ...key, region: "eu-west-1" })
    for (const one of tx.scan(materials, { limit: 1 }).rows)
      tx.insert(materials, { ...one, region: "eu-west-1" })
    tx.replace(keys, key, { ...key, rotation: planRotation(tx, key, 90) })
  }
  const { world, crashes } = await liveThrough(seed, setUp, 275)
  expect(crashes).toBeGreaterThan(0)
  const rows = await rowsOf(world)
  // Three rotations have come due, however often the program died.
  for (const { region, materialId, ...key } of rows.keys) {
    const own = rows.materials.filter((one) => one.region === region)
    expect(own, keyArn({ ...key, region })).toHaveLength(4)
    expect(own.filter(({ state }) => state === "CURRENT").map(({ id }) => id)).toEqual([materialId])
  }
  expect(new Set(rows.keys.map(({ materialId }) => materialId)).size).toBe(1)
  await world.close()
})
