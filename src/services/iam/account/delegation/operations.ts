import {
  AcceptDelegationRequest,
  AssociateDelegationRequest,
  RejectDelegationRequest,
  SendDelegationToken,
  UpdateDelegationRequest,
} from "./answering.ts"
import { CreateDelegationRequest } from "./creating.ts"
import { GetDelegationRequest, ListDelegationRequests } from "./describing.ts"
import { expireRequest } from "./lifecycle.ts"
import { tellPartner } from "./notify.ts"
import { GetHumanReadableSummary } from "./summary.ts"

export const delegationOperations = {
  ...{ CreateDelegationRequest, GetDelegationRequest, ListDelegationRequests },
  ...{ AssociateDelegationRequest, UpdateDelegationRequest, AcceptDelegationRequest },
  ...{ RejectDelegationRequest, SendDelegationToken, GetHumanReadableSummary },
}

export const delegationJobs = [expireRequest]
export const delegationReceivers = [tellPartner]
