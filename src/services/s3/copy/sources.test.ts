import { CopyObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { CreateAccessPointCommand, S3ControlClient } from "@aws-sdk/client-s3-control"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

const AccountId = "000000000000"
const DOOR = `arn:aws:s3:us-east-1:${AccountId}:accesspoint/door`

async function openSource() {
  const bucket = await openBucket()
  const { cloud, put } = bucket
  await put("a b+c", "hello")
  await put("a", "hello")
  const copy = async (source: string) => {
    const headers = { "x-amz-copy-source": source }
    const answer = await raw(cloud, { method: "PUT", path: "/photos/copy", headers })
    const [, value] = /<ArgumentValue>(.*?)</.exec(answer.body) ?? []
    return answer.status === 200 ? "" : `${errorOf(answer)} ${value}`
  }
  return { ...bucket, copy }
}

test("a source is encoded as a URL is, with or without a slash in front", async () => {
  const { copy } = await openSource()
  for (const source of [
    ...["photos/a", "/photos/a", "photos%2Fa", "%2Fphotos%2Fa", "photos/a%20b%2Bc"],
    ...["photos/a+b%2Bc", "photos/a?versionId=null", "photos/a?other=1"],
  ])
    expect([source, await copy(source)]).toEqual([source, ""])
  expect(await copy("photos/a%3FversionId=null")).toMatch(/^404 NoSuchKey/)
})

test("what is no source is refused: its encoding first, then its bucket, then its key", async () => {
  const { copy } = await openSource()
  for (const source of ["photos/%ZZ", "100%/a", "photos/%A/b", "%", "photos/%C3%"])
    expect(await copy(source)).toBe(`400 InvalidArgument: Invalid copy source encoding ${source}`)
  for (const source of ["192.168.1.1/a", "2001:db8::1/a", "ph@t(o)s/a", "photos%252Fa"])
    expect(await copy(source)).toBe(
      `400 InvalidArgument: Invalid copy source bucket name ${source}`,
    )
  for (const source of ["photos", "photos/", "/photos"])
    expect(await copy(source)).toBe(
      "400 InvalidArgument: Invalid copy source object key x-amz-copy-source",
    )
  expect(await copy("no-such-bucket/a")).toMatch(/^404 NoSuchBucket/)
})

test("only what writes has a copy source", async () => {
  const { cloud } = await openSource()
  const headers = { "x-amz-copy-source": "photos/a" }
  const ask = async (method: string, query = {}, path = "/photos/a") =>
    errorOf(await raw(cloud, { method, path, query, headers }))
  const refused =
    "400 InvalidArgument: You can only specify a copy source header for copy requests."
  for (const [method, path] of [
    ...[["GET", "/photos/a"] as const, ["DELETE", "/photos/a"] as const],
    ...[["GET", "/photos"] as const, ["GET", "/"] as const],
  ])
    expect(await ask(method, {}, path)).toBe(refused)
  expect(await ask("POST", { uploadId: "x" })).toBe(refused)
  expect(await ask("POST", { uploads: "" })).toMatch(/^405 MethodNotAllowed/)
})

test("a source through an access point is asked of its policy and of the bucket's", async () => {
  const { cloud, copy, Bucket } = await openSource()
  const control = cloud.client(S3ControlClient)
  await control.send(new CreateAccessPointCommand({ AccountId, Name: "door", Bucket }))
  expect(await copy(`${DOOR}/object/a`)).toBe("")
  expect(await copy(encodeURIComponent(`${DOOR}/object/a b+c`))).toBe("")
  expect(await copy(`${DOOR}/object/none`)).toMatch(/^404 NoSuchKey/)
  expect(await copy(`${DOOR}s/object/a`)).toMatch(/^404 NoSuchAccessPoint/)
  // Both must allow the one who copies; the destination is not behind the access point.
  const ann = await newUser(
    cloud.client(IAMClient),
    "ann",
    { Action: "s3:*", Resource: ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"] },
    { Action: "s3:GetObject", Resource: `${DOOR}/object/a` },
  )
  const { credentials } = ann
  const s3 = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const copyBy = (key: string) =>
    refusalOf(
      s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${DOOR}/object/${key}` })),
    )
  expect(await copyBy("a")).toBe("no refusal")
  expect(await copyBy("b")).toMatch(/^AccessDenied 403/)
  await ann.may({ Action: "s3:*", Resource: `${DOOR}/object/*` })
  expect(await copyBy("a")).toMatch(/^AccessDenied 403/)
})
