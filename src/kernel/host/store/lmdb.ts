import { createRequire } from "node:module"

/** lmdb-js in its CommonJS form, one file: half of what its many modules cost to load (measured). */
export const loadLmdb = (): typeof import("lmdb") =>
  createRequire(import.meta.url)("lmdb") as typeof import("lmdb")
