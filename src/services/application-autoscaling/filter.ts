import { invalid } from "./errors.ts"

/** "If you specify a scalable dimension, you must also specify a resource ID" (the words: not verified). */
export function assertFilter(dimension: string | undefined, hasResource: boolean): void {
  if (dimension !== undefined && !hasResource)
    throw invalid("A scalable dimension can only be specified together with a resource ID.")
}
