import { CopyObject } from "./copy-object.ts"

export const copyOperations = { CopyObject }
