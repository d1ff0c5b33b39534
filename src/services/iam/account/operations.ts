import { aliases, CreateAccountAlias, DeleteAccountAlias, ListAccountAliases } from "./alias.ts"
import {
  DeleteAccountPasswordPolicy,
  GetAccountPasswordPolicy,
  passwordPolicies,
  UpdateAccountPasswordPolicy,
} from "./password-policy.ts"
import { GetAccountAuthorizationDetails } from "./authorization-details.ts"
import {
  credentialReports,
  GenerateCredentialReport,
  GetCredentialReport,
} from "./credential-reporting.ts"
import { SetSecurityTokenServicePreferences, tokenPreferences } from "./token-preferences.ts"
import { GetAccountSummary } from "./summary.ts"

export const accountOperations = {
  ...{ GetAccountSummary, GetAccountAuthorizationDetails },
  ...{ GenerateCredentialReport, GetCredentialReport },
  SetSecurityTokenServicePreferences,
  ...{ CreateAccountAlias, DeleteAccountAlias, ListAccountAliases },
  ...{ GetAccountPasswordPolicy, UpdateAccountPasswordPolicy, DeleteAccountPasswordPolicy },
}

export const accountTables = [aliases, passwordPolicies, credentialReports, tokenPreferences]
