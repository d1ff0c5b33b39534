import fc from "fast-check"
import { expect, test } from "vitest"
import type { ByteStream } from "../kernel/wire.ts"
import type { StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { decodeEvents, encodeEvents, eventMember } from "./event-stream.ts"
import type { EventFormat } from "./event-stream.ts"
import { decodeMessage, encodeMessage, EventStreamError, readMessages } from "./events/message.ts"
import type { EventHeader, EventMessage } from "./events/message.ts"
import { createJsonReaders } from "./json/reader.ts"
import { createJsonWriters } from "./json/writer.ts"
import { jsonCodec, jsonEventFormat } from "./json.ts"
import { restJsonCodec } from "./rest-json.ts"
import { postRequest, smallModel } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"
import { typeWording } from "./shapes/wording.ts"

// The examples of "Event stream encoding" in the Smithy specification.
const EMPTY = "000000100000000005c248eb7d98c8ff"
const INT32 =
  "0000002d000000104 1c424b8 0a 6576656e742d74797065 04 0000a00c 7b27666f6f273a27626172277d 36f480a0"

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex")
const plain = (message: EventMessage) => ({ ...message, headers: { ...message.headers } })

test("the published examples are read and written", () => {
  const headers = { "event-type": { type: "integer", value: 40972 } } as const
  const message = { headers, payload: Buffer.from("{'foo':'bar'}") }
  expect(plain(decodeMessage(hex(EMPTY)))).toEqual({ headers: {}, payload: Buffer.alloc(0) })
  expect(plain(decodeMessage(hex(INT32)))).toEqual(message)
  expect(encodeMessage({ headers: {}, payload: Buffer.alloc(0) })).toEqual(hex(EMPTY))
  expect(encodeMessage(message)).toEqual(hex(INT32))
})

const anyHeader: fc.Arbitrary<EventHeader> = fc.oneof(
  fc.record({ type: fc.constant("boolean" as const), value: fc.boolean() }),
  fc.record({ type: fc.constant("byte" as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({
    type: fc.constant("short" as const),
    value: fc.integer({ min: -32768, max: 32767 }),
  }),
  fc.record({ type: fc.constant("integer" as const), value: fc.integer() }),
  fc.record({ type: fc.constant("long" as const), value: fc.maxSafeInteger() }),
  fc.record({ type: fc.constant("timestamp" as const), value: fc.nat() }),
  fc.record({ type: fc.constant("string" as const), value: fc.string({ unit: "grapheme" }) }),
  fc.record({ type: fc.constant("uuid" as const), value: fc.uuid() }),
  fc.record({
    type: fc.constant("bytes" as const),
    value: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  }),
)
const anyMessage = fc.record({
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), anyHeader, {
    noNullPrototype: true,
  }),
  payload: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
})

test("what is encoded is decoded, and one wrong byte is found", () => {
  fc.assert(
    fc.property(anyMessage, fc.nat(), (message, place) => {
      const bytes = encodeMessage(message)
      expect(plain(decodeMessage(bytes))).toEqual(message)
      bytes[place % bytes.length]! ^= 0x40
      expect(() => decodeMessage(bytes)).toThrow(EventStreamError)
    }),
  )
})

async function* chunks(bytes: Uint8Array, size: number): ByteStream & AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

test("messages are found however the stream is cut", async () => {
  const anyCut = fc.tuple(fc.array(anyMessage, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }))
  await fc.assert(
    fc.asyncProperty(anyCut, async ([messages, size]) => {
      const bytes = Buffer.concat(messages.map(encodeMessage))
      const read = await all(readMessages(chunks(bytes, size)))
      expect(read.map(plain)).toEqual(messages)
    }),
    { numRuns: 50 },
  )
})

test.each([
  ["a stream that ends within a message", hex(INT32).subarray(0, 20)],
  ["a wrong checksum of the prelude", hex(EMPTY.replace("05c2", "05c3"))],
  ["a wrong checksum of the message", hex(EMPTY.replace("c8ff", "c8fe"))],
  ["bytes after the last message", Buffer.concat([hex(EMPTY), Buffer.from([0])])],
])("%s is refused", async (_name, bytes) => {
  await expect(all(readMessages(chunks(bytes, 7)))).rejects.toThrow(EventStreamError)
})

test("a message of four gigabytes is refused by its prelude", async () => {
  const prelude = hex("ffffffff 00000000")
  const { crc32 } = await import("node:zlib")
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(prelude))
  const bytes = Buffer.concat([prelude, checksum])
  await expect(all(readMessages(chunks(bytes, 100)))).rejects.toThrow("too large")
})

const MODEL = smallModel(
  {
    Thing: {
      type: "structure",
      members: { Stream: { shape: "Stream" }, Name: { shape: "String" } },
    },
    Stream: {
      type: "structure",
      eventstream: true,
      members: {
        Text: { shape: "TextEvent" },
        Body: { shape: "BodyEvent" },
        Data: { shape: "DataEvent" },
        End: { shape: "EndEvent" },
        Gone: { shape: "Gone" },
      },
    },
    TextEvent: {
      type: "structure",
      event: true,
      members: {
        Words: { shape: "String", eventpayload: true },
        Count: { shape: "Integer", eventheader: true },
        Last: { shape: "Boolean", eventheader: true },
        At: { shape: "Timestamp", eventheader: true },
      },
    },
    BodyEvent: {
      type: "structure",
      event: true,
      members: { Bytes: { shape: "Blob" }, Kind: { shape: "String", eventheader: true } },
    },
    DataEvent: {
      type: "structure",
      event: true,
      members: { Bytes: { shape: "Blob", eventpayload: true } },
    },
    EndEvent: { type: "structure", event: true, members: {} },
    Gone: { type: "structure", exception: true, members: { Message: { shape: "String" } } },
  },
  { jsonVersion: "1.1" },
)
const STREAM = MODEL.shapes["Stream"] as StructureShape
const FORMAT: EventFormat = jsonEventFormat(
  "application/json",
  createJsonWriters({ strict: true, bodyOnly: true }),
  createJsonReaders(typeWording(MODEL), true),
)
const EVENTS: Values[] = [
  { Text: { Words: "ä", Count: 3, Last: false, At: 1000 } },
  { Body: { Bytes: Buffer.from("hi"), Kind: "k" } },
  { Data: { Bytes: Buffer.from([1, 2]) } },
  { End: {} },
]

async function* from(events: readonly Values[], end?: unknown): AsyncGenerator<Values> {
  yield* events
  if (end !== undefined) throw end
}

async function messagesOf(stream: ByteStream): Promise<Values[]> {
  const messages = await all(readMessages(stream))
  return messages.map(({ headers, payload }) => ({
    ...Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
    payload: Buffer.from(payload).toString(),
  }))
}

test("events are written with their headers and payloads", async () => {
  const event = { ":message-type": "event" }
  expect(await messagesOf(encodeEvents(STREAM, from(EVENTS), { format: FORMAT }))).toEqual([
    {
      ...{ ...event, ":event-type": "Text", ":content-type": "text/plain", payload: "ä" },
      ...{ Count: 3, Last: false, At: 1000 },
    },
    {
      ...{ ...event, ":event-type": "Body", ":content-type": "application/json", Kind: "k" },
      payload: '{"Bytes":"aGk="}',
    },
    {
      ...{ ...event, ":event-type": "Data", ":content-type": "application/octet-stream" },
      payload: "\u0001\u0002",
    },
    { ...event, ":event-type": "End", payload: "" },
  ])
})

test("events that are written are read", async () => {
  const bytes = encodeEvents(STREAM, from(EVENTS), { format: FORMAT })
  expect(await all(decodeEvents(STREAM, bytes, FORMAT))).toEqual(EVENTS)
})

test("signed events are unpacked, an empty one is the end", async () => {
  const signature = { ":chunk-signature": { type: "bytes", value: Buffer.alloc(32) } } as const
  const [inner] = await all(encodeEvents(STREAM, from(EVENTS.slice(0, 1)), { format: FORMAT }))
  const bytes = Buffer.concat([
    encodeMessage({ headers: signature, payload: inner! }),
    encodeMessage({ headers: signature, payload: Buffer.alloc(0) }),
  ])
  expect(await all(decodeEvents(STREAM, chunks(bytes, 1000), FORMAT))).toEqual(EVENTS.slice(0, 1))
})

test("a modelled error, another error and our own bug each end the stream", async () => {
  const last = async (end: unknown) => {
    const sent: Uint8Array[] = []
    let thrown: unknown
    try {
      for await (const bytes of encodeEvents(STREAM, from([], end), { format: FORMAT })) {
        sent.push(bytes)
      }
    } catch (error) {
      thrown = error
    }
    const [message] = await messagesOf(chunks(Buffer.concat(sent), 1000))
    return { message, thrown }
  }
  expect((await last(new AwsError("Gone", "It is gone."))).message).toEqual({
    ":message-type": "exception",
    ":exception-type": "Gone",
    ":content-type": "application/json",
    payload: '{"Message":"It is gone."}',
  })
  expect(await last(new AwsError("ThrottlingException", "Slow down."))).toEqual({
    message: {
      ":message-type": "error",
      ":error-code": "ThrottlingException",
      ":error-message": "Slow down.",
      payload: "",
    },
    thrown: undefined,
  })
  const bug = new TypeError("secret")
  const { message, thrown } = await last(bug)
  expect(message![":error-code"]).toBe("InternalFailure")
  expect(JSON.stringify(message)).not.toContain("secret")
  expect(thrown).toBe(bug)
})

test.each([
  ["an event that is none of the model", { ":event-type": "Other", ":message-type": "event" }],
  ["an exception from a client", { ":event-type": "Text", ":message-type": "exception" }],
  ["a message without a type", {}],
])("%s is refused", async (_name, texts) => {
  const headers = Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, { type: "string" as const, value }]),
  )
  const bytes = encodeMessage({ headers, payload: Buffer.alloc(0) })
  await expect(all(decodeEvents(STREAM, chunks(bytes, 99), FORMAT))).rejects.toThrow(AwsError)
})

test("bytes that are no messages are refused as an input", async () => {
  const bytes = Buffer.from("this is no event stream at all")
  await expect(all(decodeEvents(STREAM, chunks(bytes, 99), FORMAT))).rejects.toMatchObject({
    code: "SerializationException",
  })
})

test("AWS JSON sends the other members first, as the initial response", async () => {
  const output = { Name: "n", Stream: from(EVENTS.slice(3)) }
  const response = jsonCodec({ strict: true }).encode(MODEL, MODEL.operations["Do"]!, output, {
    requestId: "id",
  })
  expect(response.headers["content-type"]).toBe("application/vnd.amazon.eventstream")
  expect(await messagesOf(response.body as ByteStream)).toEqual([
    {
      ":message-type": "event",
      ":event-type": "initial-response",
      ":content-type": "application/x-amz-json-1.1",
      payload: '{"Name":"n"}',
    },
    { ":message-type": "event", ":event-type": "End", payload: "" },
  ])
})

test("REST JSON streams both ways: Lambda's answers, Lex's conversations", async () => {
  const lambda = publishedModel("lambda")
  const invoke = lambda.operations["InvokeWithResponseStream"]!
  const EventStream = from([
    { PayloadChunk: { Payload: Buffer.from("a") } },
    { InvokeComplete: {} },
  ])
  const codec = restJsonCodec({ strict: true })
  const output = { StatusCode: 200, ExecutedVersion: "$LATEST", EventStream }
  const response = codec.encode(lambda, invoke, output, { requestId: "id" })
  expect(response.headers).toMatchObject({
    "content-type": "application/vnd.amazon.eventstream",
    "X-Amz-Executed-Version": "$LATEST",
  })
  const messages = await messagesOf(response.body as ByteStream)
  expect(messages.map((message) => [message[":event-type"], message["payload"]])).toEqual([
    ["PayloadChunk", "a"],
    ["InvokeComplete", "{}"],
  ])

  const lex = publishedModel("lexv2-runtime")
  const talk = lex.operations["StartConversation"]!
  const { name, stream } = eventMember(talk.input)!
  const sent = from([{ TextInputEvent: { text: "hello" } }])
  const request = {
    ...postRequest("", { "x-amz-lex-conversation-mode": "TEXT" }),
    path: "/bots/b/botAliases/a/botLocales/l/sessions/s/conversation",
    stream: encodeEvents(stream, sent, { format: FORMAT }),
  }
  const input = codec.decode(lex, talk, request)
  expect(input).toMatchObject({ botId: "b", sessionId: "s", conversationMode: "TEXT" })
  expect(await all(input[name] as AsyncIterable<Values>)).toEqual([
    { TextInputEvent: { text: "hello" } },
  ])
})
