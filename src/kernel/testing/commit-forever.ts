import { writeSync } from "node:fs"
import { openLmdbEngine } from "../host/lmdb-engine.ts"

/**
 * A program that is there to be killed: it commits numbered batches and prints each number once
 * the commit has returned, or, for "power", is durable. Every batch writes the same number to rows that lie far apart.
 */
const [folder = "", kind = "process", checkpointBytes = "30000"] = process.argv.slice(2)
const durability = kind === "power" ? kind : "process"
const engine = await openLmdbEngine(folder, {
  durability,
  checkpointBytes: Number(checkpointBytes),
})
for (let n = Number(engine.get("row 0") ?? 0) + 1; ; n += 1) {
  const rows = new Map<string, string | undefined>()
  for (let i = 0; i < 8; i += 1) rows.set(`row ${i}`, String(n))
  rows.set(`extra ${n % 200}`, n % 3 === 0 ? undefined : `${n}:`.padEnd(300, "x"))
  engine.commit(rows)
  if (durability === "power") await engine.flush()
  say(`${n}\n`)
  if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits while the reader has not made room. */
function say(text: string): void {
  for (;;) {
    try {
      writeSync(1, text)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error
    }
  }
}
