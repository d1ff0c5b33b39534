import type { Principal } from "../../../../iam/principal.ts"
import { table } from "../../../../kernel/table.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Tag } from "../../tags.ts"
import { requestMissing } from "./errors.ts"
import type { TemplateParameter } from "./template.ts"

export type DelegationState =
  | "UNASSIGNED"
  | "ASSIGNED"
  | "PENDING_APPROVAL"
  | "ACCEPTED"
  | "FINALIZED"
  | "REJECTED"
  | "EXPIRED"

/** Who approved, as it was then: whose rights the delegated credentials have. */
export interface Approver {
  readonly principal: Principal
  readonly tags: readonly Tag[]
  readonly sourceIdentity?: string | undefined
}

/** A partner's request for temporary access to somebody's account. */
export interface DelegationRequest {
  readonly id: string
  readonly partition: string
  /** The partner's account, and its name. */
  readonly requestor: string
  readonly requestorName: string
  /** The account that is asked, once it is known. */
  readonly ownerAccount?: string | undefined
  /** The ARN of the identity that took the request on. */
  readonly ownerId?: string | undefined
  readonly approver?: Approver | undefined
  readonly description: string
  readonly message?: string | undefined
  readonly template: string
  readonly parameters: readonly TemplateParameter[]
  /** The policy that the template became. */
  readonly policy: string
  /** Boundaries that the policy wants of roles that are made. */
  readonly boundaries: readonly string[]
  readonly workflowId: string
  readonly redirectUrl?: string | undefined
  readonly topic: string
  readonly sessionSeconds: number
  readonly onlySendByOwner?: boolean | undefined
  readonly notes?: string | undefined
  readonly rejectionReason?: string | undefined
  readonly state: DelegationState
  readonly createdMs: number
  readonly updatedMs: number
  readonly expiresMs: number
  /** When the token was released: the delegated access begins. */
  readonly finalizedMs?: number | undefined
}

export const delegationRequests = table<DelegationRequest>("iam/delegation-request", {
  key: ({ id }) => [id],
  indexes: {
    byWorkflow: ({ requestor, workflowId }) => [requestor, workflowId],
    // "If a delegation request has no owner, … it will not be part of the … output".
    byOwner: ({ ownerAccount, ownerId, id }) =>
      ownerAccount !== undefined && ownerId !== undefined && [ownerAccount, id],
  },
})

/** Throws NoSuchEntity. */
export function findRequest(tx: ReadTx, id: string): DelegationRequest {
  const request = tx.get(delegationRequests, [id])
  if (!request) throw requestMissing(id)
  return request
}

export const delegationArn = (
  { id, partition, ownerAccount }: Pick<DelegationRequest, "id" | "partition" | "ownerAccount">,
  account: string,
): string => `arn:${partition}:iam::${ownerAccount ?? account}:delegation-request/${id}`
