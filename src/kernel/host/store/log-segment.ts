import * as fs from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { StoreCorruptError, StoreFailedError } from "../../store-errors.ts"
import { syncFolder, writeError } from "./disk.ts"

const HEAD_BYTES = 16
const MAGIC = "cldrmlog"
const FORMAT = 1
const FILE_NAME = /^commits-(\d{10})\.log$/
const COPY_BYTES = 1024 * 1024
/** What is filled with zeros ahead of the records, where they are synced one by one. */
const ROOM = Buffer.alloc(256 * 1024)

export interface SegmentPlace {
  readonly folder: string
  /**
   * Zeros are written ahead of the records: a sync of bytes that only replace others need not wait
   * for the file system's journal, which takes about half as long again.
   */
  readonly ahead?: boolean
}

/** One file of the log. Every commit is in the file, in the kernel's hands, when `append` returns. */
export class LogSegment {
  readonly number: number
  readonly path: string
  readonly #fd: number
  #ahead: boolean
  #sizeBytes = HEAD_BYTES
  #syncedBytes = 0
  /** The file's size: behind the records there may be zeros. Infinity: nobody knows. */
  #fileBytes = HEAD_BYTES

  private constructor(number: number, path: string, fd: number, ahead = false) {
    this.number = number
    this.path = path
    this.#fd = fd
    this.#ahead = ahead
  }

  static create({ folder, ahead }: SegmentPlace, number: number): LogSegment {
    const path = join(folder, fileName(number))
    let segment: LogSegment | undefined
    try {
      segment = new LogSegment(number, path, fs.openSync(path, "w+"), ahead)
      segment.#write(segmentHead(number), 0)
      return segment
    } catch (error) {
      segment?.close()
      throw writeError(error)
    }
  }

  /** Goes on behind the first `sizeBytes` bytes of a file; what follows them is cut off. */
  static reopen({ folder, ahead }: SegmentPlace, number: number, sizeBytes: number): LogSegment {
    const path = join(folder, fileName(number))
    const segment = new LogSegment(number, path, fs.openSync(path, "r+"), ahead)
    if (fs.fstatSync(segment.#fd).size !== sizeBytes) {
      fs.ftruncateSync(segment.#fd, sizeBytes)
      // At once: else a power cut might bring old commits back behind new ones.
      fs.fdatasyncSync(segment.#fd)
    }
    segment.#sizeBytes = sizeBytes
    segment.#fileBytes = sizeBytes
    return segment
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get synced(): boolean {
    return this.#syncedBytes === this.#sizeBytes
  }

  /** Throws DiskFullError or StoreFailedError; then the segment is as it was before. */
  append(record: Uint8Array): void {
    try {
      this.#write(record, this.#sizeBytes)
    } catch (error) {
      this.#cut()
      throw writeError(error)
    }
    this.#sizeBytes += record.length
    if (this.#sizeBytes > this.#fileBytes) this.#grow()
  }

  async sync(): Promise<void> {
    const sizeBytes = this.#sizeBytes
    await new Promise<void>((resolve, reject) => {
      fs.fdatasync(this.#fd, (error) => (error ? reject(error) : resolve()))
    })
    this.#syncedBytes = sizeBytes
  }

  /** Holds the thread meanwhile. */
  syncNow(): void {
    fs.fdatasyncSync(this.#fd)
    this.#syncedBytes = this.#sizeBytes
  }

  /**
   * Takes away what is behind the records. Throws StoreFailedError: a segment that ends with a torn
   * record may have none behind it.
   */
  seal(): void {
    if (this.#fileBytes > this.#sizeBytes && !this.#cut())
      throw new StoreFailedError(`the disk refused to cut ${this.path}`)
  }

  close(): void {
    if (this.#fileBytes > this.#sizeBytes) this.#cut()
    fs.closeSync(this.#fd)
  }

  /** Copies what has been appended so far, and makes the copy durable. */
  async copyTo(folder: string): Promise<void> {
    const sizeBytes = this.#sizeBytes
    const source = await open(this.path, "r")
    const target = await open(join(folder, fileName(this.number)), "wx")
    try {
      const buffer = Buffer.allocUnsafeSlow(COPY_BYTES)
      for (let at = 0; at < sizeBytes;) {
        const wanted = Math.min(COPY_BYTES, sizeBytes - at)
        const { bytesRead } = await source.read(buffer, 0, wanted, at)
        if (bytesRead === 0) throw new StoreFailedError(`${this.path} ends too early`)
        await target.write(buffer, 0, bytesRead, at)
        at += bytesRead
      }
      await target.sync()
    } finally {
      await source.close()
      await target.close()
    }
  }

  #grow(): void {
    this.#fileBytes = this.#sizeBytes
    if (!this.#ahead) return
    try {
      this.#write(ROOM, this.#sizeBytes)
      this.#fileBytes += ROOM.length
    } catch {
      // A disk that is nearly full: the records may still fit, and others want what is left.
      this.#ahead = false
      this.#cut()
    }
  }

  /** Should it fail, the next record overwrites what is left, or its checksum tells. */
  #cut(): boolean {
    try {
      fs.ftruncateSync(this.#fd, this.#sizeBytes)
      this.#fileBytes = this.#sizeBytes
      return true
    } catch {
      this.#fileBytes = Infinity
      return false
    }
  }

  #write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(this.#fd, bytes, done, bytes.length - done, position + done)
    }
  }
}

/** The numbers of the segments in a folder, in order. */
export function listSegments(folder: string): number[] {
  return fs
    .readdirSync(folder)
    .map((name) => Number(FILE_NAME.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b)
}

/**
 * A segment's bytes and where its records begin; undefined when even its head is not whole (it
 * had just been made when the power went).
 */
export function readSegment(
  folder: string,
  number: number,
): { readonly bytes: Buffer; readonly start: number } | undefined {
  const bytes = fs.readFileSync(join(folder, fileName(number)))
  const head = bytes.subarray(0, HEAD_BYTES)
  if (head.length === HEAD_BYTES && head.toString("latin1", 0, MAGIC.length) === MAGIC) {
    const format = head.readUInt32LE(8)
    if (format !== FORMAT) {
      throw new StoreCorruptError(`the log has format ${format}; this version reads ${FORMAT}`)
    }
  }
  return head.equals(segmentHead(number)) ? { bytes, start: HEAD_BYTES } : undefined
}

export function removeSegment(folder: string, number: number): void {
  fs.rmSync(join(folder, fileName(number)), { force: true })
}

/**
 * Takes a segment that cannot be used durably out of the way; returns its size. It is kept, for
 * people, unless its writer died before it had written anything but its head and room for more:
 * that is removed, and counts for nothing.
 */
export async function setAside(folder: string, number: number): Promise<number> {
  const path = join(folder, fileName(number))
  const { size } = fs.statSync(path)
  const isEmpty = size <= HEAD_BYTES || fs.readFileSync(path).subarray(HEAD_BYTES).every(isZero)
  if (isEmpty) removeSegment(folder, number)
  else fs.renameSync(path, `${path}.unusable`)
  await syncFolder(folder)
  return isEmpty ? 0 : size
}

const isZero = (byte: number): boolean => byte === 0

function segmentHead(number: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.write(MAGIC, "latin1")
  head.writeUInt32LE(FORMAT, 8)
  head.writeUInt32LE(number, 12)
  return head
}

function fileName(number: number): string {
  return `commits-${String(number).padStart(10, "0")}.log`
}
