import { createContext, Script } from "node:vm"
import { SlowPatternError, type Patterns } from "../patterns.ts"

const TIMED_OUT = "ERR_SCRIPT_EXECUTION_TIMEOUT"
/** So often an expression is tried that had no time to run. */
const TRIES = 10

interface Asked {
  expression?: RegExp
  text?: string
}

/** Milliseconds that this thread has had a processor for; before Node 22.19, that the process has. */
function processorMs(): number {
  const { threadCpuUsage }: Partial<NodeJS.Process> = process
  const { user, system } = threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1_000
}

/**
 * Runs expressions under a watchdog of Node's, some 0.2 ms each (measured). The watchdog looks at the
 * clock alone: whoever had no processor meanwhile, since the machine was busy, is tried again.
 */
export function createVmPatterns(usedMs = processorMs): Patterns {
  // A context of its own costs half a millisecond and some memory: for those who need it.
  let run: { readonly asked: Asked; readonly script: Script } | undefined
  return {
    matches(expression, text, limitMs) {
      run ??= {
        asked: createContext(Object.create(null) as object),
        script: new Script("expression.test(text)"),
      }
      const { asked, script } = run
      asked.expression = expression
      asked.text = text
      try {
        for (let tries = 1; ; tries += 1) {
          const before = usedMs()
          try {
            return script.runInContext(asked, { timeout: limitMs }) as boolean
          } catch (error) {
            if ((error as { code?: unknown }).code !== TIMED_OUT) throw error
            if (tries === TRIES || usedMs() - before > limitMs / 2)
              throw new SlowPatternError(limitMs)
          }
        }
      } finally {
        delete asked.expression
        delete asked.text
      }
    },
  }
}
