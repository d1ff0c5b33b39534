import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager"
import { expect, test } from "vitest"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { openRotation, template, type TestRotation } from "../testing/open-rotation.ts"

const ROUNDS = 60

/** Puts versions while the machine's program crashes now and then; what was answered is kept. */
async function putThroughCrashes(seed: number) {
  const random = createSeededRandom(seed)
  const machine = createFaultyMachine({ random, crashChance: 0.08, powerShare: 0 })
  const { storage } = machine
  const boot = () => openRotation(template, { storage, reports: [], isAgain: true })
  const acknowledged = new Map<string, string>()
  let world: TestRotation | undefined
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!machine.running) world = await boot()
    const SecretString = `value ${round}`
    const secret = { SecretString, ClientRequestToken: String(round).padStart(32, "0") }
    try {
      const made = { Name: "db", ...secret }
      const { VersionId = "" } =
        acknowledged.size === 0
          ? await world!.client.send(new CreateSecretCommand(made))
          : await world!.client.send(new PutSecretValueCommand({ SecretId: "db", ...secret }))
      acknowledged.set(VersionId, SecretString)
    } catch {
      // Not acknowledged: it may be there or not. A creation is repeated with its token.
      if (acknowledged.size === 0) round -= 1
    }
  }
  if (!machine.running) world = await boot()
  return { client: world!.client, acknowledged, crashes: machine.crashes.length }
}

test.each([1, 2, 3])(
  "SEC-8 no version that was acknowledged is lost in crashes (seed %i)",
  async (seed) => {
    const { client, acknowledged, crashes } = await putThroughCrashes(seed)
    expect(crashes).toBeGreaterThan(2)
    for (const [VersionId, SecretString] of acknowledged) {
      const read = new GetSecretValueCommand({ SecretId: "db", VersionId })
      // A read writes too, and may meet a crash itself: then there is nothing to compare.
      const answer = await client.send(read).catch((error: Error) => error)
      if (answer instanceof Error) expect(answer.name).not.toBe("ResourceNotFoundException")
      else expect(answer.SecretString).toBe(SecretString)
    }
  },
)
