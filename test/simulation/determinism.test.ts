import { expect, test } from "vitest"
import { climate } from "./climates.ts"
import { bootWorld, playKernel } from "./kernel/kernel-simulation.ts"
import { DYNAMODB, playTransactions } from "./dynamodb/transactions.ts"
import { playSeed } from "./simulate.ts"
import { createCloudBoot } from "./cloud-system.ts"
import { playDeadLetters } from "./sqs/dead-letters.ts"
import { playFifo } from "./sqs/fifo.ts"
import { playStandard } from "./sqs/standard.ts"

/** The four climates, and one more of the first. */
const SEEDS = [1, 2, 3, 4, 5]

const historyOf = async (
  play: typeof playStandard,
  seed: number,
  boot = createCloudBoot(),
): Promise<string> => {
  const system = { faults: climate, boot }
  return (await playSeed("determinism", seed, system, play)).historyHash
}

test("a seed plays the same way each time, and another seed another way", async () => {
  for (const play of [playStandard, playFifo, playDeadLetters]) {
    const hashes = new Set<string>()
    for (const seed of SEEDS) {
      const hash = await historyOf(play, seed)
      expect(await historyOf(play, seed)).toBe(hash)
      hashes.add(hash)
    }
    expect(hashes.size).toBe(SEEDS.length)
  }
})

test("so does DynamoDB", async () => {
  const hashes = new Set<string>()
  const boot = createCloudBoot(DYNAMODB)
  for (const seed of SEEDS) {
    const hash = await historyOf(playTransactions, seed, boot)
    expect(await historyOf(playTransactions, seed, boot)).toBe(hash)
    hashes.add(hash)
  }
  expect(hashes.size).toBe(SEEDS.length)
})

test("so does the kernel alone", async () => {
  for (const seed of SEEDS) {
    const system = { faults: climate, boot: bootWorld }
    const [first, second] = [
      await playSeed("determinism", seed, system, playKernel),
      await playSeed("determinism", seed, system, playKernel),
    ]
    expect(second.historyHash).toBe(first.historyHash)
    expect(first.history.length).toBeGreaterThan(50)
  }
})
