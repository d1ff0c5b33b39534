import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 2,
    // Nothing holds module state, so test files share a thread's modules: ten times faster.
    isolate: false,
    // A machine that is busy with other things takes its time: these limits are for what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: ["./test/seeds.ts"],
    reporters: ["default", "./scripts/closing-line.ts"],
  },
})
