import fc from "fast-check"
import { expect, test } from "vitest"
import { anomaliesOf } from "./check-history.ts"
import type { Touch, Transaction } from "./history.ts"

/** `["x", [1], [2]]`: it saw 1 in the list x, and put 2 behind that. */
type Told = readonly [
  key: string,
  read?: readonly number[] | undefined,
  append?: readonly number[] | undefined,
]

const touchOf = ([key, read, append]: Told): Touch => ({ key, read, append })

/** All at one time, unless `more` says else. */
const did = (
  name: string,
  told: readonly Told[],
  more: Partial<Transaction> = {},
): Transaction => ({
  ...{ name, touches: told.map(touchOf), fate: "done", sent: 0, ended: 100 },
  ...more,
})

/** A cycle of two, begun here or there. */
function turns(told: string): readonly string[] {
  const [kind = "", cycle = ""] = told.split(": ")
  const [one, other] = cycle.split(", ")
  return [told, `${kind}: ${other}, ${one}`]
}

const put = (name: string, key: string, ...values: number[]) =>
  did(name, [[key, undefined, values]])

test("transactions that ran one after another are in order", () => {
  const history = [
    did("T1", [["x", [], [1]]], { ended: 1 }),
    did("T2", [["x", [1], [2]], ["y", [], [1]]], { sent: 2, ended: 3 }),
    did("T3", [["x", [1, 2]], ["y", [1]]], { sent: 4, ended: 5 }),
    did("T4", [["y", undefined, [2]]], { fate: "maybe", sent: 4 }),
    did("T5", [["y", undefined, [3]]], { fate: "undone" }),
  ] // prettier-ignore
  expect(anomaliesOf(history)).toEqual([])
})

test("a lost update is found", () => {
  const history = [
    did("T1", [["x", [], [1]]]),
    did("T2", [["x", [1], [2]]]),
    did("T3", [["x", [1], [3]]]),
    did("T4", [["x", [1, 2, 3]]]),
  ]
  expect(anomaliesOf(history)).toEqual([expect.toBeOneOf(turns("G-single: T2 ww T3, T3 rw T2"))])
})

test("an acknowledged write that is gone is found", () => {
  const history = [
    did("T1", [["x", undefined, [1]]], { ended: 1 }),
    did("T2", [["x", undefined, [2]]], { ended: 1 }),
    did("T3", [["x", [1]]], { sent: 2 }),
  ]
  expect(anomaliesOf(history)).toEqual([
    expect.toBeOneOf(turns("G-single, seen late: T2 time T3, T3 rw T2")),
  ])
})

test("a stale read is found", () => {
  const history = [
    did("T1", [["x", [], [1]]], { ended: 1 }),
    did("T2", [["x", [1], [2]]], { sent: 2, ended: 3 }),
    did("T3", [["x", [1, 2]]], { sent: 3, ended: 9 }),
    did("T4", [["x", [1]]], { sent: 4, ended: 5 }),
  ]
  expect(anomaliesOf(history)).toEqual([
    expect.toBeOneOf(turns("G-single, seen late: T2 time T4, T4 rw T2")),
  ])
})

test("a write cycle (G0) is found", () => {
  const both = (name: string, x: number, y: number) =>
    did(name, [["x", undefined, [x]], ["y", undefined, [y]]]) // prettier-ignore
  const history = [
    ...[both("T1", 1, 1), both("T2", 2, 2)],
    did("T3", [["x", [1, 2]]]),
    did("T4", [["y", [2, 1]]]),
  ]
  expect(anomaliesOf(history)).toEqual([expect.stringMatching(/^G0: T. ww T., T. ww T.$/)])
})

test("a circle of information (G1c) is found", () => {
  const history = [
    did("T1", [["x", undefined, [1]], ["y", [1]]]),
    did("T2", [["y", undefined, [1]], ["x", [1]]]),
  ] // prettier-ignore
  expect(anomaliesOf(history)).toEqual([expect.toBeOneOf(turns("G1c: T1 wr T2, T2 wr T1"))])
})

test("write skew (G2) is found", () => {
  const history = [
    did("T1", [["x", []], ["y", undefined, [1]]]),
    did("T2", [["y", []], ["x", undefined, [1]]]),
    did("T3", [["x", [1]], ["y", [1]]]),
  ] // prettier-ignore
  expect(anomaliesOf(history)).toEqual([expect.toBeOneOf(turns("G2: T1 rw T2, T2 rw T1"))])
})

test("a read of half a transaction is found", () => {
  const history = [
    did("T1", [["x", undefined, [1]], ["y", undefined, [1]]]),
    did("T2", [["x", [1]], ["y", []]]),
    did("T3", [["y", [1]]]),
  ] // prettier-ignore
  expect(anomaliesOf(history)).toEqual([expect.toBeOneOf(turns("G-single: T1 wr T2, T2 rw T1"))])
})

test("so is one whose answer nobody got, and of which half is gone", () => {
  const history = [
    did("T1", [["x", undefined, [1]], ["y", undefined, [1]]], { fate: "maybe", ended: 1 }),
    did("T2", [["x", [1]]], { sent: 2 }),
    did("T3", [["y", []]], { sent: 2 }),
  ] // prettier-ignore
  expect(anomaliesOf(history)).toEqual([expect.stringContaining("T3 rw T1")])
})

test("what nobody did, or what was undone, or half of an append is found", () => {
  const nobody = [did("T1", [["x", [7]]])]
  expect(anomaliesOf(nobody)).toEqual(["garbage: T1 read 7 of x, and nobody put 7 there"])
  const undone = [{ ...put("T1", "x", 1), fate: "undone" as const }, did("T2", [["x", [1]]])]
  expect(anomaliesOf(undone)).toEqual(["G1a, aborted read: T2 read 1 of x, of T1"])
  const half = [put("T1", "x", 1, 2), did("T2", [["x", [1]]])]
  expect(anomaliesOf(half)).toEqual(["G1b, intermediate read: T2 read 1 of x, 1,2 were put by T1"])
  const mixed = [put("T1", "x", 1, 2), put("T2", "x", 3), did("T3", [["x", [1, 3, 2]]])]
  expect(anomaliesOf(mixed)[0]).toMatch(/^G1b/)
})

test("what was done twice, or in two orders, is found", () => {
  const twice = [put("T1", "x", 1), did("T2", [["x", [1, 1]]])]
  expect(anomaliesOf(twice)[0]).toBe("T2 read a value twice in x: 1,1")
  const orders = [
    ...[put("T1", "x", 1), put("T2", "x", 2)],
    ...[did("T3", [["x", [1, 2]]]), did("T4", [["x", [2]]])],
  ]
  expect(anomaliesOf(orders)).toEqual(["incompatible orders of x: T4 read 2, T3 read 1,2"])
})

const touches = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom("x", "y", "z"),
    read: fc.boolean(),
    append: fc.integer({ min: 0, max: 2 }),
  }),
  { selector: ({ key }) => key, minLength: 1, maxLength: 3 },
)

/** Transactions one after another, each between a request and an answer around its own instant. */
const serial = fc
  .array(fc.record({ touches, before: fc.nat(4), after: fc.nat(4) }), { maxLength: 12 })
  .map((all) => {
    const lists = new Map<string, readonly number[]>()
    let value = 0
    return all.map(({ touches: of, before, after }, i) => {
      const told = of.map(({ key, read, append }): Told => {
        const list = lists.get(key) ?? []
        const put = Array.from({ length: append }, () => (value += 1))
        lists.set(key, [...list, ...put])
        return [key, read ? list : undefined, append > 0 ? put : undefined]
      })
      return did(`T${i}`, told, { sent: 2 * i - before, ended: 2 * i + after })
    })
  })

test("no serial history has an anomaly, whatever is unknown of it", () => {
  fc.assert(
    fc.property(serial, fc.infiniteStream(fc.boolean()), (history, doubts) => {
      const doubted = history.map((one) =>
        doubts.next().value ? { ...one, fate: "maybe" as const } : one,
      )
      expect(anomaliesOf(history)).toEqual([])
      expect(anomaliesOf(doubted)).toEqual([])
    }),
  )
})

test("where an append moves to its list's beginning, or goes, somebody who saw it is found", () => {
  let found = 0
  fc.assert(
    fc.property(serial, fc.nat(11), (history, at) => {
      const last = new Map<string, readonly number[]>()
      for (const { touches: all } of history)
        for (const { key, append = [] } of all) last.set(key, [...(last.get(key) ?? []), ...append])
      const reader = did("end", [...last].map(([key, list]) => [key, list]), { sent: 99 }) // prettier-ignore
      expect(anomaliesOf([...history, reader])).toEqual([])
      const list = last.get("x") ?? []
      const gone = list[at]
      if (gone === undefined) return
      const without = list.filter((value) => value !== gone)
      const wrong = did("end", [["x", without]], { sent: 99 })
      expect(anomaliesOf([...history, wrong])).not.toEqual([])
      found += 1
    }),
  )
  expect(found).toBeGreaterThan(5)
})
