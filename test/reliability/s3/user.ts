import { createHash } from "node:crypto"
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3"
import type { Dice } from "../../simulation/dice.ts"
import { Asking } from "../asking.ts"

const MIB = 1024 * 1024
const ABSENT = "absent"

/** What a key may hold: SHA-1 of its content, or that there is nothing. */
type State = string

/** An upload whose parts are promised, or may be there. */
interface OpenUpload {
  readonly Key: string
  readonly UploadId: string
  /** Part number → content that was acknowledged. */
  readonly parts: Map<number, Buffer>
  /** Its last part is there, and may be too small for another to follow. */
  isFull: boolean
}

/** Writes and reads keys of its own, and knows what each of them may hold. */
export class S3User extends Asking {
  readonly #dice: Dice
  readonly #Bucket: string
  readonly #name: string
  /** The last state that was acknowledged, and those that may have come since. */
  readonly #keys = new Map<string, { sure: State; maybe: Set<State> }>()
  #upload: OpenUpload | undefined
  #bodies = 0
  completed = 0

  constructor(name: string, Bucket: string, dice: Dice) {
    super()
    this.#name = name
    this.#Bucket = Bucket
    this.#dice = dice
  }

  /** One step of work. Throws Lost; any other error is a broken promise. */
  async step(client: S3Client): Promise<void> {
    const wanted = this.#dice.weighted({ small: 4, large: 2, remove: 1, read: 3, part: 4 })
    if (wanted === "part") return this.#work(client)
    const Key = `${this.#name}/${this.#dice.integer(6)}`
    if (wanted === "read") return this.check(client, Key)
    if (wanted === "remove") return this.#remove(client, Key)
    const size =
      wanted === "small" ? this.#dice.between(0, 12_000) : this.#dice.between(20_000, MIB)
    const Body = this.#body(size)
    await this.#write(Key, hashOf(Body), () =>
      client.send(new PutObjectCommand({ Bucket: this.#Bucket, Key, Body })),
    )
  }

  get keys(): readonly string[] {
    return [...this.#keys.keys()]
  }

  /** A key holds what was acknowledged last, or what may have come since, and nothing torn. */
  async check(client: S3Client, Key: string): Promise<void> {
    const { sure, maybe } = this.#stateOf(Key)
    const state = await this.ask(() => this.#read(client, Key))
    if (state !== sure && !maybe.has(state))
      throw new Error(`${Key} holds ${state}: not ${sure} nor any of ${[...maybe].join(", ")}`)
    this.#keys.set(Key, { sure: state, maybe: new Set() })
  }

  /** All parts that were acknowledged are still there. */
  async checkUpload(client: S3Client): Promise<void> {
    const upload = this.#upload
    if (!upload) return
    const { Key, UploadId, parts } = upload
    const listed = await this.ask(() =>
      client.send(new ListPartsCommand({ Bucket: this.#Bucket, Key, UploadId })),
    )
    for (const [number, body] of parts) {
      const found = listed.Parts?.find(({ PartNumber }) => PartNumber === number)
      if (found?.ETag !== `"${md5Of(body)}"`)
        throw new Error(`part ${number} of ${Key} has ${found?.ETag}, not what was sent`)
    }
  }

  async #work(client: S3Client): Promise<void> {
    const upload = this.#upload
    if (!upload) return this.#begin(client)
    const next = upload.parts.size + 1
    if (upload.isFull || (next > 1 && this.#dice.chance(0.2))) return this.#end(client, upload)
    // All but the last have 5 MiB; what follows a small one is never sent.
    const last = next === 3 || this.#dice.chance(0.4)
    const body = this.#body(last ? this.#dice.between(1, 200_000) : 5 * MIB)
    await this.#send(client, upload, { number: next, body })
    upload.isFull = last
    // A part that is sent again takes the place of the first.
    if (last && this.#dice.chance(0.3))
      await this.#send(client, upload, { number: next, body: this.#body(body.length) })
    if (last) await this.#end(client, upload)
  }

  async #begin(client: S3Client): Promise<void> {
    const Key = `${this.#name}/${this.#dice.integer(6)}`
    const { UploadId = "" } = await this.ask(() =>
      client.send(new CreateMultipartUploadCommand({ Bucket: this.#Bucket, Key })),
    )
    this.#upload = { Key, UploadId, parts: new Map(), isFull: false }
  }

  async #send(
    client: S3Client,
    { Key, UploadId, parts }: OpenUpload,
    { number, body }: { number: number; body: Buffer },
  ): Promise<void> {
    const sent = { Bucket: this.#Bucket, Key, UploadId, PartNumber: number, Body: body }
    // A part that is not acknowledged is not counted on: it is sent anew under its number.
    await this.ask(() => client.send(new UploadPartCommand(sent)))
    parts.set(number, body)
  }

  async #end(client: S3Client, upload: OpenUpload): Promise<void> {
    const { Key, UploadId, parts } = upload
    const ref = { Bucket: this.#Bucket, Key, UploadId }
    this.#upload = undefined
    if (parts.size === 0 || this.#dice.chance(0.15)) {
      await this.ask(() => client.send(new AbortMultipartUploadCommand(ref)))
      return
    }
    const bodies = [...parts.values()]
    const Parts = bodies.map((body, at) => ({ PartNumber: at + 1, ETag: `"${md5Of(body)}"` }))
    await this.#write(Key, hashOf(Buffer.concat(bodies)), () =>
      client.send(new CompleteMultipartUploadCommand({ ...ref, MultipartUpload: { Parts } })),
    )
    this.completed += 1
  }

  #remove(client: S3Client, Key: string): Promise<void> {
    return this.#write(Key, ABSENT, () =>
      client.send(new DeleteObjectCommand({ Bucket: this.#Bucket, Key })),
    )
  }

  /** What is acknowledged is sure; what is lost may have been done. */
  async #write(Key: string, state: State, send: () => Promise<unknown>): Promise<void> {
    const { sure, maybe } = this.#stateOf(Key)
    this.#keys.set(Key, { sure, maybe: new Set([...maybe, state]) })
    await this.ask(send)
    this.#keys.set(Key, { sure: state, maybe: new Set() })
  }

  async #read(client: S3Client, Key: string): Promise<State> {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: this.#Bucket, Key }))
      return hashOf((await Body?.transformToByteArray()) ?? new Uint8Array(0))
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return ABSENT
      throw error
    }
  }

  #stateOf(Key: string) {
    return this.#keys.get(Key) ?? { sure: ABSENT, maybe: new Set<State>() }
  }

  /** Content that no other request sends: its first bytes say whose it is. */
  #body(size: number): Buffer {
    this.#bodies += 1
    return Buffer.alloc(size, `${this.#name} ${this.#bodies} `)
  }
}

const hashOf = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex")
const md5Of = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex")
