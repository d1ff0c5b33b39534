import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import fc from "fast-check"
import { expect, test } from "vitest"
import { openGlobal, type TestGlobal } from "../testing/open-global.ts"

const REGIONS = ["us-east-1", "us-west-2", "eu-west-1"] as const
const KEYS = ["a", "b"] as const

type Step =
  | { readonly kind: "write"; readonly region: string; readonly pk: string }
  | { readonly kind: "delete"; readonly region: string; readonly pk: string }
  | { readonly kind: "fail"; readonly region: string }
  | { readonly kind: "heal"; readonly region: string }
  | { readonly kind: "wait"; readonly ms: number }

const region = fc.constantFrom(...REGIONS)
const pk = fc.constantFrom(...KEYS)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("write" as const), region, pk }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), region, pk }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail" as const), region }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("heal" as const), region }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(900) }) },
)

/** What the last write of each key was that was answered. */
async function play(table: TestGlobal, steps: readonly Step[]): Promise<Record<string, string>> {
  const { cloud, TableName } = table
  const last: Record<string, string> = {}
  for (const [i, one] of steps.entries()) {
    if (one.kind === "wait") await cloud.advance(one.ms)
    else if (one.kind === "fail") await cloud.fail({ region: one.region })
    else if (one.kind === "heal") await cloud.heal({ region: one.region })
    else if (one.kind === "write")
      await table.write(one.region, `v${i}`, one.pk).then(
        () => (last[one.pk] = `v${i}`),
        () => undefined,
      )
    else {
      const Key = { pk: { S: one.pk }, sk: { S: "1" } }
      const remove = new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" })
      const answer = await table
        .in(one.region)
        .send(remove)
        .catch(() => undefined)
      // A delete of what is not there yet changes nothing, and nothing is replicated.
      if (answer?.Attributes) delete last[one.pk]
    }
  }
  for (const name of REGIONS) await cloud.heal({ region: name })
  await cloud.advance("1m")
  return last
}

async function itemsIn(table: TestGlobal, name: string): Promise<Record<string, string>> {
  const { TableName } = table
  const { Items = [] } = await table.in(name).send(new ScanCommand({ TableName }))
  return Object.fromEntries(Items.map((item) => [item["pk"]?.S ?? "", item["v"]?.S ?? ""]))
}

test("whatever is written where, and whichever Regions fail: all replicas become the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const table = await openGlobal(REGIONS.slice(1))
      const last = await play(table, steps)
      for (const name of REGIONS) expect(await itemsIn(table, name)).toEqual(last)
      // When it is forgotten what was deleted, nothing comes back.
      await table.cloud.advance("50h")
      for (const name of REGIONS) expect(await itemsIn(table, name)).toEqual(last)
    }),
    { numRuns: 25 },
  )
})
