import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { createDice } from "../../simulation/dice.ts"
import { playRound } from "../play-round.ts"
import { type Durabilities, flagsOf, type ServerProcess, startServer } from "../server-process.ts"
import { checkS3Folder } from "./check-folder.ts"
import { S3User } from "./user.ts"

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
  readonly durabilities?: Durabilities
}

const Bucket = "kept"

/**
 * Kills a server in the middle of uploads, again and again. Throws when anything acknowledged is
 * gone, when anything is torn, and when bytes lie about that no object has.
 */
export async function killS3Rounds({
  rounds,
  seed,
  users: count = 4,
  durabilities = ["process"],
}: Options): Promise<S3KillReport> {
  const folder = await mkdtemp(join(tmpdir(), "cloudarium-kill-s3-"))
  const dice = createDice(`kill s3 ${seed}/moments`)
  const users = Array.from(
    { length: count },
    (_, at) => new S3User(`user ${at}`, Bucket, createDice(`kill s3 ${seed}/user ${at}`)),
  )
  const sum = (of: (user: S3User) => number) => users.reduce((all, user) => all + of(user), 0)
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer(folder, flagsOf(durabilities, round))
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

const clientOf = (server: ServerProcess): S3Client =>
  new S3Client({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
