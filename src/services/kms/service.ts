import { defineService } from "../../registry/service.ts"
import { aliasResource } from "./alias/alias.ts"
import { aliasOperations } from "./alias/operations.ts"
import { cipherOperations } from "./cipher/operations.ts"
import { grantOperations } from "./grant/operations.ts"
import { deleteKey } from "./key/deletion.ts"
import { keyOperations } from "./key/operations.ts"
import { expireMaterial } from "./import/material.ts"
import { importOperations } from "./import/operations.ts"
import { connectKeyStore, keyStoreOperations } from "./key-store/operations.ts"
import { finishReplica, multiRegionOperations } from "./multi-region/operations.ts"
import { keyResource } from "./key/key.ts"
import { QUOTAS } from "./limits.ts"
import { keyTables } from "./port.ts"
import { rotationOperations } from "./rotation/operations.ts"
import { macOperations } from "./mac/operations.ts"
import { signOperations } from "./sign/operations.ts"
import { rotateKey } from "./rotation/rotate.ts"

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
  tables: keyTables,
  quotas: Object.values(QUOTAS),
})
