import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import fc from "fast-check"
import { expect, test } from "vitest"
import { openWorld } from "../../testing/open-world.ts"
import { nextOf } from "../applying.ts"
import { forgetSent, pendingItems, versions } from "../replication.ts"
import { OHIO, openPair, policyOf, VIRGINIA, type TestShared } from "../../testing/open-shared.ts"

const MEMBERS = [OHIO, VIRGINIA]
const KINDS = [
  "write",
  "write",
  "write",
  "delete",
  "wait",
  "close",
  "open",
  "fail",
  "heal",
] as const

interface Step {
  readonly kind: (typeof KINDS)[number]
  readonly at: number
  readonly pk: string
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(1),
  pk: fc.constantFrom("a", "b"),
})

/** Does one step; true where a write or a delete was answered and changed something. */
async function take(shared: TestShared, { kind, at, pk }: Step, v: string): Promise<boolean> {
  const { cloud, TableName } = shared
  const place = at === 0 ? OHIO : VIRGINIA
  switch (kind) {
    case "wait":
      await cloud.advance("700ms")
      return false
    case "fail":
    case "heal":
      await cloud[kind]({ region: place.region })
      return false
    case "close":
    case "open":
      await shared
        .permit(place, policyOf(place, kind === "open" ? MEMBERS : [place]))
        .catch(() => undefined)
      return false
    case "write":
      return shared.write(place, v, pk).then(
        () => true,
        () => false,
      )
    default: {
      const remove = { TableName, Key: { pk: { S: pk } }, ReturnValues: "ALL_OLD" } as const
      const answer = await shared
        .at(place)
        .send(new DeleteItemCommand(remove))
        .catch(() => undefined)
      return answer?.Attributes !== undefined
    }
  }
}

async function itemsIn(shared: TestShared, at: number): Promise<Record<string, string>> {
  const scan = new ScanCommand({ TableName: shared.TableName })
  const { Items = [] } = await shared.at(at === 0 ? OHIO : VIRGINIA).send(scan)
  return Object.fromEntries(Items.map((item) => [item["pk"]?.S ?? "", item["v"]?.S ?? ""]))
}

test("whatever is written where, and whoever is kept out: both accounts end up the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const shared = await openPair()
      const last: Record<string, string> = {}
      for (const [i, one] of steps.entries()) {
        const changed = await take(shared, one, `v${i}`)
        if (changed && one.kind === "write") last[one.pk] = `v${i}`
        if (changed && one.kind === "delete") delete last[one.pk]
      }
      for (const place of MEMBERS) {
        await shared.cloud.heal({ region: place.region })
        await shared.permit(place, policyOf(place, MEMBERS))
      }
      await shared.cloud.advance("2m")
      for (const at of [0, 1]) expect(await itemsIn(shared, at)).toEqual(last)
    }),
    { numRuns: 15 },
  )
})

test("what was written while an item was on its way is brought again", async () => {
  const world = openWorld()
  const [tableId, to, key] = [7, "us-east-1", '{"pk":{"S":"a"}}']
  const version = { tableId, key, serial: 1, writtenMs: 0, region: "us-east-2" }
  const isPending = await world.write((tx) => {
    tx.insert(versions, version)
    tx.insert(pendingItems, { tableId, to, key, dueMs: 0, serial: 1 })
    const sent = [{ key, version }]
    const left = () => nextOf(tx, { id: tableId, to }) !== undefined
    tx.put(versions, { ...version, serial: 2 })
    forgetSent(tx, { id: tableId, to }, sent)
    const after = left()
    tx.put(versions, version)
    forgetSent(tx, { id: tableId, to }, sent)
    return [after, left()]
  })
  expect(isPending).toEqual([true, false])
  await world.close()
})
