import zlib from "node:zlib"
import type { ActionContext } from "../../../kernel/action.ts"
import type { ByteStream } from "../../../kernel/wire.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { bodyText } from "../../../protocols/body-text.ts"
import { callS3 } from "../export/s3.ts"
import { binaryIonItems, isBinaryIon } from "../ion/binary.ts"
import { ionItems } from "../ion/read.ts"
import { IMPORT_OBJECT_BYTES } from "../limits.ts"
import type { GivenItem } from "../values/validation.ts"
import { ownerOf } from "./description.ts"
import { csvItems } from "./formats/csv.ts"
import { jsonItems } from "./formats/json.ts"
import type { Import } from "./import.ts"

/** An item of an object, or what is wrong in its place. */
export type Entry = { readonly item: GivenItem } | { readonly error: string }

interface Listed {
  readonly Contents?: readonly { readonly Key?: string }[]
}

/** The next object of the source; undefined behind the last. */
export async function nextKey(ctx: ActionContext, one: Import): Promise<string | undefined> {
  const { S3Bucket: Bucket, S3KeyPrefix: Prefix } = one.input.S3BucketSource
  const answer = (await callS3(ctx, one, {
    operation: "ListObjectsV2",
    input: {
      ...{ Bucket, MaxKeys: 1, ExpectedBucketOwner: ownerOf(one) },
      ...(Prefix !== undefined && { Prefix }),
      ...(one.lastKey !== undefined && { StartAfter: one.lastKey }),
    },
  })) as Listed
  return answer.Contents?.[0]?.Key
}

/** What an object holds; of one that cannot be read, that. */
export async function readEntries(
  ctx: ActionContext,
  one: Import,
  key: string,
): Promise<{ readonly entries: Iterable<Entry>; readonly bytes: number }> {
  try {
    const plain = unpack(await readObject(ctx, one, key), one.input.InputCompressionType)
    return { entries: entriesOf(plain, one), bytes: plain.length }
  } catch (error) {
    if (!(error instanceof Unreadable) && !isMissing(error)) throw error
    return { entries: [{ error: error.message }], bytes: 0 }
  }
}

class Unreadable extends Error {}

/** It was there when the source was listed. */
const isMissing = (error: unknown): error is AwsError =>
  error instanceof AwsError && error.code === "NoSuchKey"

async function readObject(ctx: ActionContext, one: Import, Key: string): Promise<Buffer> {
  const { S3Bucket: Bucket } = one.input.S3BucketSource
  const input = { Bucket, Key, ExpectedBucketOwner: ownerOf(one) }
  const answer = (await callS3(ctx, one, { operation: "GetObject", input })) as {
    readonly Body: ByteStream
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.Body) {
    size += part.length
    if (size > IMPORT_OBJECT_BYTES) throw new Unreadable("The object is too large")
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Throws Unreadable for what is not compressed as it should be, or too large without. */
function unpack(body: Buffer, type: string | undefined): Buffer {
  if (type === undefined || type === "NONE") return body
  // Older versions of Node.js do not know zstd.
  const zstd = zlib.zstdDecompressSync as typeof zlib.gunzipSync | undefined
  const unpacked = type === "GZIP" ? zlib.gunzipSync : zstd
  if (!unpacked) throw new Unreadable("ZSTD needs a newer Node.js")
  try {
    return unpacked(body, { maxOutputLength: IMPORT_OBJECT_BYTES })
  } catch {
    throw new Unreadable(`The object is not compressed as ${type}`)
  }
}

function entriesOf(plain: Buffer, { input }: Import): Iterable<Entry> {
  if (input.InputFormat === "ION" && isBinaryIon(plain)) return binaryIonItems(plain)
  const text = bodyText(plain)
  if (text === undefined) throw new Unreadable("The object is not text in UTF-8")
  if (input.InputFormat === "DYNAMODB_JSON") return jsonItems(text)
  if (input.InputFormat === "ION") return ionItems(text)
  const types = input.TableCreationParameters.AttributeDefinitions
  return csvItems(text, { options: input.InputFormatOptions?.Csv, types })
}
