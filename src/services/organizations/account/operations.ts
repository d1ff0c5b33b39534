import { DescribeAccount, ListAccounts, ListAccountsForParent, MoveAccount } from "./accounts.ts"
import { CloseAccount, forgetJob, suspendJob } from "./closing.ts"
import { CreateAccount, CreateGovCloudAccount, createJob } from "./creating.ts"
import { creations } from "./creation.ts"
import { DescribeCreateAccountStatus, ListCreateAccountStatus } from "./creations.ts"
import { LeaveOrganization, RemoveAccountFromOrganization } from "./leaving.ts"

export const accountOperations = {
  ...{ CreateAccount, CreateGovCloudAccount },
  ...{ DescribeCreateAccountStatus, ListCreateAccountStatus },
  ...{ DescribeAccount, ListAccounts, ListAccountsForParent, MoveAccount },
  ...{ RemoveAccountFromOrganization, LeaveOrganization, CloseAccount },
}

export const accountTables = [creations]
export const accountJobs = [createJob, suspendJob, forgetJob]
