import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Batch, Engine, Key, KeyRange, Value } from "../engine.ts"
import { encodeKey, MAX_KEY_BYTES, prefixEnd } from "../key.ts"

const ALL: KeyRange = { start: "\0", end: "\xff\xff" }

/**
 * What every engine must do. `open` gives a new, empty engine each time; `disturb` is called
 * between two steps of the model test, with a number to choose by, and gives the engine to go on
 * with.
 */
export function testEngine<E extends Engine>(
  name: string,
  open: () => Promise<E>,
  disturb: (engine: E, choice: number) => Promise<E> = async (engine) => engine,
): void {
  describe(`${name}: contract`, () => {
    let engine: E
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine.close())

    basics(() => engine)
    ranges(() => engine)
    values(() => engine)
    model(
      () => engine,
      async (choice) => {
        engine = await disturb(engine, choice)
      },
    )
  })
}

function basics(engine: () => Engine): void {
  test("a commit is seen at once, by get and by scan", () => {
    clear(engine())
    engine().commit(
      batch([
        ["b", "2"],
        ["a", "1"],
      ]),
    )
    expect(engine().get("a")).toBe("1")
    expect(engine().get("b")).toBe("2")
    expect(engine().get("c")).toBeUndefined()
    expect(all(engine(), ALL)).toEqual([
      ["a", "1"],
      ["b", "2"],
    ])
  })

  test("a value is replaced and deleted; deleting what is absent does nothing", () => {
    clear(engine())
    engine().commit(batch([["a", "1"]]))
    engine().commit(
      batch([
        ["a", "22"],
        ["nothing", undefined],
      ]),
    )
    expect(engine().get("a")).toBe("22")
    engine().commit(batch([["a", undefined]]))
    expect(engine().get("a")).toBeUndefined()
    expect(all(engine(), ALL)).toEqual([])
    engine().commit(batch([]))
  })

  test("flush resolves and size is a positive number", async () => {
    engine().commit(batch([["a", "1"]]))
    await engine().flush()
    expect(engine().size()).toBeGreaterThan(0)
  })
}

function ranges(engine: () => Engine): void {
  test("start is inclusive, end is exclusive, forward and in reverse", () => {
    clear(engine())
    engine().commit(batch(["a", "b", "c", "d"].map((key) => [key, key])))
    const keys = (range: KeyRange) => all(engine(), range).map(([key]) => key)
    expect(keys({ start: "b", end: "d" })).toEqual(["b", "c"])
    expect(keys({ start: "b", end: "d", reverse: true })).toEqual(["c", "b"])
    expect(keys({ start: "", end: "zz", reverse: true })).toEqual(["d", "c", "b", "a"])
    expect(keys({ start: "bb", end: "cc", reverse: true })).toEqual(["c"])
    expect(keys({ start: "a", end: "z", limit: 2 })).toEqual(["a", "b"])
    expect(keys({ start: "a", end: "z", limit: 2, reverse: true })).toEqual(["d", "c"])
    expect(keys({ start: "a", end: "z", limit: 0 })).toEqual([])
    expect(keys({ start: "b", end: "b" })).toEqual([])
    expect(keys({ start: "d", end: "a" })).toEqual([])
    expect(keys({ start: "d", end: "a", reverse: true })).toEqual([])
  })

  test("a scan may be left early, and others run beside it", () => {
    clear(engine())
    engine().commit(batch(["a", "b", "c"].map((key) => [key, key])))
    for (let round = 0; round < 300; round++) {
      for (const [key] of engine().scan(ALL)) {
        for (const [inner] of engine().scan({ ...ALL, reverse: true })) {
          expect(inner).toBe("c")
          break
        }
        expect(key).toBe("a")
        break
      }
    }
    expect(all(engine(), ALL)).toHaveLength(3)
  })

  test("an abandoned iterator does not disturb later commits", () => {
    clear(engine())
    engine().commit(batch(["a", "b", "c"].map((key) => [key, key])))
    for (let round = 0; round < 300; round++) {
      engine().scan(ALL)[Symbol.iterator]().next()
      engine().commit(batch([["b", String(round)]]))
      expect(engine().get("b")).toBe(String(round))
    }
    expect(all(engine(), ALL).map(([, value]) => value)).toEqual(["a", "299", "c"])
  })

  test("prefixes of encoded keys select their tuples", () => {
    clear(engine())
    const tuples = [["q", "a", 1], ["q", "a", 2.5], ["q", "aa", 1], ["q", "b", -1], ["r"]] as const
    engine().commit(batch(tuples.map((tuple) => [encodeKey(tuple), JSON.stringify(tuple)])))
    const prefix = encodeKey(["q", "a"])
    expect(
      all(engine(), { start: prefix, end: prefixEnd(prefix) }).map(([, text]) => text),
    ).toEqual(['["q","a",1]', '["q","a",2.5]'])
  })
}

function values(engine: () => Engine): void {
  test("text and bytes come back as what they were", () => {
    clear(engine())
    const stored: [Key, Value][] = [
      ["empty text", ""],
      ["text", '{"a":"b"}'],
      ["latin", "äöü \u00ff"],
      ["beyond", "日本語 😀 \u0000 \u0001"],
      ["long", "x".repeat(70_000)],
      ["long beyond", "é".repeat(70_000)],
      ["empty bytes", new Uint8Array(0)],
      ["bytes", Uint8Array.from([0, 1, 2, 127, 128, 255])],
      ["text as bytes", new TextEncoder().encode('{"a":"b"}')],
      ["long bytes", new Uint8Array(70_000).fill(7)],
    ]
    engine().commit(new Map(stored))
    for (const [key, value] of stored) {
      expect([key, plain(engine().get(key))]).toEqual([key, value])
    }
    const found = new Map(all(engine(), ALL).map(([key, value]) => [key, plain(value)]))
    expect(found).toEqual(new Map(stored))
  })

  test("bytes are copied: later changes to the caller's array do not show", () => {
    clear(engine())
    const bytes = Uint8Array.from([1, 2, 3])
    engine().commit(batch([["a", bytes]]))
    bytes[0] = 9
    expect(plain(engine().get("a"))).toEqual(Uint8Array.from([1, 2, 3]))
    const before = engine().get("a")
    engine().commit(batch([["a", Uint8Array.from([4, 5, 6])]]))
    expect(plain(before)).toEqual(Uint8Array.from([1, 2, 3]))
  })

  test("keys of any bytes and of the largest size", () => {
    clear(engine())
    const keys = ["\0", "\0\0", "\x01", "a\0", "a\0b", "\x7f", "\x80", "\xfe", "\xfe\xff"]
    keys.push("m".repeat(MAX_KEY_BYTES - 1) + "\xff", "m".repeat(MAX_KEY_BYTES))
    engine().commit(batch(keys.map((key) => [key, String(key.length)])))
    expect(all(engine(), ALL).map(([key]) => key)).toEqual(keys.toSorted(compare))
    for (const key of keys) expect(engine().get(key)).toBe(String(key.length))
  })
}

interface Step {
  readonly writes: readonly (readonly [Key, Value | undefined])[]
  readonly range: KeyRange
  readonly choice: number
}

function model(engine: () => Engine, disturb: (choice: number) => Promise<void>): void {
  // An engine that is opened again and again waits for the disk, which others may be using.
  test("random batches and scans agree with a sorted array", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps(), async (history) => {
        clear(engine())
        const expected = new Map<Key, Value>()
        for (const step of history) {
          await disturb(step.choice)
          engine().commit(new Map(step.writes))
          for (const [k, v] of new Map(step.writes)) {
            if (v === undefined) expected.delete(k)
            else expected.set(k, v)
          }
          const scanned = all(engine(), step.range).map(([k, v]) => [k, plain(v)])
          expect(scanned).toEqual(select(expected, step.range))
          for (const [k] of step.writes) expect(plain(engine().get(k))).toEqual(expected.get(k))
        }
        const everything = all(engine(), ALL).map(([k, v]) => [k, plain(v)])
        expect(everything).toEqual(select(expected, ALL))
      }),
      { numRuns: 100 },
    )
  })
}

function steps(): fc.Arbitrary<Step[]> {
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom("\0", "a", "b", "\xfe"), minLength: 1, maxLength: 3 }),
    fc.nat(400).map((n) => encodeKey(["row", n])),
  )
  const value = fc.oneof(
    fc.constant(undefined),
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.uint8Array({ maxLength: 6 }),
    fc.nat(9000).map((n) => "v".repeat(n)),
  )
  const range: fc.Arbitrary<KeyRange> = fc.record(
    { start: key, end: key, reverse: fc.boolean(), limit: fc.nat(20) },
    { requiredKeys: ["start", "end"] },
  )
  const writes = fc.oneof(
    fc.array(fc.tuple(key, value), { maxLength: 12 }),
    fc
      .tuple(fc.nat(400), fc.nat(400), value)
      .map(([a, b, v]) => run(Math.min(a, b), Math.max(a, b), v)),
  )
  const step = fc.record({ writes, range, choice: fc.nat(1000) })
  return fc.array(step, { minLength: 1, maxLength: 12 })
}

function run(from: number, to: number, value: Value | undefined): [Key, Value | undefined][] {
  return Array.from({ length: to - from }, (_, i) => [encodeKey(["row", from + i]), value])
}

function select(entries: ReadonlyMap<Key, Value>, range: KeyRange): [Key, Value][] {
  const inside = [...entries].filter(([key]) => key >= range.start && key < range.end)
  inside.sort(([a], [b]) => compare(a, b))
  if (range.reverse) inside.reverse()
  return inside.slice(0, range.limit ?? inside.length)
}

function compare(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function batch(entries: [Key, Value | undefined][]): Batch {
  return new Map(entries)
}

export function all(engine: Engine, range: KeyRange): (readonly [Key, Value])[] {
  return [...engine.scan(range)]
}

function clear(engine: Engine): void {
  engine.commit(new Map(all(engine, ALL).map(([key]) => [key, undefined])))
}

/** Engines may answer with a Buffer: compare as plain bytes. */
function plain(value: Value | undefined): Value | undefined {
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}
