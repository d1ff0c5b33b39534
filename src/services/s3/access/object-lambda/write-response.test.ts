import {
  GetObjectCommand,
  HeadObjectCommand,
  WriteGetObjectResponseCommand,
} from "@aws-sdk/client-s3"
import { Readable } from "node:stream"
import { expect, test } from "vitest"
import { until } from "../../../../kernel/host/transport/testing/server.ts"
import type { WireRequest } from "../../../../kernel/wire.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { openLeaving } from "../../testing/leaving.ts"
import { refusalOf } from "../../testing/open-bucket.ts"
import { fetched, KEY, read, write } from "./testing/functions.ts"
import { openLens, POINT, type LensEvent } from "./testing/open-lens.ts"

/** What is smaller the transport hands on when it is whole. */
const LARGE = 3 * 1024 * 1024

test("an answer is passed on as it comes, and its function told when it is through", async () => {
  const taken = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const lens = await openLens(async (event, it) => {
    async function* pieces() {
      yield Buffer.alloc(LARGE, "a")
      // Goes on only when the caller has the beginning in its hands.
      await taken.promise
      yield Buffer.alloc(LARGE, "b")
    }
    await write(it, event, { Body: Readable.from(pieces()) })
    told.resolve()
  })
  const { Body } = await lens.s3().send(new GetObjectCommand({ Bucket: POINT, Key: KEY }))
  const chunks: Buffer[] = []
  for await (const chunk of Body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    taken.resolve()
  }
  const whole = Buffer.concat(chunks)
  expect([whole.length, whole[0], whole.at(-1)]).toEqual([2 * LARGE, 97, 98])
  await told.promise
})

test("a function says which error its caller gets, in a document or in bytes of its own", async () => {
  const errors = [
    { StatusCode: 403, ErrorCode: "MissingRequiredToken", ErrorMessage: "It was not there." },
    { StatusCode: 404, Body: "<Error><Code>Own</Code><Message>words</Message></Error>" },
    { StatusCode: 304 },
  ]
  const lens = await openLens(
    async (event, it) => void (await write(it, event, errors.shift() ?? {})),
  )
  expect(await refusalOf(read(lens.s3(), POINT))).toBe(
    "MissingRequiredToken 403: It was not there.",
  )
  expect(await refusalOf(read(lens.s3(), POINT))).toBe("Own 404: words")
  expect(await refusalOf(read(lens.s3(), POINT))).toMatch(/ 304: /)
})

test("what is wrong with an answer its function and its caller are told", async () => {
  const told: string[] = []
  const wrong = [
    { StatusCode: 418, Body: "x" },
    { ErrorCode: "Code", Body: "" },
    { StatusCode: 400, ErrorCode: "Code", Body: "x" },
    { StatusCode: 400, ErrorCode: "not a code" },
  ]
  const lens = await openLens(async (event, it) => {
    told.push(await refusalOf(write(it, event, wrong.shift() ?? {})))
  })
  for (const _ of [...wrong])
    expect(await refusalOf(read(lens.s3(), POINT))).toMatch(/^LambdaInvalidResponse 400: /)
  expect(told).toHaveLength(4)
  for (const one of told) expect(one).toMatch(/^ValidationError 400: /)
})

test("a token is for one answer, of the account, while the request waits", async () => {
  const told: string[] = []
  const events: LensEvent[] = []
  const lens = await openLens(async (event, it) => {
    events.push(event)
    const { outputRoute: RequestRoute, outputToken: RequestToken } = event.getObjectContext
    const stranger = it.s3({ accessKeyId: "111111111111", secretAccessKey: "test" })
    const as = (client: typeof stranger, more: object) =>
      refusalOf(
        client.send(new WriteGetObjectResponseCommand({ RequestRoute, RequestToken, ...more })),
      )
    told.push(await as(stranger, { Body: "x" }))
    told.push(await as(it.s3(), { RequestToken: "nonsense" }))
    told.push(await as(it.s3(), { RequestRoute: "io-euw1-001" }))
    const nobody = await it.user("nobody", { Action: "s3:*", Resource: "*" })
    told.push(await as(it.s3(nobody), { Body: "x" }))
    const writer = { Action: "s3-object-lambda:WriteGetObjectResponse", Resource: "*" }
    told.push(await as(it.s3(await it.user("writer", writer)), { Body: "one" }))
    told.push(await as(it.s3(), { Body: "two" }))
  })
  expect(await read(lens.s3(), POINT)).toBe("one")
  await expect.poll(() => told.length).toBe(6)
  expect(told).toEqual([
    expect.stringMatching(/^AccessDenied 403/),
    expect.stringMatching(/^ValidationError 400/),
    expect.stringMatching(/^ValidationError 400/),
    expect.stringMatching(/^AccessDenied 403/),
    "no refusal",
    expect.stringMatching(/^ValidationError 400/),
  ])
})

test("functions that fail, are not there, are throttled or say nothing have answers of their own", async () => {
  const faults: unknown[] = [
    new Error("bug"),
    new AwsError("ResourceNotFoundException", "Function not found"),
    new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 }),
    new AwsError("InvalidRuntimeException", "no such runtime"),
    undefined,
  ]
  const lens = await openLens(async () => {
    const fault = faults.shift()
    if (fault) throw fault
  })
  const get = () => refusalOf(read(lens.s3(), POINT))
  expect(await get()).toBe("LambdaRuntimeError 500: The Lambda function failed during execution.")
  expect(await get()).toMatch(/^LambdaNotFound 404: The AWS Lambda function was not found\./)
  expect(await get()).toMatch(/^SlowDown 503: /)
  expect(await get()).toMatch(/^LambdaInvocationFailed 400: Lambda function invocation failed\./)
  expect(await get()).toBe(
    "LambdaResponseNotReceived 500: The Lambda exited without successfully calling WriteGetObjectResponse.",
  )
})

test("a function has 60 seconds of cloud time, for a HEAD and a list too", async () => {
  const started: (() => void)[] = []
  const ends: (() => void)[] = []
  const lens = await openLens(
    () =>
      new Promise<void>((resolve) => {
        ends.push(resolve)
        started.shift()?.()
      }),
    { actions: ["GetObject", "HeadObject"] },
  )
  for (const command of [
    new GetObjectCommand({ Bucket: POINT, Key: KEY }),
    new HeadObjectCommand({ Bucket: POINT, Key: KEY }),
  ]) {
    const running = new Promise<void>((resolve) => void started.push(resolve))
    const answer = refusalOf(lens.s3().send(command))
    await running
    await lens.cloud.advance(59_999)
    await lens.cloud.advance(1)
    expect(await answer).toMatch(/ 500: /)
  }
  for (const end of ends) end()
})

test("a function hears at once of a caller who leaves before the first byte is taken", async () => {
  const told = Promise.withResolvers<string>()
  const there = Promise.withResolvers<WireRequest>()
  const gate = Promise.withResolvers<void>()
  const lens = await openLens(
    async (event, it) => {
      const Body = Readable.from([Buffer.alloc(LARGE, "a"), Buffer.alloc(LARGE, "b")])
      told.resolve(await refusalOf(write(it, event, { Body })))
    },
    {
      async between(request, answer) {
        const known = await answer
        if (request.method !== "GET") return known
        there.resolve(request)
        await gate.promise
        return known
      },
    },
  )
  const { requestHandler, leave } = openLeaving()
  const reading = refusalOf(read(lens.s3(undefined, { requestHandler }), POINT))
  const { signal } = await there.promise
  leave()
  await reading
  await until(() => signal?.aborted === true)
  gate.resolve()
  expect(await told.promise).toBe("no refusal")
})

test("an answer that is not through after 60 seconds breaks off", async () => {
  const never = Promise.withResolvers<void>()
  const told: string[] = []
  const lens = await openLens(async (event, it) => {
    async function* pieces() {
      yield Buffer.alloc(LARGE, "a")
      await never.promise
    }
    told.push(await refusalOf(write(it, event, { Body: Readable.from(pieces()) })))
  })
  const { Body } = await lens.s3().send(new GetObjectCommand({ Bucket: POINT, Key: KEY }))
  const reading = refusalOf(Body?.transformToString() ?? Promise.resolve())
  await lens.cloud.advance(60_000)
  expect(await reading).not.toBe("no refusal")
  never.resolve()
  await expect.poll(() => told.length).toBe(1)
  expect(told[0]).not.toBe("no refusal")
})

const MODE = { "x-amz-checksum-mode": "ENABLED" }

test("the URL is for what the caller asked, and ends within a minute or with the caller's keys", async () => {
  const urls: string[] = []
  const lens = await openLens(async (event, it) => {
    urls.push(event.getObjectContext.inputS3Url)
    await write(it, event, { Body: await (await fetched(event)).text() })
  })
  const statusOf = async (url = "", init = {}) =>
    (await fetch(url, { headers: MODE, ...init })).status
  const user = await lens.user("u", { Action: "*", Resource: "*" })
  for (const keys of [undefined, user]) expect(await read(lens.s3(keys), POINT)).toBe("hello world")
  const [ours, users] = urls
  expect([await statusOf(ours), await statusOf(users)]).toEqual([200, 200])
  expect(await statusOf(ours?.replace("a%20b", "other"))).toBe(403)
  expect(await statusOf(ours, { method: "DELETE" })).toBe(403)
  // What AWS has its callers send has to be sent.
  expect(await statusOf(ours, { headers: {} })).toBe(403)
  await lens.deactivate("u", user)
  expect([await statusOf(ours), await statusOf(users)]).toEqual([200, 400])
  await lens.cloud.advance(62_000)
  expect(await statusOf(ours)).toBe(400)
})
