import { createHash } from "node:crypto"
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  HeadObjectCommand,
  UploadPartCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const PART = Buffer.alloc(5_242_881, "a")
const LAST = PART.subarray(0, 10)

async function openUpload(ChecksumAlgorithm?: ChecksumAlgorithm, ChecksumType?: ChecksumType) {
  const { client, Bucket } = await openBucket("sums", {
    config: { requestChecksumCalculation: "WHEN_REQUIRED" },
  })
  const Key = "k"
  const begun = { Bucket, Key, ChecksumAlgorithm, ChecksumType }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(begun))
  const upload = (PartNumber: number, Body: Buffer | string, more = {}) =>
    client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }))
  const complete = (Parts: object[], more = {}) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...{ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more },
      }),
    )
  const head = () => client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }))
  const asked = { Bucket, Key, ObjectAttributes: ["Checksum" as const] }
  const attributes = () => client.send(new GetObjectAttributesCommand(asked))
  return { client, Bucket, upload, complete, head, attributes }
}

/** The parts that recordings of AWS have, with their checksums. */
async function uploadAll(
  open: Awaited<ReturnType<typeof openUpload>>,
  ChecksumAlgorithm?: ChecksumAlgorithm,
) {
  const parts = []
  for (const [at, body] of [PART, PART, LAST].entries()) {
    const {
      ETag,
      $metadata: _,
      ServerSideEncryption: __,
      ...sums
    } = await open.upload(at + 1, body, { ChecksumAlgorithm })
    parts.push({ PartNumber: at + 1, ETag, ...sums })
  }
  return parts
}

// Recorded values.
test.each([
  ["CRC32", "5FRUiw==-3"],
  ["CRC32C", "XF5+4A==-3"],
  ["SHA1", "AyE60nyQoBgJcwsyPHWu7aJuxBs=-3"],
] as const)("a composite %s is over the checksums of the parts", async (algorithm, value) => {
  const open = await openUpload(algorithm, "COMPOSITE")
  const parts = await uploadAll(open, algorithm)
  const member = `Checksum${algorithm}`
  const done = await open.complete(parts)
  expect(done).toMatchObject({
    ...{ [member]: value, ChecksumType: "COMPOSITE" },
    ETag: '"4d45984fc3feb2ac9b22683c49674b56-3"',
  })
  expect(await open.head()).toMatchObject({ [member]: value, ChecksumType: "COMPOSITE" })
  const { Checksum } = await open.attributes()
  expect(Checksum).toEqual({ [member]: value.slice(0, -2), ChecksumType: "COMPOSITE" })
})

test.each([
  ["CRC32", "qSEQSA=="],
  ["CRC32C", "eTdAQA=="],
] as const)("a full-object %s is combined from the parts'", async (algorithm, value) => {
  const open = await openUpload(algorithm, "FULL_OBJECT")
  const parts = await uploadAll(open)
  const member = `Checksum${algorithm}`
  const wrong = open.complete(parts, { [member]: "AAAAAA==", ChecksumType: "FULL_OBJECT" })
  expect(await refusalOf(wrong)).toBe(
    `BadDigest 400: The ${algorithm.toLowerCase()} you specified did not match the calculated ` +
      "checksum.",
  )
  const done = await open.complete(
    parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
    { [member]: value, ChecksumType: "FULL_OBJECT" },
  )
  expect(done).toMatchObject({ [member]: value, ChecksumType: "FULL_OBJECT" })
})

test("an upload without an algorithm ends with CRC64NVME of the whole", async () => {
  const open = await openUpload()
  const { ETag } = await open.upload(1, "aaa")
  expect(
    await refusalOf(open.complete([{ PartNumber: 1, ETag, ChecksumCRC32C: "45fn2Q==" }])),
  ).toContain("InvalidPart 400")
  expect(
    await refusalOf(open.complete([{ PartNumber: 1, ETag }], { ChecksumType: "COMPOSITE" })),
  ).toBe(
    "InvalidRequest 400: The upload was created using the null checksum mode. The complete request " +
      "must use the same checksum mode.",
  )
  // Recorded: what the request says of another algorithm is not looked at.
  const done = await open.complete([{ PartNumber: 1, ETag }], { ChecksumCRC32C: "AAAAAA==-2" })
  // Recorded.
  expect(done).toMatchObject({
    ...{ ChecksumCRC64NVME: "Rnr2/5P7Gsk=", ChecksumType: "FULL_OBJECT" },
    ETag: '"e2c3da976e66ec9e7dc128fbc782fc91-1"',
  })
})

test("which types go with which algorithms", async () => {
  const { client, Bucket } = await openBucket()
  const create = async (ChecksumAlgorithm: string | undefined, ChecksumType?: string) => {
    const input = { Bucket, Key: "k", ChecksumAlgorithm, ChecksumType } as never
    return client.send(new CreateMultipartUploadCommand(input))
  }
  expect(await refusalOf(create("CRC64NVME", "COMPOSITE"))).toBe(
    "InvalidRequest 400: The COMPOSITE checksum type cannot be used with the crc64nvme checksum " +
      "algorithm.",
  )
  expect(await refusalOf(create("SHA256", "FULL_OBJECT"))).toBe(
    "InvalidRequest 400: The FULL_OBJECT checksum type cannot be used with the sha256 checksum " +
      "algorithm.",
  )
  expect(await refusalOf(create("SHA256", "WHOLE"))).toBe(
    "InvalidRequest 400: Value for x-amz-checksum-type header is invalid.",
  )
  expect((await create("CRC64NVME")).ChecksumType).toBe("FULL_OBJECT")
  expect((await create("SHA256")).ChecksumType).toBe("COMPOSITE")
})

test("parts keep to the algorithm of their upload", async () => {
  const open = await openUpload("SHA256")
  const other = open.upload(1, "abc", { ChecksumAlgorithm: "CRC32" })
  expect(await refusalOf(other)).toBe(
    "InvalidRequest 400: Checksum Type mismatch occurred, expected checksum Type: sha256, actual " +
      "checksum Type: crc32",
  )
  expect(await refusalOf(open.upload(1, "abc"))).toBe(
    "InvalidRequest 400: Checksum Type mismatch occurred, expected checksum Type: sha256, actual " +
      "checksum Type: null",
  )
  const { ETag, ChecksumSHA256 } = await open.upload(1, "abc", { ChecksumAlgorithm: "SHA256" })
  expect(ChecksumSHA256).toBe(createHash("sha256").update("abc").digest("base64"))
  expect(await refusalOf(open.complete([{ PartNumber: 1, ETag }]))).toBe(
    "InvalidRequest 400: The upload was created using a sha256 checksum. The complete request must " +
      "include the checksum for each part. It was missing for part 1 in the request.",
  )
  expect(await refusalOf(open.complete([{ PartNumber: 1, ETag, ChecksumCRC32: "AAAAAA==" }]))).toBe(
    "BadDigest 400: The crc32 you specified for part 1 did not match what we received.",
  )
})

test("a listed part has one checksum at most, which can be one, and is the upload's kind", async () => {
  const open = await openUpload("CRC32", "FULL_OBJECT")
  const { ETag, ChecksumCRC32 } = await open.upload(1, "abc")
  const listed = (sums: object) =>
    refusalOf(open.complete([{ PartNumber: 1, ETag, ...sums }], { ChecksumType: "FULL_OBJECT" }))
  const invalid = "InvalidArgument 400: Invalid Base64 or multiple checksums present in request"
  expect(await listed({ ChecksumCRC32, ChecksumCRC32C: "AAAAAA==" })).toBe(invalid)
  expect(await listed({ ChecksumSHA1: "AAAAAA==" })).toBe(invalid)
  expect(await listed({ ChecksumCRC32C: "AAAAAA==" })).toBe(
    "BadDigest 400: The crc32c you specified for part 1 did not match what we received.",
  )
  const more = { ChecksumType: "FULL_OBJECT" }
  expect(await open.complete([{ PartNumber: 1, ETag, ChecksumCRC32 }], more)).toMatchObject({
    ChecksumType: "FULL_OBJECT",
  })
})

test("a listed part has a number above zero", async () => {
  const open = await openUpload()
  const { ETag } = await open.upload(1, "abc")
  expect(await refusalOf(open.complete([{ PartNumber: 0, ETag }]))).toBe(
    "InvalidArgument 400: PartNumber must be >= 1",
  )
})

test("the checksum of the whole is one, and can be one; its type is one of two", async () => {
  const open = await openUpload("CRC32", "FULL_OBJECT")
  const { ETag } = await open.upload(1, "abc")
  const told = async (more: object) =>
    (await refusalOf(open.complete([{ PartNumber: 1, ETag }], more))).replace(
      /^InvalidRequest 400: /,
      "",
    )
  expect(await told({ ChecksumCRC32: "AAAAAA==", ChecksumSHA1: "AAAA" })).toBe(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  )
  for (const bad of ["bad", "AAAAAA==-x", "AAAAAA==-1-1"])
    expect(await told({ ChecksumCRC32: bad })).toBe(
      "Value for x-amz-checksum-crc32 header is invalid.",
    )
  expect(await told({ ChecksumCRC64NVME: "AAAAAAAAAAA=-1" })).toBe(
    "Value for x-amz-checksum-crc64nvme header is invalid.",
  )
  expect(await told({ ChecksumType: "WHOLE" })).toBe(
    "Value for x-amz-checksum-type header is invalid.",
  )
  const more = { ChecksumType: "full_object" as never }
  expect(await open.complete([{ PartNumber: 1, ETag }], more)).toMatchObject({
    ChecksumCRC32: "NSRBwg==",
  })
})
