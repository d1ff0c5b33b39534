import type { Value } from "../sql/value.ts"

/** AWS: "The maximum length of a record in the input or result is 1 MB". */
export const RECORD_BYTES = 1024 * 1024

/** Cuts bytes into records as they come. It keeps no more than what is not yet a whole record. */
export interface RecordReader {
  /** Records that `bytes` complete. Bytes are characters of Latin-1 each: see text.ts. */
  push(bytes: string): Iterable<Value>
  /** The last one, where nothing ends it. */
  end(): Iterable<Value>
  /** Where the last record that was given begins, counted from the first byte that was pushed. */
  readonly recordAt: number
}
