import type { OutputWriter } from "../../../s3/port.ts"
import { GLACIER } from "../../define.ts"
import type { RetrievalJob, SelectJob } from "../job.ts"
import { locationOf } from "./order.ts"

/** Writes where a job's results go, with the rights that its caller has then. */
export const writerOf = (
  { id, vault }: RetrievalJob,
  { location, caller, account }: SelectJob,
): OutputWriter => ({
  ...{ place: { location: locationOf(location), id }, as: GLACIER, caller, account },
  region: vault.region,
})
