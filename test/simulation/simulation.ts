import { hash } from "node:crypto"
import { setImmediate } from "node:timers/promises"
import type { Engine } from "../../src/kernel/engine.ts"
import type { RandomSource } from "../../src/kernel/random.ts"
import { createSeededRandom } from "../../src/kernel/sim/seeded-random.ts"
import { createSimClock, type SimClock, type SimProcess } from "../../src/kernel/sim/sim-clock.ts"
import { createSimDisk, type DiskFaults, type SimDisk } from "../../src/kernel/sim/sim-disk.ts"
import { DiskFullError } from "../../src/kernel/store-errors.ts"
import { StoreUnavailable } from "../../src/kernel/store-errors.ts"
import { createDice, type Dice } from "./dice.ts"
import { Injected, type Faults } from "./faults.ts"
import { FUTURE, Violation, type Attempt, type Cut, type Moment } from "./moments.ts"

/** What a system is started with; it must reach the world through nothing else. */
export interface Boot {
  readonly clock: SimProcess
  readonly engine: Engine
  readonly random: () => RandomSource
  readonly flushEach: boolean
  /** For what is not the system: code that fails or takes its time. */
  readonly dice: Dice
  readonly report: (what: string, error: unknown) => void
}

/** What is run: a process that serves, and what can be asked about it. */
export interface System {
  /** Cloud time now. */
  now(): number
}

/** A run that takes more steps than this does not come to rest. */
const STEPS = 200_000
const START_MS = Date.UTC(2026, 0, 1)
/** Whoever asks a full disk more often does not wait between his tries. */
const REFUSALS = 1_000
/** How much the history keeps of a run that goes wrong. */
const LINES_SHOWN = 60
const LINE_LENGTH = 600

/** A machine with one process on it, and those who use it over a network: all by one seed. */
export class Simulation<S extends System> {
  readonly seed: number
  readonly faults: Faults
  readonly clock: SimClock
  readonly disk: SimDisk = createSimDisk()
  readonly dice: Dice
  readonly cuts: Cut[] = []
  step = 0
  crashes = 0
  /** Commits for which the disk had no room. */
  refused = 0
  #boot: (boot: Boot) => Promise<S>
  #system: S | undefined
  #process: SimProcess | undefined
  /** Set when the process has died and the driver has not noticed yet. */
  #dying: "process" | "power" | undefined
  #failure: Violation | undefined
  #deaths = new Set<(at: Moment) => void>()
  /** The disk has failed for good: somebody will start the process again. */
  #failing = false
  #calm = false
  #restartIn = 0
  #fullUntilMs = 0
  #lastCloudMs = 0
  #lines: string[] = []
  #onStart: ((system: S) => void)[] = []
  #onCrash: (() => void)[] = []

  constructor(seed: number, faults: Faults, boot: (boot: Boot) => Promise<S>) {
    this.seed = seed
    this.faults = faults
    this.#boot = boot
    this.clock = createSimClock(`sim ${seed}`, START_MS)
    this.dice = createDice(`sim ${seed}/driver`)
  }

  /** Everything that happened, as text: two runs of one seed have the same. */
  get history(): readonly string[] {
    return this.#lines
  }

  get historyHash(): string {
    return hash("sha256", this.#lines.join("\n"))
  }

  /** The lines of those steps, or the last ones. */
  excerpt(steps: Violation["steps"]): string {
    const stepOf = (line: string): number => Number.parseInt(line, 10)
    const lines = steps
      ? this.#lines.filter((line) => stepOf(line) >= steps.from && stepOf(line) <= steps.to + 3)
      : this.#lines
    return lines.slice(-LINES_SHOWN).join("\n")
  }

  /** Writes a line into the history. */
  note(line: string): void {
    this.#lines.push(`${this.step} ${line.slice(0, LINE_LENGTH)}`)
  }

  /** Ends the run at this step: for those who look on. */
  fail(violation: Violation): void {
    this.#failure ??= violation
  }

  /** Called with each system that was started, before it does anything. */
  onStart(listener: (system: S) => void): void {
    this.#onStart.push(listener)
  }

  /** Called after each crash, while nothing runs. */
  onCrash(listener: () => void): void {
    this.#onCrash.push(listener)
  }

  moment(): Moment {
    if (this.#system && !this.#dying) this.#lastCloudMs = this.#system.now()
    return {
      step: this.step,
      commits: this.disk.commits,
      cloudMs: this.#lastCloudMs,
      hostMs: this.clock.monotonic(),
    }
  }

  /** A chooser for one actor. */
  diceFor(name: string): Dice {
    return createDice(`sim ${this.seed}/${name}`)
  }

  /** Lets the driver do something else first. */
  pause(ms = 0): Promise<void> {
    return new Promise((resolve) => {
      if (ms > 0) this.clock.after(ms, resolve)
      else this.clock.defer(resolve)
    })
  }

  /** Asks the running process for something, over a network that delays both ways. */
  async attempt<T>(ask: (system: S, signal: AbortSignal) => Promise<T>): Promise<Attempt<T>> {
    await this.pause()
    const sent = this.moment()
    const system = this.#system
    if (!system || this.#dying) return { kind: "unsent", sent, ended: sent }
    const ended = { ...FUTURE }
    const departure = this.#departure()
    let forget: () => void = () => {}
    const nobody = new Promise<undefined>((resolve) => {
      const died = (at: Moment): void => {
        Object.assign(ended, at)
        resolve(undefined)
      }
      this.#deaths.add(died)
      forget = () => this.#deaths.delete(died)
      departure.signal.addEventListener("abort", () => resolve(undefined))
    })
    const ending = (): boolean => {
      // What a dying process says does not reach anybody.
      if (this.#dying || this.#system !== system) return false
      forget()
      Object.assign(ended, this.moment())
      return !departure.signal.aborted
    }
    const answer = ask(system, departure.signal).then(
      (value) => (ending() ? { value } : nobody),
      (error: unknown) => {
        if (ending()) throw error
        return nobody
      },
    )
    const outcome = await Promise.race([answer, nobody])
    departure.cancel()
    await this.pause()
    return outcome
      ? { kind: "answered", value: outcome.value, sent, ended }
      : { kind: "lost", sent, ended }
  }

  /** Runs the actors to their ends, with all that may go wrong. */
  async run(actors: readonly (() => Promise<void>)[]): Promise<void> {
    let left = actors.length
    const failures: unknown[] = []
    for (const actor of actors)
      actor().then(
        () => (left -= 1),
        (error: unknown) => failures.push(error),
      )
    while (left > 0 && failures.length === 0) await this.#turn()
    if (failures.length > 0) throw failures[0]
  }

  /** Runs one more actor while nothing goes wrong any more. */
  async runCalmly(actor: () => Promise<void>): Promise<void> {
    this.#calm = true
    const calmActor = async (): Promise<void> => {
      if (this.#failing) await this.restart()
      await actor()
    }
    await this.run([calmActor])
    this.#calm = false
  }

  /** Gives the running process; only while nothing goes wrong. */
  async system(): Promise<S> {
    while (!this.#system) await this.pause()
    return this.#system
  }

  /** Dies and comes back, outside any chance. */
  async restart(): Promise<void> {
    this.#dying = "process"
    while (this.#dying || !this.#system) await this.pause()
  }

  async #turn(): Promise<void> {
    this.step += 1
    if (this.step > STEPS) throw new Violation("the run does not come to rest")
    if (!this.#system) await this.#startAgain()
    else if (this.#failing && this.dice.chance(0.05)) this.#die()
    else if (!this.#calm && this.dice.chance(this.faults.crash ?? 0)) this.#die()
    if (!this.#calm && this.dice.chance(this.faults.clockChange ?? 0)) {
      const ms = this.dice.between(-5_000, 5_000)
      this.clock.adjust(ms)
      this.note(`clock set by ${ms} ms`)
    }
    if (this.dice.chance(0.1)) this.clock.pass(this.dice.between(1, 20))
    if (!this.#dying && !this.clock.step()) this.clock.skip()
    await setImmediate()
    if (this.#failure) throw this.#failure
    if (this.#dying) this.#bury(this.#dying)
  }

  #departure(): { signal: AbortSignal; cancel: () => void } {
    const controller = new AbortController()
    if (this.#calm || !this.dice.chance(this.faults.departure ?? 0))
      return { signal: controller.signal, cancel: () => {} }
    const cancel = this.clock.after(this.dice.between(0, 3_000), () => controller.abort())
    return { signal: controller.signal, cancel }
  }

  async #startAgain(): Promise<void> {
    if (this.#restartIn > 0) {
      this.#restartIn -= 1
      return
    }
    const process = this.clock.process()
    const engine = this.disk.open(process, this.#diskFaults())
    this.#process = process
    const boot = this.#boot({
      clock: process,
      engine: this.faults.sabotage?.(engine) ?? engine,
      // A process draws anew: on a real machine nothing is drawn twice.
      random: () => createSeededRandom(`sim ${this.seed}/${this.crashes}`),
      flushEach: this.faults.flushEach ?? false,
      dice: this.diceFor(`life ${this.crashes}`),
      report: (what, error) => this.#reported(process, what, error),
    })
    try {
      const system = await boot
      for (const listener of this.#onStart) listener(system)
      // What the start has set going without the clock.
      await setImmediate()
      this.#system = system
      this.note("started")
    } catch (error) {
      if (!this.#dying) throw error
    }
  }

  #reported(process: SimProcess, what: string, error: unknown): void {
    if (this.#dying || this.#process !== process) return
    if (error instanceof DiskFullError || error instanceof Injected) return
    if (error instanceof StoreUnavailable) return
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.note(`report ${what}: ${text}`)
    this.#failure ??= new Violation(`reported: ${what}: ${text}`)
  }

  #diskFaults(): DiskFaults {
    const { commitCrash = 0, flushFailure = 0 } = this.faults
    const crash = (): void => {
      if (this.#calm || !this.dice.chance(commitCrash / 2)) return
      this.#die()
      throw new Injected("crash")
    }
    return {
      beforeCommit: () => {
        crash()
        if (this.#calm || !this.#system || !this.#isFull()) return
        this.refused += 1
        if (this.refused > REFUSALS) this.fail(new Violation("it spins while the disk is full"))
        throw new DiskFullError()
      },
      afterCommit: crash,
      flushMs: () => this.dice.pick([0, 5, 30, 300]),
      beforeFlush: () => {
        if (this.#calm || !this.dice.chance(flushFailure)) return
        this.#failing = true
        throw new Injected("flush")
      },
    }
  }

  #isFull(): boolean {
    const { diskFull = 0, fullSpell = 0 } = this.faults
    const now = this.clock.monotonic()
    if (this.dice.chance(fullSpell)) {
      this.#fullUntilMs = now + this.dice.pick([100, 10_000, 1_000_000])
      this.note("the disk is full")
    }
    return now < this.#fullUntilMs || this.dice.chance(diskFull)
  }

  #die(): void {
    this.#dying = this.dice.chance(this.faults.powerCut ?? 0) ? "power" : "process"
  }

  #bury(how: "process" | "power"): void {
    this.#lastCloudMs = this.#system?.now() ?? this.#lastCloudMs
    const death = this.moment()
    this.#process?.kill()
    this.disk.kill()
    this.#process = undefined
    this.#system = undefined
    this.#dying = undefined
    this.#failing = false
    this.crashes += 1
    if (how === "power") {
      const { commits, durable } = this.disk
      const kept = this.dice.between(durable, commits)
      this.disk.cut(kept)
      this.cuts.push({ step: this.step, kept })
      this.note(`power cut: ${commits - kept} of ${commits} commits lost`)
    } else this.note("crash")
    for (const died of this.#deaths) died(death)
    this.#deaths.clear()
    this.#restartIn = this.dice.integer(20)
    if (this.dice.chance(0.3)) this.clock.pass(this.dice.between(1, 120_000))
    for (const listener of this.#onCrash) listener()
  }
}
