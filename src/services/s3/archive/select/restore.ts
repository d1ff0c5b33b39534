import type { Principal } from "../../../../iam/principal.ts"
import type { ActionContext } from "../../../../kernel/action.ts"
import { job } from "../../../../kernel/later/later.ts"
import { isUp } from "../../../../kernel/places.ts"
import { table } from "../../../../kernel/table.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { bucketNamed } from "../../buckets/bucket.ts"
import { findBucket } from "../../buckets/find.ts"
import type { In, Out } from "../../define.ts"
import { invalidRequest } from "../../errors.ts"
import { S3 } from "../../notifications/event.ts"
import { meterRequest } from "../../requests.ts"
import { objectVersion } from "../../versions/find-version.ts"
import { storageClass } from "../classes.ts"
import { durationMs, notArchived, tierOf } from "../restore.ts"
import { archiveQuery, selectOrder, type RestoreRequest } from "./order.ts"
import { outputPath } from "./output.ts"
import type { ArchiveQuery } from "./query.ts"
import { concludeOutput, putOutput, type OutputWriter } from "./write.ts"
import { RETRY_MS } from "../../limits.ts"

/** A query over an archived version that waits until its bytes are there. */
export interface SelectRestore {
  readonly serial: number
  readonly query: ArchiveQuery
  /** Who asked for it: everything is done with the rights that it has then. */
  readonly caller: Principal
  readonly account: string
  readonly region: string
  readonly createdMs: number
  readonly readyMs: number
}

export const selectRestores = table<SelectRestore>("s3/select-restore", {
  key: ({ serial }) => [serial],
})

/** Begins a query. What the caller may not write is said now: the placeholder is written at once. */
export async function beginSelect(
  ctx: ActionContext,
  input: In<"RestoreObject">,
  call: Call,
): Promise<Out<"RestoreObject">> {
  const made = await ctx.write((tx) => plan(tx, input, call))
  await putOutput(ctx, writerOf(made), { name: "job.txt", body: placeholder(made) })
  await ctx.write((tx) => {
    tx.insert(selectRestores, made)
    tx.schedule(runSelectRestore, { serial: made.serial }, made.readyMs)
  })
  return { StatusCode: 202, RestoreOutputPath: outputPath(made.query.place) }
}

function plan(tx: WriteTx, input: In<"RestoreObject">, call: Call): SelectRestore {
  const bucket = findBucket(tx, input, call)
  const version = objectVersion(tx, bucket, { ...input, method: "POST" })
  const { parameters, location, tier: given } = selectOrder(input.RestoreRequest as RestoreRequest)
  const { name, archive } = storageClass(version.storageClass)
  if (!archive) throw notArchived(name)
  // "The archive must not be encrypted with SSE-C." Not verified: the texts.
  if (version.encryption?.customer)
    throw invalidRequest("Objects encrypted with customer-provided keys cannot be queried")
  const tier = tierOf(given, name)
  archiveQuery(parameters, tx.now)
  const to = bucketNamed(tx, bucket.partition, location.BucketName)
  if (to && to.region !== bucket.region)
    throw invalidRequest("The output location must be in the Region of the object's bucket")
  meterRequest(tx, bucket, 1)
  return {
    serial: tx.serial(),
    query: {
      ...{ Bucket: bucket.name, Key: version.key, VersionId: version.versionId },
      ...{ byVersion: input.VersionId !== undefined, serial: version.serial, parameters, tier },
      place: { location, id: tx.random("s3/select-restore").hex(64) },
    },
    ...{ caller: call.principal, account: call.account, region: bucket.region },
    ...{ createdMs: tx.now, readyMs: tx.now + durationMs(tier, name) },
  }
}

/** "A static output about your select request"; it is never updated. Its form is not documented. */
const placeholder = ({ query, createdMs }: SelectRestore): string =>
  JSON.stringify({
    ...{ JobId: query.place.id, Action: "Select", StatusCode: "InProgress", Completed: false },
    CreationDate: new Date(createdMs).toISOString(),
    ...{ Bucket: query.Bucket, Key: query.Key, Tier: query.tier },
    SelectParameters: query.parameters,
    OutputLocation: { S3: query.place.location },
  })

const writerOf = ({ query, caller, account, region }: SelectRestore): OutputWriter => ({
  ...{ place: query.place, caller, account, region, as: S3 },
})

/** Runs a query whose time has come. */
export const runSelectRestore = job<{ readonly serial: number }>("s3/runSelectRestore", {
  async perform(ctx, ref) {
    const found = await ctx.read((tx) => {
      const row = tx.get(selectRestores, [ref.serial])
      return row && { row, isUp: isUp({ region: row.region }, tx.faults) }
    })
    if (!found) return
    const { row } = found
    if (!found.isUp || !(await carriedOut(ctx, row)))
      return ctx.write((tx) => void tx.schedule(runSelectRestore, ref, tx.now + RETRY_MS))
    await ctx.write((tx) => void tx.delete(selectRestores, [ref.serial]))
  },
})

async function carriedOut(ctx: Pick<ActionContext, "call">, row: SelectRestore): Promise<boolean> {
  const { query: input, caller, account, region } = row
  const ended = await concludeOutput(ctx, writerOf(row), async () => {
    const asked = { service: "s3", operation: "QueryArchive", input }
    const found = await ctx.call({ ...asked, as: S3, caller, account, region })
    return (found as { readonly results: readonly string[] }).results
  })
  return ended !== "again"
}
