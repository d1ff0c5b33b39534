import type { Key } from "../engine.ts"
import { InvalidKeyError, KeyTooLongError } from "../key.ts"
import { primaryKey, type KeyParts, type Table } from "../table.ts"
import { hashed, type HashedKey } from "./key-map.ts"

export function sameParts(a: KeyParts, b: KeyParts): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false
  return true
}

export const keyOfRow = <Row extends object>(of: Table<Row>, row: Row): HashedKey =>
  hashed(primaryKey(of, of.spec.key(row)))

/**
 * What a caller looks for may be nothing that a key can hold: too long, or half a character. Then
 * no row has it. Writing such a row stays an error: its operation should have refused the name.
 */
export function keyOfSome<Row extends object>(of: Table<Row>, key: KeyParts): Key | undefined {
  try {
    return primaryKey(of, key)
  } catch (error) {
    if (isNoKey(error)) return undefined
    throw error
  }
}

/** The same, to be looked up. */
export function hashedKeyOf<Row extends object>(
  of: Table<Row>,
  key: KeyParts,
): HashedKey | undefined {
  const stored = keyOfSome(of, key)
  return stored === undefined ? undefined : hashed(stored)
}

export const isNoKey = (error: unknown): boolean =>
  error instanceof KeyTooLongError || error instanceof InvalidKeyError
