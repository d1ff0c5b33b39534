import { GetAccessKeyLastUsed } from "./key-last-used.ts"

export const lastUseOperations = { GetAccessKeyLastUsed }
