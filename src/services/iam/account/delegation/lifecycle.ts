import { job } from "../../../../kernel/later/later.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import {
  delegationRequests,
  type DelegationRequest,
  type DelegationState,
} from "./delegation-request.ts"
import { notifyState } from "./notify.ts"

const DAY_MS = 24 * 60 * 60_000
/** "Understanding the Request Lifecycle": "Unassigned → Expired (1 day)", all others 7 days. */
const lifeMs = (state: DelegationState): number => (state === "UNASSIGNED" ? 1 : 7) * DAY_MS
/** "Expired requests are eventually deleted"; when is not documented. */
const KEPT_MS = 30 * DAY_MS

export function insertRequest(
  tx: WriteTx,
  request: Omit<DelegationRequest, "state" | "createdMs" | "updatedMs" | "expiresMs">,
): void {
  const expiresMs = tx.now + lifeMs("UNASSIGNED")
  const times = { createdMs: tx.now, updatedMs: tx.now, expiresMs }
  tx.insert(delegationRequests, { ...request, state: "UNASSIGNED", ...times })
  tx.schedule(expireRequest, { id: request.id }, expiresMs)
}

/** Moves a request on: its time begins anew, and the partner is told. */
export function moveRequest(
  tx: WriteTx,
  request: DelegationRequest,
  change: Partial<DelegationRequest> & Pick<DelegationRequest, "state">,
): DelegationRequest {
  const expiresMs = tx.now + lifeMs(change.state)
  const moved = { ...request, ...change, updatedMs: tx.now, expiresMs }
  tx.replace(delegationRequests, request, moved)
  tx.schedule(expireRequest, { id: request.id }, expiresMs)
  notifyState(tx, moved)
  return moved
}

/** Each state has a timer of its own: those of states that were left find nothing to do. */
export const expireRequest = job<{ readonly id: string }>("iam/expire-delegation-request", {
  run(tx, { id }) {
    const request = tx.get(delegationRequests, [id])
    if (!request || tx.now < request.expiresMs) return
    if (request.state === "EXPIRED") {
      tx.remove(delegationRequests, request)
      return
    }
    const expiresMs = tx.now + KEPT_MS
    const expired = { ...request, state: "EXPIRED", updatedMs: tx.now, expiresMs } as const
    tx.replace(delegationRequests, request, expired)
    tx.schedule(expireRequest, { id }, expiresMs)
    notifyState(tx, expired)
  },
})
