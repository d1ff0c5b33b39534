import type { ActionContext } from "../../../../kernel/action.ts"
import { partitionOf } from "../../../../kernel/places.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { archiveQuery, bucketNamed, outputPath, putOutput } from "../../../s3/port.ts"
import type { In, Out } from "../../define.ts"
import { invalid } from "../../errors.ts"
import { TIERS } from "../../limits.ts"
import { countRequest } from "../../vault/storage.ts"
import { findVault, sameVault } from "../../vault/vault.ts"
import { describe } from "../describe.ts"
import { begun, jobs, newJob, refOf, type RetrievalJob, type SelectJob } from "../job.ts"
import { wantedArchive } from "../wanted.ts"
import { finishSelect } from "./finish.ts"
import { locationOf, queryOf, refused, selectOrder } from "./order.ts"
import { writerOf } from "./writer.ts"

type Planned = RetrievalJob & { readonly select: SelectJob }

/**
 * Begins a query over an archive. What the caller may not write, and what is no query, is said now:
 * the placeholder is written at once.
 */
export async function beginSelect(
  ctx: ActionContext,
  input: In<"InitiateJob">,
  call: Call,
): Promise<Out<"InitiateJob">> {
  const made = await ctx.write((tx) => plan(tx, input, call))
  const { vault, select } = made
  // "A static output similar to Describe Job." It is never updated.
  const body = JSON.stringify(describe(made))
  try {
    await putOutput(ctx, writerOf(made, select), { name: "job.txt", body })
  } catch (error) {
    throw refused(error)
  }
  await ctx.write((tx) => {
    const there = sameVault(tx, vault)
    tx.insert(jobs, made)
    if (there) countRequest(tx, there, `select-requests-${select.tier}`)
    tx.schedule(finishSelect, refOf(made), tx.now + (TIERS[select.tier] ?? 0))
  })
  return { ...begun(made), jobOutputPath: select.path }
}

function plan(tx: WriteTx, input: In<"InitiateJob">, call: Call): Planned {
  const vault = findVault(tx, input, call)
  const asked = input.jobParameters ?? {}
  const started = newJob(tx, vault, asked)
  const { archive, content, tier } = wantedArchive(tx, vault, asked)
  const order = selectOrder(asked)
  try {
    archiveQuery(queryOf(order.parameters), tx.now)
  } catch (error) {
    throw refused(error)
  }
  const to = bucketNamed(tx, partitionOf(vault.region).id, order.location.BucketName)
  // Not verified: the text.
  if (to && to.region !== vault.region)
    throw invalid("The output location must be in the Region of the vault.")
  const path = outputPath({ location: locationOf(order.location), id: started.id })
  const select: SelectJob = {
    ...{ ...order, id: archive.id, content },
    ...{ tier, path: `${path}/`, caller: call.principal, account: call.account },
  }
  return { ...started, select }
}
