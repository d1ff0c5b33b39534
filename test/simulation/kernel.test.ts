import { bootWorld, playKernel } from "./kernel/kernel-simulation.ts"
import { simulate } from "./simulate.ts"
import type { Faults } from "./simulation.ts"

/** Four climates in turn: calm, dying processes, lost power, and power that may take nothing. */
const faults = (seed: number): Faults => {
  const common = { clockChange: 0.001, departure: 0.02 }
  switch (seed % 4) {
    case 0:
      return { ...common, diskFull: 0.02 }
    case 1:
      return { ...common, crash: 0.002, commitCrash: 0.02, diskFull: 0.01 }
    case 2:
      return { ...common, crash: 0.002, commitCrash: 0.01, powerCut: 0.5 }
    default:
      return {
        ...common,
        flushEach: true,
        crash: 0.002,
        commitCrash: 0.01,
        powerCut: 0.5,
        flushFailure: 0.01,
      }
  }
}

simulate("the kernel", { seeds: 150, faults, boot: bootWorld }, playKernel)
