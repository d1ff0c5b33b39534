import { delegates } from "./delegate.ts"
import {
  DeregisterDelegatedAdministrator,
  ListDelegatedAdministrators,
  ListDelegatedServicesForAccount,
  RegisterDelegatedAdministrator,
} from "./delegation.ts"

export const delegationOperations = {
  ...{ RegisterDelegatedAdministrator, DeregisterDelegatedAdministrator },
  ...{ ListDelegatedAdministrators, ListDelegatedServicesForAccount },
}

export const delegationTables = [delegates]
