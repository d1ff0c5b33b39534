import { primaryKey, type KeyParts } from "../../../kernel/table.ts"
import { items } from "./rows.ts"

/** Throws `refusal` when it is called twice with the key of one item. */
export function distinctItems(refusal: () => Error): (key: KeyParts) => void {
  const seen = new Set<string>()
  return (key) => {
    const place = primaryKey(items, key)
    if (seen.has(place)) throw refusal()
    seen.add(place)
  }
}
