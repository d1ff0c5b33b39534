import type { Engine } from "../../src/kernel/engine.ts"

/** What goes wrong how often. All of them are shares of 1; absent ones never happen. */
export interface Faults {
  /** Of steps at which the process dies. */
  readonly crash?: number
  /** Of commits at which the process dies, just before or just after. */
  readonly commitCrash?: number
  /** Of crashes that take the power too, and with it what was not flushed. */
  readonly powerCut?: number
  /** Answers wait for a flush, so that a power cut may take nothing that was acknowledged. */
  readonly flushEach?: boolean
  /** Of commits for which the disk has no room. */
  readonly diskFull?: number
  /** Of commits that begin a time, up to minutes, in which the disk has no room. */
  readonly fullSpell?: number
  /** Of flushes that fail. */
  readonly flushFailure?: number
  /** Of requests whose caller hangs up. */
  readonly departure?: number
  /** Of steps at which somebody sets the machine's clock. */
  readonly clockChange?: number
  /** Changes every engine that is opened: how a test shows that a broken one is noticed. */
  readonly sabotage?: (engine: Engine) => Engine
}

/** A failure that was wanted: nobody need report it. */
export class Injected extends Error {
  override readonly name = "Injected"
}
