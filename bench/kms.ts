/**
 * What KMS costs: Encrypt and Decrypt of a small plaintext against a bare node:http echo, in server
 * CPU per request, and against moto where Python has it. And GetSecretValue of Secrets Manager, which
 * has KMS open each value that it tells.
 *
 *   node bench/kms.ts [--rounds 9] [--seconds 1]
 */
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { askOnce, Connection } from "./connection.ts"
import { cpuOfRequest, inRounds, median, times, type Laps } from "./figures.ts"
import { processCpuUs } from "./load.ts"
import { awsRequest } from "./requests.ts"
import { CLOUDARIUM, ECHO, PEER_KINDS, startBench, type Bench } from "./servers.ts"

/** How many bare echoes an Encrypt or a Decrypt may cost. */
export const KMS_LIMIT = 3
/** And a GetSecretValue, which is a Decrypt within another call. */
export const SECRET_LIMIT = 4

const kms = (operation: string, input: object): Buffer =>
  awsRequest("kms", "application/x-amz-json-1.1", {
    body: JSON.stringify(input),
    target: `TrentService.${operation}`,
  })

const secretsManager = (operation: string, input: object): Buffer =>
  awsRequest("secretsmanager", "application/x-amz-json-1.1", {
    body: JSON.stringify(input),
    target: `secretsmanager.${operation}`,
  })

const SECRET = {
  ...{ Name: "bench", SecretString: "correct horse battery staple" },
  ClientRequestToken: "0f1f0c7e-0000-4000-8000-1234567890ab",
}

/** The request of a server for a secret of its own. */
async function secretRequest(server: Bench): Promise<Buffer> {
  await askOnce(server.port, secretsManager("CreateSecret", SECRET))
  return secretsManager("GetSecretValue", { SecretId: SECRET.Name })
}

const Plaintext = Buffer.alloc(32, "x").toString("base64")
const EncryptionContext = { purpose: "bench" }

/** The requests of a server: with a key of its own. */
async function requestsFor(server: Bench): Promise<readonly [encrypt: Buffer, decrypt: Buffer]> {
  const ask = async (operation: string, input: object): Promise<Record<string, unknown>> =>
    JSON.parse(await askOnce(server.port, kms(operation, input))) as Record<string, unknown>
  const { KeyMetadata } = await ask("CreateKey", {})
  const { KeyId } = KeyMetadata as { KeyId: string }
  const encrypt = { KeyId, Plaintext, EncryptionContext }
  const { CiphertextBlob } = await ask("Encrypt", encrypt)
  return [kms("Encrypt", encrypt), kms("Decrypt", { CiphertextBlob, EncryptionContext })]
}

/** A peer may end its connections: one request after another, on as many as it wants. */
async function peerCpu(server: Bench, times = 300): Promise<number> {
  const [encrypt] = await requestsFor(server)
  const connection = new Connection(server.port)
  const before = processCpuUs(server.pid)
  for (let i = 0; i < times; i++) await connection.ask(encrypt)
  connection.close()
  return (processCpuUs(server.pid) - before) / times
}

export interface KmsCosts {
  /** Multiples of an echo; of moto those of ours, absent where there is none. */
  readonly encrypt: number
  readonly decrypt: number
  readonly getSecret: number
  readonly motoEncrypt?: number
}

export async function kmsCosts(options: Laps): Promise<KmsCosts> {
  const probe = async (port: number): Promise<void> =>
    void (await askOnce(port, kms("ListKeys", {})))
  const echo = (await startBench(ECHO, probe)) as Bench
  const own = (await startBench(CLOUDARIUM, probe)) as Bench
  const moto = await startBench(PEER_KINDS[0] as (typeof PEER_KINDS)[0], probe)
  const [encrypt, decrypt] = await requestsFor(own)
  const getSecret = await secretRequest(own)
  const seen = await inRounds(
    {
      echo: cpuOfRequest(echo, encrypt),
      encrypt: cpuOfRequest(own, encrypt),
      decrypt: cpuOfRequest(own, decrypt),
      getSecret: cpuOfRequest(own, getSecret),
    },
    options,
  )
  const peer = moto && (await peerCpu(moto))
  for (const server of [echo, own, moto]) await server?.stop()
  return {
    encrypt: times(seen.encrypt, seen.echo),
    decrypt: times(seen.decrypt, seen.echo),
    getSecret: times(seen.getSecret, seen.echo),
    ...(peer !== undefined && { motoEncrypt: peer / median(seen.encrypt) }),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "1" },
      rounds: { type: "string", default: "9" },
    },
  })
  const costs = await kmsCosts({ rounds: Number(values.rounds), seconds: Number(values.seconds) })
  console.log(`KMS Encrypt: ${costs.encrypt.toFixed(2)} × echo, at most ${KMS_LIMIT}`)
  console.log(`KMS Decrypt: ${costs.decrypt.toFixed(2)} × echo, at most ${KMS_LIMIT}`)
  console.log(`GetSecretValue: ${costs.getSecret.toFixed(2)} × echo, at most ${SECRET_LIMIT}`)
  if (costs.motoEncrypt !== undefined)
    console.log(`KMS Encrypt: CPU of moto ÷ ours ${costs.motoEncrypt.toFixed(1)}`)
  const kmsFails = Math.max(costs.encrypt, costs.decrypt) > KMS_LIMIT
  if (kmsFails || costs.getSecret > SECRET_LIMIT) process.exitCode = 1
}
