import { expect, test } from "vitest"
import { table } from "../kernel/table.ts"
import { createTestWorld } from "../kernel/testing/test-world.ts"
import { unchecked } from "../registry/authorize.ts"
import type { Call } from "../registry/call.ts"
import type { Operation } from "../registry/operation.ts"
import { runOperation } from "./run-operation.ts"

const things = table<{ id: number }>("test/thing", { key: ({ id }) => [id] })

/** An operation that writes a row, run with an answer that is made of its output so. */
async function run(operation: object, encode: (output: object) => string) {
  const { world } = createTestWorld()
  const parts = { world, decide: () => ({ allowed: true }) as never, report: () => {} }
  const authorize = unchecked("this is a test")
  const invocation = {
    operation: { authorize, name: "Put", ...operation } as unknown as Operation,
    ...{ input: {}, call: {} as Call, encode },
  }
  const answer = await runOperation(parts, { decisions: [] }, invocation).catch(String)
  const row = await world.read((tx) => tx.get(things, [1]))
  return { answer, kept: row !== undefined }
}

const put = (tx: { put(of: typeof things, row: { id: number }): void }): object => {
  tx.put(things, { id: 1 })
  return { Id: 1 }
}

test("the answer is made in the transaction: what cannot be told is not done", async () => {
  const broken = (): never => {
    throw new Error("no such member")
  }
  for (const operation of [
    { kind: "write", run: put },
    { kind: "action", begin: put, run: async () => ({}) },
  ]) {
    expect(await run(operation, JSON.stringify)).toEqual({ answer: '{"Id":1}', kept: true })
    expect(await run(operation, broken)).toEqual({ answer: "Error: no such member", kept: false })
  }
})

test("an action that has no answer at once is answered with what it runs to", async () => {
  const operation = { kind: "action", begin: () => undefined, run: async () => ({ Late: true }) }
  expect(await run(operation, JSON.stringify)).toEqual({ answer: '{"Late":true}', kept: false })
})
