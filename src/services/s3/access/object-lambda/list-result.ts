import type { Values } from "../../../../protocols/codec.ts"
import { lambdaInvalidResponse } from "./errors.ts"

type Json = Readonly<Record<string, unknown>>

/** Members that both lists have, and those of one ("Working with ListObjects requests in Lambda"). */
const BOTH = ["name", "prefix", "maxKeys", "delimiter", "encodingType", "isTruncated"] as const
const OWN: Readonly<Record<string, readonly string[]>> = {
  ListObjects: ["marker", "nextMarker"],
  ListObjectsV2: ["keyCount", "startAfter", "continuationToken", "nextContinuationToken"],
}
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ListObjects: ["name", "maxKeys", "isTruncated"],
  ListObjectsV2: ["name", "maxKeys", "isTruncated", "keyCount"],
}

const NUMBERS: ReadonlySet<string> = Object.freeze(new Set(["maxKeys", "keyCount", "size"]))

/** `listBucketResult` of a function as the operation's output. Throws LambdaInvalidResponse. */
export function listOutput(value: unknown, operation: string): Values {
  const result = objectAt(value, "listBucketResult")
  for (const name of REQUIRED[operation] ?? []) demand(result, name, "listBucketResult")
  return {
    ...members(result, [...BOTH, ...(OWN[operation] ?? [])]),
    Contents: listAt(result, "contents").map(contentOf),
    CommonPrefixes: listAt(result, "commonPrefixes").map((one) => {
      const prefix = objectAt(one, "commonPrefix")
      demand(prefix, "prefix", "commonPrefix")
      return members(prefix, ["prefix"])
    }),
  }
}

function contentOf(value: unknown): Values {
  const content = objectAt(value, "content")
  for (const name of ["key", "size"]) demand(content, name, "content")
  const { lastModified, checksumAlgorithm, owner } = content
  return {
    ...members(content, ["key", "eTag", "size", "storageClass"]),
    ...(lastModified !== undefined && { LastModified: timeOf(lastModified) }),
    ...(checksumAlgorithm !== undefined && { ChecksumAlgorithm: [checksumAlgorithm].flat() }),
    ...(owner !== undefined && { Owner: ownerOf(owner) }),
  }
}

function ownerOf(value: unknown): Values {
  const owner = objectAt(value, "owner")
  const { displayName, id } = owner
  demand(owner, "id", "owner")
  return { ID: id, ...(displayName !== undefined && { DisplayName: displayName }) }
}

/** The members of these names, with AWS's capital; what is of another kind is refused. */
function members(from: Json, names: readonly string[]): Values {
  const found: Values = {}
  for (const name of names) {
    const value = from[name]
    if (value === undefined || value === null) continue
    const wanted = NUMBERS.has(name) ? "number" : name === "isTruncated" ? "boolean" : "string"
    if (typeof value !== wanted) throw lambdaInvalidResponse(`${name} must be a ${wanted}.`)
    found[name === "eTag" ? "ETag" : name.charAt(0).toUpperCase() + name.slice(1)] = value
  }
  return found
}

function timeOf(value: unknown): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw lambdaInvalidResponse("lastModified must be a time.")
  return time
}

function demand(from: Json, name: string, of: string): void {
  if (from[name] === undefined) throw lambdaInvalidResponse(`${of} must have ${name}.`)
}

function objectAt(value: unknown, name: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json
  throw lambdaInvalidResponse(`${name} must be an object.`)
}

function listAt(from: Json, name: string): readonly unknown[] {
  const value = from[name] ?? []
  if (Array.isArray(value)) return value
  throw lambdaInvalidResponse(`${name} must be a list.`)
}
