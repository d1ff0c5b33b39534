import type { Faults } from "./faults.ts"

/** Four climates in turn: calm, dying processes, lost power, and power that may take nothing. */
export function climate(seed: number): Faults {
  const common = { clockChange: seed % 3 === 0 ? 0.001 : 0, departure: 0.03 }
  switch (seed % 4) {
    case 0:
      return { ...common, diskFull: 0.01, fullSpell: 0.01 }
    case 1:
      return { ...common, crash: 0.002, commitCrash: 0.02, diskFull: 0.01 }
    case 2:
      return { ...common, crash: 0.002, commitCrash: 0.01, powerCut: 0.5 }
    default: {
      const cuts = { crash: 0.002, commitCrash: 0.01, powerCut: 0.5 }
      return { ...common, ...cuts, flushEach: true, flushFailure: 0.002 }
    }
  }
}
