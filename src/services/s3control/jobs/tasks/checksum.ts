import type { ActionContext } from "../../../../kernel/action.ts"
import type { ByteStream } from "../../../../kernel/wire.ts"
import { digestOf, type Algorithm } from "../../../s3/port.ts"
import type { BatchJob, BatchTask } from "../job.ts"
import { callS3 } from "../s3.ts"
import type { Outcome } from "./carry-out.ts"
import { targetOf } from "./object-call.ts"

interface Got {
  readonly Body: ByteStream
  readonly ETag?: string
}

/** AWS's console offers it first; what the API does without one is not verified. */
const DEFAULT: Algorithm = "CRC64NVME"

/** Reads an object and tells its checksum in the report ("Compute checksums"). */
export async function computeChecksum(
  ctx: ActionContext,
  job: BatchJob,
  task: BatchTask,
): Promise<Outcome> {
  const given = job.given.Operation.S3ComputeObjectChecksum?.ChecksumAlgorithm
  const checksumAlgorithm = (given ?? DEFAULT) as Algorithm
  const { Body, ETag = "" } = (await callS3(ctx, job, {
    operation: "GetObject",
    input: targetOf(task),
  })) as Got
  const digest = digestOf(checksumAlgorithm)
  for await (const part of Body) digest.update(part)
  const sum = digest.digest()
  // Not verified: the members.
  const message = JSON.stringify({
    checksum_base64: sum.toString("base64"),
    etag: ETag.replaceAll('"', ""),
    ...{ checksumAlgorithm, checksumType: "FULL_OBJECT" },
    checksum_hex: sum.toString("hex").toUpperCase(),
  })
  return { state: "succeeded", status: 200, message }
}
