import type { Engine } from "../engine.ts"
import type { Job, LaterCode, Receiver } from "../later/later.ts"
import { createMemoryBlobs } from "../sim/memory-blobs.ts"
import { createMemoryEngine } from "../sim/memory-engine.ts"
import { createSeededRandom } from "../sim/seeded-random.ts"
import { hostClock } from "../host/host-clock.ts"
import { World } from "../world.ts"

/** A world of its own for one test: in memory, its clock standing at the year 2026. */
export function createTestWorld(
  options: {
    engine?: Engine
    jobs?: readonly Job<object>[]
    receivers?: readonly Receiver<object>[]
    flushEach?: boolean
    seed?: number
    closeGraceMs?: number
  } = {},
): { world: World; engine: Engine; reports: string[] } {
  const engine = options.engine ?? createMemoryEngine()
  const reports: string[] = []
  const world = new World({
    engine,
    blobs: createMemoryBlobs(),
    clock: hostClock,
    random: createSeededRandom(options.seed ?? 1),
    code: codeOf(options.jobs ?? [], options.receivers ?? []),
    flushEach: options.flushEach ?? false,
    ...(options.closeGraceMs !== undefined && { closeGraceMs: options.closeGraceMs }),
    startClock: { mode: "frozen", at: Date.UTC(2026, 0, 1) },
    report: (what, error) =>
      reports.push(`${what}: ${error instanceof Error ? error.message : error}`),
  })
  return { world, engine, reports }
}

function codeOf(jobs: readonly Job<object>[], receivers: readonly Receiver<object>[]): LaterCode {
  return {
    job: async (name) => {
      const job = jobs.find((one) => one.name === name)
      if (!job) throw new Error(`no job ${name}`)
      return job
    },
    receiver: async (name) => {
      const receiver = receivers.find((one) => one.effect.name === name)
      if (!receiver) throw new Error(`no receiver ${name}`)
      return receiver
    },
  }
}
