import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { createDice, type Dice } from "../../simulation/dice.ts"
import { startServer, type ServerProcess } from "../server-process.ts"
import { checkS3Folder } from "./check-folder.ts"
import { Lost, S3User } from "./user.ts"

export interface S3KillReport {
  readonly rounds: number
  readonly answered: number
  readonly lost: number
  /** Multipart uploads that were completed. */
  readonly completed: number
  /** Blobs that the deaths left without a row, and the sweep took. */
  readonly swept: number
}

interface Options {
  readonly rounds: number
  readonly seed: number
  readonly users?: number
}

const Bucket = "kept"

/**
 * Kills a server in the middle of uploads, again and again. Throws when anything acknowledged is
 * gone, when anything is torn, and when bytes lie about that no object has.
 */
export async function killS3Rounds({ rounds, seed, users: count = 4 }: Options) {
  const folder = await mkdtemp(join(tmpdir(), "cloudarium-kill-s3-"))
  const dice = createDice(`kill s3 ${seed}/moments`)
  const users = Array.from(
    { length: count },
    (_, at) => new S3User(`user ${at}`, Bucket, createDice(`kill s3 ${seed}/user ${at}`)),
  )
  const sum = (of: (user: S3User) => number) => users.reduce((all, user) => all + of(user), 0)
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer(folder)
    const client = clientOf(server)
    if (round === 0) await client.send(new CreateBucketCommand({ Bucket }))
    for (const user of users) {
      await user.checkUpload(client)
      for (const key of user.keys) await user.check(client, key)
    }
    await playRound(server, { client, users, dice })
    client.destroy()
  }
  const server = await startServer(folder)
  const client = clientOf(server)
  for (const user of users) {
    await user.checkUpload(client)
    for (const key of user.keys) await user.check(client, key)
  }
  client.destroy()
  await server.stop()
  const { swept } = await checkS3Folder(folder)
  await rm(folder, { recursive: true, force: true })
  const [answered, lost] = [sum((user) => user.answered), sum((user) => user.lost)]
  return { rounds, answered, lost, completed: sum((user) => user.completed), swept }
}

/** All users work until the server is killed, at a moment that the requests decide. */
async function playRound(
  server: ServerProcess,
  { client, users, dice }: { client: S3Client; users: readonly S3User[]; dice: Dice },
): Promise<void> {
  const answeredBefore = users.reduce((all, user) => all + user.answered, 0)
  const target = answeredBefore + dice.pick([1, 5, 20, 40])
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const work = async (user: S3User): Promise<void> => {
    for (;;) {
      if (users.reduce((all, one) => all + one.answered, 0) >= target) resolve()
      try {
        await user.step(client)
      } catch (error) {
        if (error instanceof Lost) return
        throw error
      }
    }
  }
  const working = Promise.all(users.map(work))
  await Promise.race([reached, working])
  // Requests are under way now; how far they have come is chance.
  await new Promise((later) => setTimeout(later, dice.pick([0, 1, 3, 10, 25])))
  await server.kill()
  await working
  if (server.complaints !== "") throw new Error(`it complained: ${server.complaints}`)
}

const clientOf = (server: ServerProcess): S3Client =>
  new S3Client({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
