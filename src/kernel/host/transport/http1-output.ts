import type { Socket } from "node:net"

/** Up to here a binary body is cheaper copied behind its head than written beside it. */
const JOINED_BYTES = 16 * 1024
const JOINED_TEXT_BYTES = 8 * 1024

/** Writes a head and a whole body in one go. */
export function writeWhole(socket: Socket, head: string, body: Uint8Array): void {
  if (body.length <= JOINED_BYTES) {
    socket.write(head + latin1(body), "latin1")
    return
  }
  socket.cork()
  socket.write(head, "latin1")
  socket.write(body)
  socket.uncork()
}

/** The same for a text of so many bytes. What is joined V8 copies once more: not what is long. */
export function writeText(
  socket: Socket,
  head: string,
  { body, bytes }: { readonly body: string; readonly bytes: number },
): void {
  // Text of one byte per character can leave with its head in one piece.
  const encoding = bytes === body.length ? "latin1" : "utf8"
  if (encoding === "latin1" && bytes <= JOINED_TEXT_BYTES) {
    socket.write(head + body, "latin1")
    return
  }
  socket.cork()
  socket.write(head, "latin1")
  socket.write(body, encoding)
  socket.uncork()
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
}

/** Writes one chunk of a chunked body. Returns whether the socket wants more. */
export function writeChunk(socket: Socket, bytes: Uint8Array): boolean {
  socket.cork()
  socket.write(`${bytes.length.toString(16)}\r\n`, "latin1")
  socket.write(bytes)
  socket.write("\r\n", "latin1")
  socket.uncork()
  return !socket.writableNeedDrain
}
