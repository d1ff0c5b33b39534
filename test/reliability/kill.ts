/**
 * Kills a real server under load, as often as asked, and checks that it kept its promises:
 * node test/reliability/kill.ts --rounds 1000 --seed 1 [--durability power] [--durability process]
 */
import { parseArgs } from "node:util"
import { killRounds } from "./kill-rounds.ts"
import type { Durabilities } from "./server-process.ts"

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    users: { type: "string", default: "3" },
    // Of more than one the lives take turns.
    durability: { type: "string", multiple: true, default: ["process"] },
  },
})
const report = await killRounds({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  usersEach: Number(values.users),
  // The server refuses what is none.
  durabilities: values.durability as Durabilities,
  progress: (line) => console.log(line),
})
console.log(`all ${report.rounds} rounds held: ${report.answered} answers, ${report.lost} lost`)
