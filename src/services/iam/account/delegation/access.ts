import { principalArn } from "../../../../iam/principal.ts"
import type { AccessRequest } from "../../../../iam/access.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { delegationArn, findRequest, type DelegationRequest } from "./delegation-request.ts"

interface Asked {
  readonly DelegationRequestId: string
}

/**
 * What callers may do without a policy of theirs: "Once the delegation request is fully owned, the
 * owner of the request gets a default permission"; all but approving ("Managing Permissions for
 * Delegation Requests").
 */
const OWNERS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["GetDelegationRequest", "GetHumanReadableSummary", "UpdateDelegationRequest"],
    ...["RejectDelegationRequest", "SendDelegationToken"],
  ]),
)

/**
 * "They can associate it with their account, view request details": whoever was led to a request
 * that nobody owns yet, by the id that the partner gave.
 */
const UNOWNED: ReadonlySet<string> = Object.freeze(
  new Set(["GetDelegationRequest", "GetHumanReadableSummary", "AssociateDelegationRequest"]),
)

/** The access that an operation on a delegation request needs. */
export function accessToRequest(
  request: DelegationRequest,
  { operation, account, principal }: Call,
): AccessRequest {
  const { ownerAccount, ownerId } = request
  const free =
    ownerId === undefined
      ? UNOWNED.has(operation) && (ownerAccount ?? account) === account
      : OWNERS.has(operation)
  const grantee = ownerId ?? principalArn(principal, request.partition)
  return {
    action: `iam:${operation}`,
    resource: delegationArn(request, account),
    owner: ownerAccount ?? account,
    context: ownerId === undefined ? {} : { "iam:DelegationRequestOwner": ownerId },
    ...(free && { grant: { name: "owner of the delegation request", grantee } }),
  }
}

/** Throws NoSuchEntity. */
export const onRequest = (tx: ReadTx, input: Asked, call: Call): AccessRequest =>
  accessToRequest(findRequest(tx, input.DelegationRequestId), call)
