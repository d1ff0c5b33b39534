import { defineService } from "../../registry/service.ts"
import { aliases, aliasResource } from "./alias/alias.ts"
import { cipherOperations } from "./cipher/operations.ts"
import { grants } from "./grant/grant.ts"
import { keyOperations } from "./key/operations.ts"
import { keyResource, keys } from "./key/key.ts"
import { keyStores } from "./key-store/key-store.ts"
import { QUOTAS } from "./limits.ts"
import { materials } from "./material/material.ts"

/** Each noun's folder gives its operations in one record, `<noun>/operations.ts`. */
export const kms = defineService({
  id: "kms",
  operations: { ...keyOperations, ...cipherOperations },
  resources: [keyResource, aliasResource],
  tables: [keys, materials, aliases, grants, keyStores],
  quotas: Object.values(QUOTAS),
})
