import type { Call } from "../../../../registry/call.ts"
import { principalArn } from "../../../../iam/principal.ts"
import { op, type Out } from "../../define.ts"
import { onAccount } from "../../grant.ts"
import { pageOf } from "../../paging.ts"
import { onRequest } from "./access.ts"
import { delegationRequests, findRequest, type DelegationRequest } from "./delegation-request.ts"
import { checkPermissions } from "./permission-check.ts"

type Described = NonNullable<Out<"GetDelegationRequest">["DelegationRequest"]>

export const GetDelegationRequest = op.read("GetDelegationRequest", {
  authorize: onRequest,
  run(tx, input, call): Out<"GetDelegationRequest"> {
    const request = findRequest(tx, input.DelegationRequestId)
    return {
      DelegationRequest: describe(request),
      // AWS works it out in the background; here it is there at once.
      ...(input.DelegationPermissionCheck === true && {
        PermissionCheckStatus: "COMPLETE",
        PermissionCheckResult: checkPermissions(tx, request, call.principal),
      }),
    }
  },
})

/** "If a delegation request has no owner, … it will not be part of the … output". */
export const ListDelegationRequests = op.read("ListDelegationRequests", {
  authorize: (tx, input, call) => ({
    ...onAccount(tx, {}, call),
    ...(input.OwnerId !== undefined && {
      context: { "iam:DelegationRequestOwner": input.OwnerId },
      // "… list delegation requests that they own", without a policy.
      ...(input.OwnerId === callerArn(call) && {
        grant: { name: "owner of the delegation requests", grantee: input.OwnerId },
      }),
    }),
  }),
  run(tx, input, { account }): Out<"ListDelegationRequests"> {
    const range = { index: "byOwner", prefix: [account], limit: MOST_LISTED } as const
    const all = tx
      .scan(delegationRequests, range)
      .rows.filter(({ ownerId }) => input.OwnerId === undefined || ownerId === input.OwnerId)
    const { items, more } = pageOf(all, ({ id }) => id, input)
    const { IsTruncated: isTruncated, ...rest } = more
    return { DelegationRequests: items.map(describe), isTruncated, ...rest }
  },
})

/** Requests of an account that a list looks through; the rest is not seen. */
const MOST_LISTED = 10_000

const callerArn = ({ principal, partition }: Call): string => principalArn(principal, partition)

const describe = (request: DelegationRequest): Described => ({
  DelegationRequestId: request.id,
  OwnerAccountId: request.ownerAccount,
  Description: request.description,
  RequestMessage: request.message,
  Permissions: {
    PolicyTemplateArn: request.template,
    Parameters: request.parameters.map(({ name, values, type }) => ({
      ...{ Name: name, Values: [...values], Type: type },
    })),
  },
  PermissionPolicy: request.policy,
  RolePermissionRestrictionArns: request.boundaries,
  OwnerId: request.ownerId,
  ApproverId: request.approver && principalArn(request.approver.principal, request.partition),
  State: request.state,
  ExpirationTime: request.expiresMs,
  RequestorId: request.requestor,
  RequestorName: request.requestorName,
  CreateDate: request.createdMs,
  SessionDuration: request.sessionSeconds,
  RedirectUrl: request.redirectUrl,
  Notes: request.notes,
  RejectionReason: request.rejectionReason,
  OnlySendByOwner: request.onlySendByOwner,
  UpdatedTime: request.updatedMs,
})
