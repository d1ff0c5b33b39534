import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeRow, encodeRow } from "../../../kernel/table.ts"
import { messages, type Message } from "./message.ts"

const text = fc.string({ unit: "binary" })
const ms = fc.nat({ max: 2 ** 45 })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const attribute = fc.record({ DataType: text, StringValue: text })

/** Every member of the row: a new one must be added here, and is then missed below. */
const message: fc.Arbitrary<Required<Record<keyof Message, unknown>>> = fc.record({
  store: fc.nat(),
  group: text,
  seq: ms,
  id: fc.uuid(),
  md5: fc.stringMatching(/^[0-9a-f]{32}$/),
  body: optional(text),
  attributes: optional(fc.dictionary(text, attribute)),
  trace: optional(text),
  senderId: text,
  sentMs: ms,
  enqueuedMs: ms,
  fifo: optional(fc.constant(true)),
  deduplicationId: optional(text),
  sourceArn: optional(text),
  state: fc.constantFrom("ready", "flight", "delayed"),
  availableMs: ms,
  receives: fc.nat(),
  carried: optional(fc.nat()),
  firstReceivedMs: optional(ms),
  receivedMs: optional(ms),
  order: optional(fc.nat()),
  changedReceive: optional(fc.nat()),
  dataKey: optional(fc.record({ blob: text, arn: text })),
})

test("a message is stored whole, in the form that the kernel would give it", () => {
  fc.assert(
    fc.property(message, (made) => {
      const row = made as Message
      const stored = encodeRow(messages, row) as string
      const plain: unknown = JSON.parse(JSON.stringify(row))
      expect(JSON.parse(stored.slice(1))).toEqual(plain)
      expect(stored.startsWith(`${messages.version}{`)).toBe(true)
      expect(decodeRow(messages, stored)).toEqual(plain)
    }),
  )
})
