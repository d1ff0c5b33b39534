import type { ActionContext } from "../../../../kernel/action.ts"
import type { ServiceCall } from "../../../../kernel/service-call.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { selectEvents } from "../../select/events.ts"
import { manifestText, partName, putInput, type OutputPlace } from "./output.ts"
import { isTemporary } from "../../errors.ts"

/** Who writes an output, and where: everything is put with the rights that the caller has then. */
export interface OutputWriter extends Pick<ServiceCall, "account" | "region" | "as" | "caller"> {
  readonly place: OutputPlace
}

type Caller = Pick<ActionContext, "call">

/** Throws what the caller gets who puts such an object itself. */
export async function putOutput(
  ctx: Caller,
  { place, ...by }: OutputWriter,
  { name, body }: { readonly name: string; readonly body: string | Uint8Array },
): Promise<void> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  const input = putInput(place, name, bytes)
  await ctx.call({ ...by, service: "s3", operation: "PutObject", input })
}

/** Results are broken into parts of about so many bytes. */
const PART_BYTES = 16 * 1024 * 1024

/** Puts what a query finds, part by part, in the order of what it goes over; returns their names. */
export async function putResults(
  ctx: Caller,
  to: OutputWriter,
  events: ReturnType<typeof selectEvents>,
): Promise<readonly string[]> {
  const names: string[] = []
  for await (const body of partsOf(events)) {
    const name = `results/${partName(to.place, names.length)}`
    await putOutput(ctx, to, { name, body })
    names.push(name)
  }
  return names
}

async function* partsOf(events: ReturnType<typeof selectEvents>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let size = 0
  for await (const event of events) {
    if (!("Records" in event)) continue
    const payload = event.Records?.Payload
    if (!payload) continue
    pieces.push(payload)
    size += payload.length
    if (size < PART_BYTES) continue
    yield Buffer.concat(pieces)
    pieces = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(pieces)
}

/** How a query ended; `again`: a place is down, and it is to be tried once more. */
export type Conclusion = "again" | "done" | AwsError

/**
 * Waits for a query, and puts the manifest of its results or of its error. Done again after a crash
 * it writes objects of the same names.
 */
export async function concludeOutput(
  ctx: Caller,
  to: OutputWriter,
  query: () => Promise<readonly string[]>,
): Promise<Conclusion> {
  try {
    const body = manifestText(to.place, await query())
    await putOutput(ctx, to, { name: "result_manifest.txt", body })
    return "done"
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (isTemporary(error)) return "again"
    return await tellError(ctx, to, error)
  }
}

/**
 * "If the job fails with any error, then a file is visible under the error prefix." Where the caller
 * may write no more nobody is told there.
 */
async function tellError(ctx: Caller, to: OutputWriter, failed: AwsError): Promise<Conclusion> {
  const name = `errors/${partName(to.place, 0)}`
  try {
    await putOutput(ctx, to, { name, body: `${failed.code}: ${failed.message}\n` })
    const body = manifestText(to.place, [name])
    await putOutput(ctx, to, { name: "error_manifest.txt", body })
    return failed
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return isTemporary(error) ? "again" : failed
  }
}
