import type {
  Account as AccountShape,
  CreateAccountStatus,
} from "../../../models/types/organizations.ts"
import { accountArn, type Member } from "./account.ts"
import type { Creation } from "./creation.ts"

/**
 * The account as AWS shows it. `Status` knows no more than `State`, in the words that were there
 * before it; an account that is about to go is `SUSPENDED` there.
 */
export const accountMember = (member: Member): AccountShape => ({
  Id: member.id,
  Arn: accountArn(member),
  Email: member.email,
  Name: member.name,
  Status: member.state === "CLOSED" ? "SUSPENDED" : member.state,
  State: member.state,
  JoinedMethod: member.membership.joinedMethod,
  JoinedTimestamp: member.membership.joinedMs,
})

export const creationMember = (creation: Creation): CreateAccountStatus => ({
  Id: creation.id,
  AccountName: creation.name,
  State: creation.state,
  RequestedTimestamp: creation.requestedMs,
  ...(creation.completedMs !== undefined && { CompletedTimestamp: creation.completedMs }),
  ...(creation.state === "SUCCEEDED" && { AccountId: creation.account }),
  ...(creation.failureReason !== undefined && { FailureReason: creation.failureReason }),
})
