import { InviteOrganizationToTransferResponsibility } from "./inviting.ts"
import { transfers } from "./transfer.ts"
import {
  DescribeResponsibilityTransfer,
  ListInboundResponsibilityTransfers,
  ListOutboundResponsibilityTransfers,
  TerminateResponsibilityTransfer,
  UpdateResponsibilityTransfer,
} from "./transfers.ts"

export const transferOperations = {
  ...{ InviteOrganizationToTransferResponsibility, DescribeResponsibilityTransfer },
  ...{ UpdateResponsibilityTransfer, TerminateResponsibilityTransfer },
  ...{ ListInboundResponsibilityTransfers, ListOutboundResponsibilityTransfers },
}

export const transferTables = [transfers]
