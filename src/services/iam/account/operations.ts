import { aliases, CreateAccountAlias, DeleteAccountAlias, ListAccountAliases } from "./alias.ts"
import {
  DeleteAccountPasswordPolicy,
  GetAccountPasswordPolicy,
  passwordPolicies,
  UpdateAccountPasswordPolicy,
} from "./password-policy.ts"

export const accountOperations = {
  ...{ CreateAccountAlias, DeleteAccountAlias, ListAccountAliases },
  ...{ GetAccountPasswordPolicy, UpdateAccountPasswordPolicy, DeleteAccountPasswordPolicy },
}

export const accountTables = [aliases, passwordPolicies]
