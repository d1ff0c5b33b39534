import { defineService } from "../../registry/service.ts"
import { hsmTables } from "../cloudhsmv2/port.ts"
import { aliases, aliasResource } from "./alias/alias.ts"
import { aliasOperations } from "./alias/operations.ts"
import { cipherOperations } from "./cipher/operations.ts"
import { grants } from "./grant/grant.ts"
import { grantOperations } from "./grant/operations.ts"
import { counts } from "./key/counts.ts"
import { deleteKey } from "./key/deletion.ts"
import { keyOperations } from "./key/operations.ts"
import { expireMaterial } from "./import/material.ts"
import { importOperations } from "./import/operations.ts"
import { connectKeyStore, keyStoreOperations } from "./key-store/operations.ts"
import { finishReplica, multiRegionOperations } from "./multi-region/operations.ts"
import { keyResource, keys } from "./key/key.ts"
import { keyStores } from "./key-store/key-store.ts"
import { lastUsages } from "./key/last-usage.ts"
import { QUOTAS } from "./limits.ts"
import { rotationOperations } from "./rotation/operations.ts"
import { macOperations } from "./mac/operations.ts"
import { signOperations } from "./sign/operations.ts"
import { rotateKey } from "./rotation/rotate.ts"
import { materials } from "./material/material.ts"

/** Each noun's folder gives its operations in one record, `<noun>/operations.ts`. */
export const kms = defineService({
  id: "kms",
  operations: {
    ...keyOperations,
    ...cipherOperations,
    ...aliasOperations,
    ...grantOperations,
    ...rotationOperations,
    ...importOperations,
    ...multiRegionOperations,
    ...keyStoreOperations,
    ...signOperations,
    ...macOperations,
  },
  jobs: [deleteKey, rotateKey, expireMaterial, finishReplica, connectKeyStore],
  resources: [keyResource, aliasResource],
  tables: [keys, counts, materials, aliases, grants, keyStores, lastUsages, ...hsmTables],
  quotas: Object.values(QUOTAS),
})
