import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  SelectObjectContentCommand,
  type CSVInput,
  type SelectObjectContentCommandInput,
  type Stats,
} from "@aws-sdk/client-s3"
import { parquetWriteBuffer } from "hyparquet-writer"
import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { usageOf } from "../../../kernel/meter.ts"
import { openFront } from "../testing/open-front.ts"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

type Ask = Partial<SelectObjectContentCommandInput>

const CSV: Ask = {
  InputSerialization: { CSV: { FileHeaderInfo: "USE" } },
  OutputSerialization: { CSV: {} },
}

interface Told {
  readonly text: string
  readonly events: readonly string[]
  readonly scanned?: number | undefined
  readonly processed?: number | undefined
  readonly returned?: number | undefined
}

async function select(
  { client, Bucket }: Pick<TestBucket, "client" | "Bucket">,
  Key: string,
  { Expression = "SELECT * FROM S3Object", ...more }: Ask = {},
): Promise<Told> {
  const { Payload } = await client.send(
    new SelectObjectContentCommand({
      ...{ Bucket, Key, Expression, ExpressionType: "SQL", ...CSV },
      ...more,
    } as SelectObjectContentCommandInput),
  )
  let text = ""
  const events: string[] = []
  let stats: Stats = {}
  for await (const event of Payload ?? []) {
    events.push(Object.keys(event)[0] as string)
    if (event.Records?.Payload) text += Buffer.from(event.Records.Payload).toString()
    if (event.Stats?.Details) stats = event.Stats.Details
  }
  const { BytesScanned: scanned, BytesProcessed: processed, BytesReturned: returned } = stats
  return { text, events, scanned, processed, returned }
}

const PEOPLE = "Name,Age\nAda,36\nAlan,41\nGrace,85\n"

test("S3-135 a statement on one object gives only what matches, as events with counts", async () => {
  const bucket = await openBucket()
  const lines = Array.from({ length: 20_000 }, (_, index) => `n${index},${index}`)
  await bucket.put("people.csv", `Name,Age\n${lines.join("\n")}\n`)
  const told = await select(bucket, "people.csv", {
    Expression: "SELECT s.Name FROM S3Object s WHERE CAST(s.Age AS INT) >= 19998",
  })
  const sizeBytes = `Name,Age\n${lines.join("\n")}\n`.length
  expect(told).toEqual({
    text: "n19998\nn19999\n",
    events: ["Records", "Stats", "End"],
    ...{ scanned: sizeBytes, processed: sizeBytes, returned: 14 },
  })
  const all = await select(bucket, "people.csv", { RequestProgress: { Enabled: true } })
  expect(all.text).toBe(`${lines.join("\n")}\n`)
  expect(all.events.filter((name) => name === "Records").length).toBeGreaterThan(2)
  expect(all.events.filter((name) => name === "Progress").length).toBeGreaterThan(2)
  const none = await select(bucket, "people.csv", {
    Expression: "SELECT * FROM S3Object s WHERE s.Name = 'nobody'",
  })
  expect([none.events, none.returned]).toEqual([["Stats", "End"], 0])
})

test("S3-136 CSV, JSON and Parquet, and GZIP and BZIP2 of CSV and JSON", async () => {
  const bucket = await openBucket()
  const lines = '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'
  const bzip2 = Buffer.from(BZIP2_CSV, "base64")
  const parquet = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: "a", data: [1, 2, 3], type: "INT32" },
        { name: "b", data: ["x", "y", "z"], type: "STRING" },
        { name: "c", data: [0.5, 1.5, 2.5], type: "DOUBLE" },
      ],
    }),
  )
  await bucket.put("plain.csv", "a,b\n1,x\n2,y\n")
  await bucket.put("gzip.csv", gzipSync("a,b\n1,x\n2,y\n"))
  await bucket.put("bzip2.csv", bzip2)
  await bucket.put("lines.json", lines)
  await bucket.put("gzip.json", gzipSync(lines))
  await bucket.put("bzip2.json", Buffer.from(BZIP2_JSON, "base64"))
  await bucket.put("document.json", `{"rows":\n[{"a":1,"b":"x"},\n{"a":2,"b":"y"}]}`)
  await bucket.put("rows.parquet", parquet)
  const ask = async (key: string, input: Ask["InputSerialization"], from = "S3Object") =>
    (
      await select(bucket, key, {
        Expression: `SELECT s.b FROM ${from} s WHERE s.a = 2`,
        InputSerialization: input,
        OutputSerialization: { JSON: {} },
      })
    ).text
  const csv = { FileHeaderInfo: "USE" } as const
  const answers = [
    await ask("plain.csv", { CSV: csv, CompressionType: "NONE" }),
    await ask("gzip.csv", { CSV: csv, CompressionType: "GZIP" }),
    await ask("bzip2.csv", { CSV: csv, CompressionType: "BZIP2" }),
    await ask("lines.json", { JSON: { Type: "LINES" } }),
    await ask("gzip.json", { JSON: { Type: "LINES" }, CompressionType: "GZIP" }),
    await ask("bzip2.json", { JSON: { Type: "LINES" }, CompressionType: "BZIP2" }),
    await ask("document.json", { JSON: { Type: "DOCUMENT" } }, "S3Object[*].rows[*]"),
    await ask("rows.parquet", { Parquet: {} }),
  ]
  expect(answers).toEqual(answers.map(() => '{"b":"y"}\n'))
  const whole = await select(bucket, "rows.parquet", { InputSerialization: { Parquet: {} } })
  expect(whole.text).toBe("1,x,0.5\n2,y,1.5\n3,z,2.5\n")
})

/** `a,b`, `1,x`, `2,y`, and the same as lines of JSON, packed by bzip2 itself. */
const BZIP2_CSV = "QlpoOTFBWSZTWbzHKEUAAARZgAAQAAQwADAAAGAgADEMCCNBmo4EIheLuSKcKEheY5QigA=="
const BZIP2_JSON =
  "QlpoOTFBWSZTWdilYC8AAA5ZgAAQEAQwEDAAAGogACEqGmjR+oQNA0EooTh4X7sTAmSxdyRThQkNilYC8A=="

test("S3-137 without Select the whole object is counted; with it, what was scanned and returned", async () => {
  const { client, cloud } = await openFront()
  const Bucket = "photos"
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: "people.csv", Body: PEOPLE }))
  const used = async () => {
    const rows = await cloud.world.read((tx) =>
      usageOf(tx, "000000000000", { from: 0, to: Infinity, limit: 1_000 }),
    )
    return (type: string): number =>
      rows.filter(({ usageType }) => usageType === type).reduce((sum, row) => sum + row.quantity, 0)
  }
  const before = await used()
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "people.csv" }))
  expect(await Body?.transformToString()).toBe(PEOPLE)
  const got = await used()
  const Expression = "SELECT s.Name FROM S3Object s LIMIT 1"
  const told = await select({ client, Bucket }, "people.csv", { Expression })
  expect(told.text).toBe("Ada\n")
  const selected = await used()
  expect(got("s3:bytes-out") - before("s3:bytes-out")).toBe(PEOPLE.length)
  expect(selected("s3:bytes-out") - got("s3:bytes-out")).toBe(4)
  expect(selected("s3:select-scanned-bytes")).toBe(PEOPLE.length)
  expect(selected("s3:select-returned-bytes")).toBe(4)
  expect(selected("s3:requests-tier2") - got("s3:requests-tier2")).toBe(1)
})

test("options of CSV that is read and written", async () => {
  const bucket = await openBucket()
  await bucket.put("odd.csv", "#note\r\n'a'|b\r\n'x\\'|\r\n1'|2\r\n")
  const csv: CSVInput = {
    ...({ FileHeaderInfo: "IGNORE", FieldDelimiter: "|", RecordDelimiter: "\r\n" } as const),
    ...{ QuoteCharacter: "'", QuoteEscapeCharacter: "\\", Comments: "#" },
  }
  const told = await select(bucket, "odd.csv", {
    InputSerialization: { CSV: { ...csv, AllowQuotedRecordDelimiter: true } },
    OutputSerialization: {
      CSV: {
        QuoteFields: "ALWAYS",
        FieldDelimiter: ";",
        RecordDelimiter: "!",
        QuoteCharacter: "'",
      },
    },
  })
  expect(told.text).toBe("'x\"'|\r\n1';'2'!")
  expect(
    await refusalOf(select(bucket, "odd.csv", { InputSerialization: { CSV: csv } })),
  ).toContain("CSVEscapingRecordDelimiter 400: A quoted record delimiter was found in the file.")
  await bucket.put("plain.csv", 'a,b\n"x, ""y""",2\n\n"é",3')
  const plain = await select(bucket, "plain.csv", {
    OutputSerialization: { JSON: { RecordDelimiter: ";" } },
  })
  expect(plain.text).toBe('{"a":"x, \\"y\\"","b":"2"};{"a":"é","b":"3"};')
  expect((await select(bucket, "plain.csv")).text).toBe('"x, ""y""",2\né,3\n')
})

test("a scan range takes the records that begin in it", async () => {
  const bucket = await openBucket()
  // Records begin at 9, 16, 24 and 33.
  await bucket.put("people.csv", PEOPLE)
  const names = async (ScanRange: Ask["ScanRange"]) =>
    (await select(bucket, "people.csv", { Expression: "SELECT Name FROM S3Object", ScanRange }))
      .text
  expect(await names({ Start: 0, End: 9 })).toBe("Ada\n")
  expect(await names({ Start: 9, End: 16 })).toBe("Ada\nAlan\n")
  expect(await names({ Start: 10, End: 23 })).toBe("Alan\n")
  expect(await names({ Start: 17 })).toBe("Grace\n")
  expect(await names({ End: 12 })).toBe("Grace\n")
  expect(await names({ Start: 0, End: 8 })).toBe("")
  await bucket.put("lines.json", '{"a":1}\n{"a":2}\n{"a":3}\n')
  const Json = { InputSerialization: { JSON: { Type: "LINES" } } } as const
  const ranged = await select(bucket, "lines.json", { ...Json, ScanRange: { Start: 1, End: 8 } })
  expect(ranged.text).toBe("2\n")
  expect(await refusalOf(names({ Start: 5, End: 2 }))).toBe(
    "InvalidScanRange 400: The provided scan range is not valid.",
  )
  const Document = { InputSerialization: { JSON: { Type: "DOCUMENT" } } } as const
  expect(
    await refusalOf(select(bucket, "lines.json", { ...Document, ScanRange: { Start: 1 } })),
  ).toContain("UnsupportedScanRangeInput 400")
})

test("a customer's key opens what it closed", async () => {
  const bucket = await openBucket("photos", { config: { endpoint: "https://localhost:4566" } })
  await bucket.client.send(new PutBucketEncryptionCommand(withCustomerKeys(bucket.Bucket)))
  const key = Buffer.alloc(32, 7)
  const headers = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  }
  await bucket.put("people.csv", PEOPLE, headers)
  expect((await select(bucket, "people.csv", headers)).text).toBe("Ada,36\nAlan,41\nGrace,85\n")
  expect(await refusalOf(select(bucket, "people.csv"))).toMatch(/^InvalidRequest 400/)
})

/** New buckets block customers' keys. */
const withCustomerKeys = (Bucket: string) => ({
  Bucket,
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const },
        BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] },
      },
    ],
  },
})

test("what cannot be queried is refused, before the answer begins or in its stream", async () => {
  const bucket = await openBucket()
  await bucket.put("people.csv", PEOPLE)
  await bucket.put("cold.csv", PEOPLE, { StorageClass: "GLACIER" })
  const refused = async (key: string, ask: Ask) =>
    (await refusalOf(select(bucket, key, ask))).replace(/:.*/, "")
  const answers = [
    await refused("none.csv", {}),
    await refused("cold.csv", {}),
    await refused("people.csv", { Expression: "SELECT" }),
    await refused("people.csv", { Expression: "SELECT s.Nobody FROM S3Object s" }),
    await refused("people.csv", { InputSerialization: { CSV: {}, JSON: { Type: "LINES" } } }),
    await refused("people.csv", { InputSerialization: {} }),
    await refused("people.csv", { InputSerialization: { CSV: {}, CompressionType: "GZIP" } }),
    await refused("people.csv", { InputSerialization: { CSV: {}, CompressionType: "BZIP2" } }),
    await refused("people.csv", { InputSerialization: { JSON: { Type: "LINES" } } }),
    await refused("people.csv", { InputSerialization: { Parquet: {} } }),
    await refused("people.csv", { OutputSerialization: { CSV: {}, JSON: {} } }),
    await refused("people.csv", { ExpressionType: "XPATH" as "SQL" }),
  ]
  expect(answers).toEqual([
    ...["NoSuchKey 404", "UnsupportedStorageClass 400", "ParseUnexpectedToken 400"],
    ...["MissingHeaders 400", "ObjectSerializationConflict 400", "InvalidDataSource 400"],
    ...["InvalidCompressionFormat 400", "InvalidCompressionFormat 400", "JSONParsingError 400"],
    ...["ParquetParsingError 400", "ObjectSerializationConflict 400", "InvalidExpressionType 400"],
  ])
  const rows = "Ada,36\n".repeat(20_000)
  await bucket.put("late.csv", `Name,Age\n${rows}Alan,"4\n`)
  await expect(select(bucket, "late.csv")).rejects.toThrow(/quoted record delimiter/)
})

test("who may get the object may query it, and others may not", async () => {
  const bucket = await openBucket()
  await bucket.put("people.csv", PEOPLE)
  const other = bucket.cloud.client(S3Client, {
    forcePathStyle: true,
    credentials: { accessKeyId: "111122223333", secretAccessKey: "test" },
  })
  const ask = () => select({ client: other, Bucket: bucket.Bucket }, "people.csv")
  expect(await refusalOf(ask())).toMatch(/^AccessDenied 403/)
  const Statement = [
    {
      ...{ Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "s3:GetObject" },
      Resource: "arn:aws:s3:::photos/*",
    },
  ]
  await bucket.client.send(
    new PutBucketPolicyCommand({
      Bucket: bucket.Bucket,
      Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  )
  expect((await ask()).text).toBe("Ada,36\nAlan,41\nGrace,85\n")
})
