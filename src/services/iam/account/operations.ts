import { aliases, CreateAccountAlias, DeleteAccountAlias, ListAccountAliases } from "./alias.ts"
import {
  DeleteAccountPasswordPolicy,
  GetAccountPasswordPolicy,
  passwordPolicies,
  UpdateAccountPasswordPolicy,
} from "./password-policy.ts"
import { GetAccountSummary } from "./summary.ts"

export const accountOperations = {
  GetAccountSummary,
  ...{ CreateAccountAlias, DeleteAccountAlias, ListAccountAliases },
  ...{ GetAccountPasswordPolicy, UpdateAccountPasswordPolicy, DeleteAccountPasswordPolicy },
}

export const accountTables = [aliases, passwordPolicies]
