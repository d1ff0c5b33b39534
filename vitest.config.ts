import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 2,
    // Nothing holds module state, so test files share a thread's modules: ten times faster.
    isolate: false,
    testTimeout: 30_000,
    // A machine that is busy with other tests takes its time: a second is too little.
    expect: { poll: { timeout: 15_000 } },
    reporters: ["default", "./scripts/closing-line.ts"],
  },
})
