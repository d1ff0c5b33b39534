import { principalArn } from "../../../../iam/principal.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { findSession } from "../../../sts/port.ts"
import { op, type Out } from "../../define.ts"
import { onRequest } from "./access.ts"
import {
  findRequest,
  type Approver,
  type DelegationRequest,
  type DelegationState,
} from "./delegation-request.ts"
import { notByThisSession, onlyByOwner, tooLongForRoot, wrongState } from "./errors.ts"
import { moveRequest } from "./lifecycle.ts"
import { notifyToken } from "./notify.ts"

/** The caller takes the request on: from now on it is the owner's. */
export const AssociateDelegationRequest = op.write("AssociateDelegationRequest", {
  authorize: onRequest,
  run(tx, { DelegationRequestId }, call): Out<"AssociateDelegationRequest"> {
    const request = requestIn(tx, DelegationRequestId, ["UNASSIGNED"])
    const { account: ownerAccount } = call
    moveRequest(tx, request, { state: "ASSIGNED", ownerAccount, ownerId: callerArn(call) })
    return {}
  },
})

/** Forwards the request to an administrator. */
export const UpdateDelegationRequest = op.write("UpdateDelegationRequest", {
  authorize: onRequest,
  run(tx, { DelegationRequestId, Notes }, _call): Out<"UpdateDelegationRequest"> {
    const request = requestIn(tx, DelegationRequestId, ["ASSIGNED", "PENDING_APPROVAL"])
    const notes = Notes ?? request.notes
    moveRequest(tx, request, { state: "PENDING_APPROVAL", notes })
    return {}
  },
})

export const AcceptDelegationRequest = op.write("AcceptDelegationRequest", {
  authorize: onRequest,
  run(tx, { DelegationRequestId }, call): Out<"AcceptDelegationRequest"> {
    const request = requestIn(tx, DelegationRequestId, ["ASSIGNED", "PENDING_APPROVAL"])
    if (call.principal.type === "root" && request.sessionSeconds > ROOT_SECONDS)
      throw tooLongForRoot()
    moveRequest(tx, request, { state: "ACCEPTED", approver: approverOf(tx, call) })
    return {}
  },
})

const ROOT_SECONDS = 4 * 60 * 60

export const RejectDelegationRequest = op.write("RejectDelegationRequest", {
  authorize: onRequest,
  run(tx, { DelegationRequestId, Notes }): Out<"RejectDelegationRequest"> {
    const open: DelegationState[] = ["ASSIGNED", "PENDING_APPROVAL", "ACCEPTED"]
    const request = requestIn(tx, DelegationRequestId, open)
    moveRequest(tx, request, { state: "REJECTED", rejectionReason: Notes })
    return {}
  },
})

/** The access begins now, not when the partner trades its token in. */
export const SendDelegationToken = op.write("SendDelegationToken", {
  authorize: onRequest,
  run(tx, { DelegationRequestId }, call): Out<"SendDelegationToken"> {
    const request = requestIn(tx, DelegationRequestId, ["ACCEPTED"])
    if (request.onlySendByOwner && request.ownerId !== callerArn(call)) throw onlyByOwner()
    const finalized = moveRequest(tx, request, { state: "FINALIZED", finalizedMs: tx.now })
    notifyToken(tx, finalized)
    return {}
  },
})

const callerArn = ({ principal, partition }: Call): string => principalArn(principal, partition)

/** Throws NoSuchEntity, and InvalidInput when it is in none of these states. */
function requestIn(tx: ReadTx, id: string, states: readonly DelegationState[]): DelegationRequest {
  const request = findRequest(tx, id)
  if (!states.includes(request.state)) throw wrongState(id, request.state)
  return request
}

/** "IAM records the details and the state of the identity that called this API." */
function approverOf(tx: ReadTx, { principal }: Call): Approver {
  const session = "accessKeyId" in principal ? findSession(tx, principal.accessKeyId) : undefined
  // One session has one policy: that of the request could not be added to the approver's.
  if (session?.policy !== undefined || (session?.policyArns.length ?? 0) > 0)
    throw notByThisSession()
  return { principal, tags: session?.tags ?? [], sourceIdentity: session?.sourceIdentity }
}
