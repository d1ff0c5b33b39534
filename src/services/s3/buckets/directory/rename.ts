import { hash } from "node:crypto"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { idempotencyTokens } from "../../../../registry/idempotency-token.ts"
import { failedCondition } from "../../copy/source-conditions.ts"
import { op, type In, type Out } from "../../define.ts"
import { invalidArgument, invalidRequest, noSuchKey, preconditionFailed } from "../../errors.ts"
import { assertKey } from "../../objects/new-object.ts"
import { moveVersion } from "../../objects/store.ts"
import { currentVersion, type Version } from "../../objects/version.ts"
import { meterRequest } from "../../requests.ts"
import { assertUp, findDirectory, zonalAccess } from "./access.ts"
import { idempotencyMismatch } from "./errors.ts"
import { decodeKey } from "./names.ts"

type Input = In<"RenameObject">

/** How long AWS remembers a client token is not known. */
const TOKEN_MS = 600_000

export const {
  tokens: renameTokens,
  forgetToken: forgetRename,
  madeBefore,
  remember,
} = idempotencyTokens("s3", TOKEN_MS)

/** "A unique string with a max of 64 ASCII characters in the ASCII range of 33 - 126." */
const TOKEN = /^[!-~]{1,64}$/

export const RenameDirectoryObject = op.write("RenameObject", {
  authorize: zonalAccess("ReadWrite"),
  run(tx, input, call): Out<"RenameObject"> {
    const bucket = findDirectory(tx, input, call)
    assertUp(tx, bucket)
    const { Key: key, ClientToken: token } = input
    const from = sourceOf(input)
    assertKey(key)
    // "The RenameObject API operation will not succeed on objects that end with the slash".
    if (key.endsWith("/") || from.endsWith("/"))
      throw invalidRequest("Objects whose keys end with a delimiter cannot be renamed.")
    if (token !== undefined && !TOKEN.test(token))
      throw invalidArgument("The client token is not valid.", "x-amz-client-token", token)
    const asked = { of: `RenameObject ${bucket.id}`, token }
    const arn = digestOf(input)
    const before = madeBefore(tx, call, asked)
    if (before !== undefined) {
      if (before !== arn) throw idempotencyMismatch()
      return {}
    }
    const source = currentVersion(tx, bucket.id, from)
    if (!source) throw noSuchKey(from)
    assertSource(source, input, tx.now)
    assertDestination(tx, { id: bucket.id, key }, input)
    if (key !== from) moveVersion(tx, bucket, { version: source, key })
    remember(tx, call, { ...asked, arn })
    meterRequest(tx, bucket, 1)
    return {}
  },
})

/** "The value must be URL encoded." It is a key of the same bucket. */
function sourceOf({ RenameSource: text }: Input): string {
  const key = decodeKey(text)
  if (key !== undefined) return key
  throw invalidArgument("Invalid rename source encoding.", "x-amz-rename-source", text)
}

/** What a token stands for: the request without it. */
const digestOf = ({ ClientToken: _, ...input }: Input): string =>
  hash("sha256", JSON.stringify(input))

function assertSource(source: Version, input: Input, nowMs: number): void {
  if (input.SourceIfNoneMatch === "*") throw preconditionFailed("x-amz-rename-source-if-none-match")
  const failed = failedCondition(
    {
      CopySourceIfMatch: input.SourceIfMatch === "*" ? undefined : input.SourceIfMatch,
      CopySourceIfNoneMatch: input.SourceIfNoneMatch,
      CopySourceIfModifiedSince: input.SourceIfModifiedSince,
      CopySourceIfUnmodifiedSince: input.SourceIfUnmodifiedSince,
    },
    { etag: source.etag, lastModifiedMs: source.modifiedMs },
    nowMs,
  )
  if (failed !== undefined)
    throw preconditionFailed(failed.toLowerCase().replace("copy-source", "rename-source"))
}

/** Conditions on what has the new name already; one that wants something there fails without. */
function assertDestination(
  tx: ReadTx,
  { id, key }: { readonly id: number; readonly key: string },
  input: Input,
): void {
  const { DestinationIfMatch: match, DestinationIfNoneMatch: noneMatch } = input
  const { DestinationIfModifiedSince: since, DestinationIfUnmodifiedSince: unmodified } = input
  const there = currentVersion(tx, id, key)
  if (noneMatch !== undefined && noneMatch !== "*")
    throw invalidArgument("If-None-Match expects the * character.", "If-None-Match", noneMatch)
  if (there && noneMatch !== undefined) throw preconditionFailed("If-None-Match")
  if (match !== undefined && match !== "*" && bare(match) !== there?.etag)
    throw preconditionFailed("If-Match")
  if (match === "*" && !there) throw preconditionFailed("If-Match")
  const seconds = (ms: number): number => Math.floor(ms / 1000)
  if (since !== undefined && !(there && seconds(there.modifiedMs) > seconds(since)))
    throw preconditionFailed("If-Modified-Since")
  if (unmodified !== undefined && there && seconds(there.modifiedMs) > seconds(unmodified))
    throw preconditionFailed("If-Unmodified-Since")
}

const bare = (etag: string): string => etag.replace(/^"|"$/g, "")
