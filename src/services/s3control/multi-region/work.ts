import { job } from "../../../kernel/later/later.ts"
import { isUp } from "../../../kernel/places.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { beginCreation, endCreation } from "./creation.ts"
import { beginDeletion, endDeletion } from "./deletion.ts"
import type { Begun } from "./outcome.ts"
import { HOME } from "./point.ts"
import { beginPolicy, endPolicy } from "./establishment.ts"
import { newRequest, requestArn, requests, type AsyncRequest, type RequestRef } from "./request.ts"
import { RETRY_MS } from "../../s3/port.ts"

/** What each step takes: AWS takes minutes, and says that it may be a day. */
const STEP_MS = 1_000

/** Takes a request on: from here on it goes its own way. The ARN of its token. */
export function takeOn(
  tx: WriteTx,
  asked: Pick<AsyncRequest, "account" | "clientToken" | "asked">,
  { partition, requestId }: Call,
): string {
  const request = newRequest(tx, { ...asked, partition, requestId })
  const { account, token } = request
  tx.schedule(workOnRequest, { account, token }, tx.now + STEP_MS)
  return requestArn(request)
}

/**
 * One step of a request: its beginning, then a Region at a time, then its end. It stands while the
 * Region of the control plane is down, or the one that comes next.
 */
export const workOnRequest = job<RequestRef>("s3control/workOnMultiRegionRequest", {
  run(tx, ref) {
    const request = tx.get(requests, [ref.account, ref.token])
    if (request?.status !== "INPROGRESS") return
    const next = request.regions?.find(({ status }) => status === "INPROGRESS")?.region ?? HOME
    const isPossible = isUp({ region: HOME }, tx.faults) && isUp({ region: next }, tx.faults)
    if (!isPossible) return void tx.schedule(workOnRequest, ref, tx.now + RETRY_MS)
    const changed = request.regions ? goOn(tx, request, request.regions) : start(tx, request)
    tx.replace(requests, request, changed)
    if (changed.status === "INPROGRESS") tx.schedule(workOnRequest, ref, tx.now + STEP_MS)
  },
})

function start(tx: WriteTx, request: AsyncRequest): AsyncRequest {
  const begun = begin(tx, request)
  if (!begun.regions) return { ...request, status: "FAILED", failure: begun.failure }
  return {
    ...request,
    regions: begun.regions.map((region) => ({ region, status: "INPROGRESS" })),
  }
}

function goOn(
  tx: WriteTx,
  request: AsyncRequest,
  regions: NonNullable<AsyncRequest["regions"]>,
): AsyncRequest {
  const at = regions.findIndex(({ status }) => status === "INPROGRESS")
  const changed = regions.map((one, index) =>
    index === at ? { ...one, status: "SUCCEEDED" as const } : one,
  )
  if (at < regions.length - 1) return { ...request, regions: changed }
  end(tx, request)
  return { ...request, regions: changed, status: "SUCCEEDED" }
}

function begin(tx: WriteTx, request: AsyncRequest): Begun {
  const { operation, details } = request.asked
  switch (operation) {
    case "CreateMultiRegionAccessPoint":
      return beginCreation(tx, request, details)
    case "DeleteMultiRegionAccessPoint":
      return beginDeletion(tx, request, details)
    case "PutMultiRegionAccessPointPolicy":
      return beginPolicy(tx, request, details)
  }
}

function end(tx: WriteTx, request: AsyncRequest): void {
  const { operation, details } = request.asked
  switch (operation) {
    case "CreateMultiRegionAccessPoint":
      return endCreation(tx, request, details)
    case "DeleteMultiRegionAccessPoint":
      return endDeletion(tx, request, details)
    case "PutMultiRegionAccessPointPolicy":
      return endPolicy(tx, request, details)
  }
}
