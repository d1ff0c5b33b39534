import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  SelectObjectContentCommand,
} from "@aws-sdk/client-s3"
import {
  DeleteAccessPointCommand,
  PutAccessPointPolicyForObjectLambdaCommand,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { ACCOUNT, DOOR, FUNCTION, openLens, POINT, type LensEvent } from "./testing/open-lens.ts"
import { fetched, KEY, read, write } from "./testing/functions.ts"

test("S3-144 a GET runs the function, and its caller receives the transformed object", async () => {
  const events: LensEvent[] = []
  const lens = await openLens(async (event, it) => {
    events.push(event)
    const Body = (await (await fetched(event)).text()).toUpperCase()
    await write(it, event, { Body, ContentType: "text/plain", Metadata: { m: "1" } })
  })
  const answer = await lens.s3().send(new GetObjectCommand({ Bucket: POINT, Key: KEY }))
  expect(await answer.Body?.transformToString()).toBe("HELLO WORLD")
  expect(answer).toMatchObject({ ContentType: "text/plain", Metadata: { m: "1" } })
  const [event] = events
  expect(event).toMatchObject({
    configuration: { accessPointArn: POINT, supportingAccessPointArn: DOOR, payload: '{"a":1}' },
    userIdentity: { type: "Root", accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
    protocolVersion: "1.00",
    getObjectContext: { outputRoute: "io-use1-001" },
  })
  expect(event?.userRequest.url).toMatch(/^http:\/\/lens-000000000000\.localhost:\d+\/a b\/ü/)
  expect(event?.userRequest.headers).toMatchObject({ Host: expect.stringContaining("lens-") })
  expect(event?.userRequest.headers).not.toHaveProperty("Authorization")
  // The alias stands for a bucket's name, and the ordinary access point leads past the function.
  const byAlias = lens.s3(undefined, { forcePathStyle: true })
  expect(await read(byAlias, lens.alias)).toBe("HELLO WORLD")
  expect(await read(lens.s3(), DOOR)).toBe("hello world")
  expect(await refusalOf(read(lens.s3(), POINT.replace("/lens", "/none")))).toMatch(
    /^NoSuchAccessPoint 404/,
  )
  const abroad = lens.s3(undefined, { forcePathStyle: true, region: "eu-west-1" })
  expect(await refusalOf(read(abroad, lens.alias))).toMatch(/ 301: /)
})

test("only a GET, HEAD or LIST that is configured runs the function; the rest is passed on", async () => {
  let calls = 0
  const lens = await openLens(async () => {
    calls += 1
    return { statusCode: 500 }
  })
  const s3 = lens.s3()
  await s3.send(new PutObjectCommand({ Bucket: POINT, Key: "new", Body: "as it is" }))
  expect(await read(s3, DOOR, "new")).toBe("as it is")
  const head = await s3.send(new HeadObjectCommand({ Bucket: POINT, Key: "new" }))
  expect(head.ContentLength).toBe(8)
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: POINT }))
  expect(KeyCount).toBe(2)
  const large = Buffer.alloc(2_000_000, "x")
  const lists = await openLens(async () => ({}), { actions: ["ListObjects"] })
  await lists.s3().send(new PutObjectCommand({ Bucket: POINT, Key: "large", Body: large }))
  expect(await read(lists.s3(), POINT, "large")).toHaveLength(2_000_000)
  expect(calls).toBe(0)
  const CopySource = encodeURIComponent(`${POINT}/object/new`)
  const refused = [
    s3.send(new CopyObjectCommand({ Bucket: DOOR, Key: "copy", CopySource })),
    s3.send(
      new SelectObjectContentCommand({
        ...{ Bucket: POINT, Key: "new", Expression: "select * from s3object" },
        ...{ ExpressionType: "SQL", InputSerialization: { CSV: {} } },
        OutputSerialization: { CSV: {} },
      }),
    ),
  ]
  expect(await Promise.all(refused.map(refusalOf))).toEqual([
    expect.stringMatching(/ 40\d: /),
    expect.stringMatching(/^MethodNotAllowed 405/),
  ])
})

test("HEAD and lists are what the function returns", async () => {
  const lens = await openLens(
    async ({ headObjectContext: head, listObjectsContext: v1, listObjectsV2Context: v2 }) => {
      if (head) {
        const { headers, status: statusCode } = await fetch(head.inputS3Url, { method: "HEAD" })
        const length = Number(headers.get("content-length")) * 2
        return {
          statusCode,
          headers: {
            ...{ "Content-Length": length, ETag: headers.get("etag"), "x-amz-meta-own": "yes" },
            ...{ "Set-Cookie": "no", "Last-Modified": headers.get("last-modified") },
          },
        }
      }
      const { inputS3Url } = v1 ?? v2
      const answer = await fetch(inputS3Url)
      const listResultXml = (await answer.text()).replace("<Key>a b", "<Key>seen/a b")
      if (v1) return { statusCode: answer.status, listResultXml }
      return {
        statusCode: 200,
        listBucketResult: {
          ...{ name: "shown", maxKeys: 7, keyCount: 1, isTruncated: true },
          nextContinuationToken: "more",
          contents: [
            {
              ...{ key: "k & k", size: 3, eTag: '"e"', lastModified: "2026-01-02T03:04:05.000Z" },
              ...{ checksumAlgorithm: "SHA256", storageClass: "STANDARD" },
              owner: { id: "i", displayName: "d" },
            },
          ],
          commonPrefixes: [{ prefix: "p/" }],
        },
      }
    },
    { actions: ["HeadObject", "ListObjects", "ListObjectsV2"] },
  )
  const s3 = lens.s3()
  const head = await s3.send(new HeadObjectCommand({ Bucket: POINT, Key: KEY }))
  expect(head).toMatchObject({ ContentLength: 22, Metadata: { own: "yes" } })
  expect(head.LastModified).toEqual(lens.cloud.world.clock.now() > 0 && expect.any(Date))
  const first = await s3.send(new ListObjectsCommand({ Bucket: POINT, Prefix: "a" }))
  expect(first).toMatchObject({ Prefix: "a", Contents: [{ Key: "seen/a b/ü", Size: 11 }] })
  expect(await s3.send(new ListObjectsV2Command({ Bucket: POINT }))).toMatchObject({
    ...{ Name: "shown", MaxKeys: 7, KeyCount: 1, IsTruncated: true, NextContinuationToken: "more" },
    Contents: [
      {
        ...{ Key: "k & k", Size: 3, ETag: '"e"', LastModified: new Date("2026-01-02T03:04:05Z") },
        ...{ ChecksumAlgorithm: ["SHA256"], Owner: { ID: "i", DisplayName: "d" } },
      },
    ],
    CommonPrefixes: [{ Prefix: "p/" }],
  })
  // What is not configured is S3's.
  expect(await read(s3, POINT)).toBe("hello world")
})

test("what a function returns for HEAD and lists is checked, and its errors are its callers'", async () => {
  const answers: unknown[] = []
  const lens = await openLens(async () => answers.shift(), {
    actions: ["HeadObject", "ListObjectsV2"],
  })
  const list = async (answer: unknown) => {
    answers.push(answer)
    return refusalOf(lens.s3().send(new ListObjectsV2Command({ Bucket: POINT })))
  }
  const refused = { statusCode: 403, errorCode: "NoWay", errorMessage: "not for you" }
  expect(await list(refused)).toBe("NoWay 403: not for you")
  expect(await list("text")).toMatch(/^LambdaInvalidResponse 400/)
  expect(await list({ statusCode: 200 })).toMatch(/^LambdaInvalidResponse 400/)
  expect(await list({ statusCode: 200, listBucketResult: { name: "n" } })).toMatch(
    /^LambdaInvalidResponse 400: listBucketResult must have maxKeys/,
  )
  answers.push(refused)
  const head = lens.s3().send(new HeadObjectCommand({ Bucket: POINT, Key: KEY }))
  expect(await refusalOf(head)).toMatch(/ 403: /)
})

test("the function has the caller's rights through the URL, and they must be for this way", async () => {
  const seen: (number | string)[] = []
  const lens = await openLens(async (event, it) => {
    const answer = await fetched(event)
    const text = await answer.text()
    seen.push(answer.status)
    const StatusCode = answer.status
    const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1]
    if (code === undefined) await write(it, event, { Body: text })
    else await write(it, event, { StatusCode, ErrorCode: code, ErrorMessage: "from S3" })
  })
  const viaLambda = {
    "ForAnyValue:StringEquals": { "aws:CalledVia": ["s3-object-lambda.amazonaws.com"] },
  }
  const invoke = { Action: "lambda:InvokeFunction", Resource: FUNCTION, Condition: viaLambda }
  const point = { Action: "s3-object-lambda:Get*", Resource: POINT }
  const objects = [`${DOOR}/object/*`, "arn:aws:s3:::photos/*"]
  const get = { Action: "s3:GetObject", Resource: objects, Condition: viaLambda }
  const readAs = async (name: string, ...statements: object[]) => {
    const keys = await lens.user(name, ...statements)
    return { lens: await refusalOf(read(lens.s3(keys), POINT)), keys }
  }
  expect((await readAs("none", invoke, get)).lens).toMatch(
    /^AccessDenied 403: .* s3-object-lambda:GetObject on resource: arn:aws:s3-object-lambda/,
  )
  expect((await readAs("silent", point, get)).lens).toMatch(/^LambdaPermissionError 403/)
  expect(seen).toEqual([])
  expect((await readAs("blind", point, invoke)).lens).toBe("AccessDenied 403: from S3")
  expect(seen).toEqual([403])
  const { lens: outcome, keys } = await readAs("whole", point, invoke, get)
  expect(outcome).toBe("no refusal")
  expect(seen).toEqual([403, 200])
  // The same rights are none at all without Object Lambda on the way.
  expect(await refusalOf(read(lens.s3(keys), DOOR))).toMatch(/^AccessDenied 403/)
  // Nor does a token say so that nobody has given out.
  const name = Buffer.from("s3-object-lambda.amazonaws.com")
  const token = Buffer.concat([Buffer.from("fwdaccess"), Uint8Array.of(name.length), name])
  const forged = { ...keys, sessionToken: token.toString("base64") }
  expect(await refusalOf(read(lens.s3(forged), DOOR))).toMatch(/^AccessDenied 403/)
})

test("a session is told to the function, and its policy holds through the URL", async () => {
  const events: LensEvent[] = []
  const lens = await openLens(async (event, it) => {
    events.push(event)
    const { status } = await fetched(event)
    await write(it, event, { Body: String(status) })
  })
  expect(await read(lens.s3(await lens.session("reader")), POINT)).toBe("200")
  const role = { type: "Role", userName: "reader", arn: `arn:aws:iam::${ACCOUNT}:role/reader` }
  expect(events[0]?.userIdentity).toMatchObject({
    ...{ type: "AssumedRole", accountId: ACCOUNT },
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session`,
    sessionContext: {
      attributes: { mfaAuthenticated: "false", creationDate: "Thu Jan 15 12:00:00 UTC 2026" },
      sessionIssuer: role,
    },
  })
  const Action = ["s3-object-lambda:*", "lambda:*"]
  const Statement = { Effect: "Allow", Action, Resource: "*" }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  const narrow = await lens.session("narrow", Policy)
  expect(await read(lens.s3(narrow), POINT)).toBe("403")
})

test("who waits when the cloud stops is told so", async () => {
  const started = Promise.withResolvers<void>()
  const lens = await openLens(() => {
    started.resolve()
    return new Promise(() => {})
  })
  const answer = refusalOf(read(lens.s3(), POINT))
  await started.promise
  lens.cloud.world.quiesce()
  expect(await answer).toMatch(/^ServiceUnavailable 503/)
})

test("the access point's policy lets others in, and keeps out", async () => {
  const lens = await openLens((event, it) => write(it, event, { Body: "seen" }))
  const put = (...Statement: object[]) =>
    lens.control.send(
      new PutAccessPointPolicyForObjectLambdaCommand({
        ...{ AccountId: ACCOUNT, Name: "lens" },
        Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    )
  const guest = lens.s3({ accessKeyId: "111111111111", secretAccessKey: "test" })
  expect(await refusalOf(read(guest, POINT))).toMatch(/^AccessDenied 403/)
  const statement = { Action: "s3-object-lambda:GetObject", Resource: POINT }
  const Principal = { AWS: "111111111111" }
  await put({ Effect: "Allow", Principal, ...statement })
  // The function is asked for in the guest's own account, where it may do everything.
  expect(await refusalOf(read(guest, POINT))).toBe("no refusal")
  const old = { NumericGreaterThan: { "s3-object-lambda:signatureAge": "-1" } }
  await put({ Effect: "Deny", Principal: { AWS: ACCOUNT }, ...statement, Condition: old })
  expect(await refusalOf(read(lens.s3(), POINT))).toMatch(/^AccessDenied 403/)
  expect(await refusalOf(read(guest, POINT))).toMatch(/^AccessDenied 403/)
})

test("ranges and parts are for functions that know them, and keys of customers for none", async () => {
  const Range = "bytes=0-4"
  const events: LensEvent[] = []
  const run = async (event: LensEvent, it: Parameters<typeof write>[0]) => {
    events.push(event)
    const whole = await (await fetched(event)).text()
    const [StatusCode, ContentRange] = [206, `bytes 0-4/${whole.length}`]
    await write(it, event, { StatusCode, ContentRange, Body: whole.slice(0, 5) })
  }
  const closed = await openLens(run)
  const get = (more: object) => new GetObjectCommand({ Bucket: POINT, Key: KEY, ...more })
  const refused = [{ Range }, { PartNumber: 1 }].map((more) => closed.s3().send(get(more)))
  expect(await Promise.all(refused.map(refusalOf))).toEqual([
    expect.stringMatching(/^NotImplemented 501/),
    expect.stringMatching(/^NotImplemented 501/),
  ])
  const key = { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) }
  expect(await refusalOf(closed.s3().send(get(key)))).toMatch(/^InvalidRequest 400/)
  const open = await openLens(run, { AllowedFeatures: ["GetObject-Range"] })
  const answer = await open.s3().send(get({ Range, VersionId: "null" }))
  expect(await answer.Body?.transformToString()).toBe("hello")
  expect(answer).toMatchObject({ ContentRange: "bytes 0-4/11", $metadata: { httpStatusCode: 206 } })
  const [event] = events
  expect(event?.userRequest.headers).toMatchObject({ Range })
  expect(event?.getObjectContext.inputS3Url).toContain("versionId=null")
})

test("an access point whose supporting one is gone leads nowhere", async () => {
  const lens = await openLens((event, it) => write(it, event, { Body: "x" }))
  await lens.control.send(new DeleteAccessPointCommand({ AccountId: ACCOUNT, Name: "door" }))
  expect(await refusalOf(read(lens.s3(), POINT))).toMatch(/^NoSuchAccessPoint 404/)
  const put = lens.s3().send(new PutObjectCommand({ Bucket: POINT, Key: "a", Body: "" }))
  expect(await refusalOf(put)).toMatch(/^NoSuchAccessPoint 404/)
})
