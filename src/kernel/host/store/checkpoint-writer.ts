import type { Worker } from "node:worker_threads"
import type { Key, Value } from "../../engine.ts"
import type { LogPosition } from "./commit-log.ts"

/** What is to go into LMDB: the log's segments, or, where that is less, what they come to. */
export interface Checkpoint {
  /** The numbers of the segments, in order. */
  readonly segments: readonly number[]
  /** The last write of each key in them; `null` deletes. */
  readonly rows: readonly (readonly [Key, Value | null])[] | undefined
  /** Where they end. */
  readonly through: LogPosition
}

export interface CheckpointAnswer {
  error?: string
}

/** Beside this file in the sources, and beside the bundle's chunks in a build. */
const WORKER = import.meta.url.endsWith(".ts") ? "./checkpoint-worker.ts" : "./checkpoint-worker.js"
/** A thread that has nothing to do costs memory only; a new one costs about 40 ms of a core. */
const IDLE_MS = 30_000

/** What the thread makes lives for one checkpoint: a small nursery keeps its memory small. */
const YOUNG_MB = 4

/** Moves what closed segments of the log say into LMDB, in a thread of its own. */
export class CheckpointWriter {
  readonly #folder: string
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** One at a time. Resolves when it is durable; rejects when nothing of it was applied. */
  async apply(checkpoint: Checkpoint): Promise<void> {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= await this.#start())
    const answer = await ask(worker, checkpoint)
    if (answer.error !== undefined) {
      // What LMDB has in memory may not be what it has in its file: begin anew.
      await this.close()
      throw new Error(`LMDB refused a checkpoint: ${answer.error}`)
    }
    this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref()
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    if (!worker) return
    this.#worker = undefined
    worker.ref()
    const ended = new Promise((resolve) => worker.once("exit", resolve))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage("close")
    await ended
  }

  async #start(): Promise<Worker> {
    const threads = await import("node:worker_threads")
    const worker = new threads.Worker(new URL(WORKER, import.meta.url), {
      workerData: { folder: this.#folder },
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    // Who asks hears of it; nobody does while there is nothing to ask.
    worker.on("error", () => {})
    worker.once("exit", () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    worker.unref()
    return worker
  }
}

/** Keeps the process alive until there is an answer. */
async function ask(worker: Worker, checkpoint: Checkpoint): Promise<CheckpointAnswer> {
  worker.ref()
  try {
    return await new Promise((resolve, reject) => {
      const died = (): void => reject(new Error("the checkpoint's thread ended"))
      worker.once("message", (answer: CheckpointAnswer) => {
        worker.off("error", reject)
        worker.off("exit", died)
        resolve(answer)
      })
      worker.once("error", reject)
      worker.once("exit", died)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(checkpoint)
    })
  } finally {
    worker.unref()
  }
}
