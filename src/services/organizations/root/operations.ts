import { ListRoots } from "./roots.ts"

export const rootOperations = { ListRoots }
