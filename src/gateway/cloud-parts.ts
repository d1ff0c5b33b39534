import type { HostClock } from "../kernel/clock.ts"
import type { ClockState } from "../kernel/cloud-clock.ts"
import type { Tcp } from "../kernel/doors/tcp.ts"
import type { Outside } from "../kernel/outside.ts"
import type { Patterns } from "../kernel/patterns.ts"
import type { RandomSource } from "../kernel/random.ts"
import type { Storage } from "../kernel/storage.ts"
import type { Models } from "../models/load.ts"
import type { Codecs } from "../protocols/codecs.ts"
import type { accessAudit } from "./audit/access-audit.ts"

/** The world outside, and the settings, of one cloud. */
export interface CloudParts {
  readonly storage: Storage
  readonly clock: HostClock
  /** A new one for each world, so that a reset cloud draws what a new one draws. */
  readonly random: () => RandomSource
  /** Absent: nothing but the time. */
  readonly outside?: Outside
  /** Sockets of protocols that are not HTTP. Absent: there are none. */
  readonly tcp?: Tcp
  /** Limits expressions that users wrote. Absent: nobody does. */
  readonly patterns?: Patterns
  readonly models: Models
  readonly codecs: Codecs
  readonly startClock?: ClockState
  readonly flushEach?: boolean
  readonly settings: CloudSettings
  readonly report: (what: string, error: unknown) => void
  /**
   * Reports what operations ask and AWS's list of actions does not have. Handed in: the list is
   * long, and a server starts without it.
   */
  readonly auditAccess?: typeof accessAudit
}

export interface CloudSettings {
  /** Whose root a dummy key is. */
  readonly account: string
  /** The Region of a request that does not say one. */
  readonly region: string
  /** Accept only keys made here. */
  readonly strict: boolean
}
