import { hash } from "node:crypto"
import { gunzipSync } from "node:zlib"
import type { ActionContext } from "../../../kernel/action.ts"
import { bodyText } from "../../../protocols/body-text.ts"
import { placeOf } from "../../s3/port.ts"
import type { BatchJob, BatchTask } from "./job.ts"
import { bucketOfArn, MANIFEST_BYTES, ManifestError, readObject } from "./s3.ts"

export type Target = Pick<BatchTask, "bucket" | "key" | "versionId">

interface ManifestFile {
  readonly targets: readonly Target[]
  readonly isLast: boolean
}

/** The objects that a file of a job's manifest names. Throws ManifestError, or S3's error. */
export async function readManifest(
  ctx: ActionContext,
  job: BatchJob,
  file: number,
): Promise<ManifestFile> {
  const { Spec: spec, Location: location } = job.given.Manifest ?? {}
  if (!spec || !location) throw new ManifestError("There is no manifest")
  const { bucket = "", key = "" } = placeOf(location.ObjectArn) ?? {}
  const { bytes, etag } = await readObject(ctx, job, {
    ...{ Bucket: bucket, Key: key },
    VersionId: location.ObjectVersionId,
  })
  if (etag !== location.ETag.replaceAll('"', ""))
    throw new ManifestError("The ETag of the manifest object does not match the given one")
  if (spec.Format === "S3BatchOperations_CSV_20180820")
    return { targets: targetsOf(bytes, spec.Fields ?? []), isLast: true }
  return readInventory(ctx, job, { manifest: bytes, file })
}

interface InventoryManifest {
  readonly destinationBucket?: unknown
  readonly fileFormat?: unknown
  readonly fileSchema?: unknown
  readonly files?: unknown
}

/** A file of an inventory: the manifest tells its columns. */
async function readInventory(
  ctx: ActionContext,
  job: BatchJob,
  { manifest, file }: { readonly manifest: Buffer; readonly file: number },
): Promise<ManifestFile> {
  const { destinationBucket, fileFormat, fileSchema, files } = parsed(manifest)
  if (fileFormat !== "CSV" || typeof fileSchema !== "string" || !Array.isArray(files))
    throw new ManifestError("The manifest is not that of an inventory in CSV")
  const one = files[file] as { readonly key?: unknown; readonly MD5checksum?: unknown } | undefined
  if (!one) return { targets: [], isLast: true }
  const { bytes } = await readObject(ctx, job, {
    ...{ Bucket: bucketOfArn(String(destinationBucket)), Key: String(one.key) },
  })
  if (one.MD5checksum !== undefined && one.MD5checksum !== hash("md5", bytes))
    throw new ManifestError("The checksum of an inventory file does not match the manifest's")
  const columns = fileSchema.split(",").map((name) => name.trim())
  return { targets: targetsOf(unpacked(bytes), columns), isLast: file + 1 >= files.length }
}

function parsed(bytes: Buffer): InventoryManifest {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (typeof value === "object" && value !== null) return value
  } catch {
    // Refused below.
  }
  throw new ManifestError("The manifest is not valid JSON")
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MANIFEST_BYTES })
  } catch {
    throw new ManifestError("An inventory file is not compressed with GZIP, or too large")
  }
}

/** The rows of a CSV file, by the names of its columns. */
function targetsOf(bytes: Buffer, columns: readonly string[]): readonly Target[] {
  const text = bodyText(bytes)
  if (text === undefined) throw new ManifestError("The manifest is not text in UTF-8")
  const place = (name: string): number => columns.indexOf(name)
  const [bucketAt, keyAt, versionAt] = [place("Bucket"), place("Key"), place("VersionId")]
  const targets: Target[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line === "") continue
    const values = valuesOf(line)
    const [bucket, key] = [values[bucketAt], values[keyAt]]
    if (values.length !== columns.length || !bucket || !key || !isEncoded(key))
      throw new ManifestError(`Row ${targets.length + 1} of the manifest is not valid`)
    // Of a manifest that names versions each row has to name one: S3 refuses an empty one.
    targets.push({ bucket, key, ...(versionAt >= 0 && { versionId: values[versionAt] ?? "" }) })
  }
  return targets
}

/** Values may be quoted; a quote within one is doubled. */
function valuesOf(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(",")
  const values: string[] = []
  for (const [, quoted, plain = ""] of line.matchAll(
    /(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))(?=,|$)/g,
  ))
    values.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
  return values
}

function isEncoded(key: string): boolean {
  try {
    return decodeURIComponent(key) !== ""
  } catch {
    return false
  }
}
