import { RestoreObject } from "./restore-object.ts"

export const archiveOperations = { RestoreObject }
