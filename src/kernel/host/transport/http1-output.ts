import type { Socket } from "node:net"

/** Up to here a binary body is cheaper copied behind its head than written beside it. */
const JOINED_BYTES = 16 * 1024

/** Writes a head and a whole body in one go. */
export function writeWhole(socket: Socket, head: string, body: string | Uint8Array): void {
  if (typeof body !== "string" && body.length <= JOINED_BYTES) {
    socket.write(head + latin1(body), "latin1")
    return
  }
  socket.cork()
  socket.write(head, "latin1")
  if (typeof body === "string") socket.write(body, "utf8")
  else socket.write(body)
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
