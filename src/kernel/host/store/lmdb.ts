import { createRequire } from "node:module"
import { dirname } from "node:path"

/** What lmdb-js (3.5.6) asks of its native part where that was built for the Node that runs. */
interface NativePart {
  enableDirectV8?: () => void
}

/**
 * lmdb-js in its CommonJS form, one file: half of what its many modules cost to load (measured).
 *
 * In all Nodes its writes go through Node-API. On Linux it has one native part of its own for Node 22,
 * whose way past Node-API is not told of a write that LMDB refuses: its commit fails later, and nobody
 * knows by which row.
 */
export function loadLmdb(): typeof import("lmdb") {
  const main = createRequire(import.meta.url).resolve("lmdb")
  const require = createRequire(main)
  const loadNative = require("node-gyp-build-optional-packages") as (folder: string) => NativePart
  loadNative(dirname(dirname(main))).enableDirectV8 = () => {}
  return require(main) as typeof import("lmdb")
}
