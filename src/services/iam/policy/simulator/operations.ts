import { GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy } from "./listing-keys.ts"
import { SimulateCustomPolicy, SimulatePrincipalPolicy } from "./simulating.ts"

export const simulatorOperations = {
  ...{ SimulatePrincipalPolicy, SimulateCustomPolicy },
  ...{ GetContextKeysForPrincipalPolicy, GetContextKeysForCustomPolicy },
}
